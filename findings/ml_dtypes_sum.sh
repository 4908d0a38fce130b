#!/usr/bin/env bash
# NumPy's sum and mean of ml_dtypes arrays are far off: ml_dtypes 0.6.0 with NumPy 2.4.6.
#
# One would guess that the sum of 1,000 ones in bfloat16 is 1,000 and their mean 1, as for float16, and that 100
# ones in int4 give 100, as for int8 (NumPy sums small integers in int64 and the mean of float16 in float32).
# What happens: the sum runs one element at a time in the type itself. In bfloat16 it stops at 256 and the mean is
# 0.256; in float8_e4m3fn it stops at 16; in int4 it wraps around to 4, and the mean is 0. No warning.
# Hurt: who averages losses, norms or quantized weights of JAX arrays after np.asarray. dot is right for bfloat16, and
# np.sum(x, dtype=np.float32) for all.
# Source: ml_dtypes/_src, the templates RegisterFloatUFuncs and RegisterIntNUFuncs: add is (T, T) -> T only.
# NumPy's own float16 and small integers get a wider accumulator in numpy/_core/_methods.py, _mean, and in np.add.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet numpy==2.4.6 ml_dtypes==0.6.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import numpy as np, ml_dtypes, sys
print('numpy', np.__version__, 'ml_dtypes', ml_dtypes.__version__)
def show(name, n):
    x = np.ones(n, getattr(ml_dtypes, name, None) or name)
    print(f'{name}: {n} ones: sum {x.sum()}, mean {x.mean()}, as float32 {x.sum(dtype=np.float32)}')
    return float(x.sum()), float(x.mean())
for name in ('float16', 'int8'): show(name, 1000)
seen = show('bfloat16', 1000), show('float8_e4m3fn', 1000), show('int4', 100)
same = seen[0] == (256, .255859375) and seen[1][0] == 16 and seen[2] == (4, 0)
sys.exit(0 if same else f'changed: {seen}')
PY
