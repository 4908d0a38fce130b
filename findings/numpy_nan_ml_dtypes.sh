#!/usr/bin/env bash
# NumPy's functions for NaN do nothing for ml_dtypes arrays, and sort leaves them unsorted: ml_dtypes 0.6.0, NumPy 2.4.6.
#
# One would guess that nan_to_num, nanmean and nansum see a NaN in bfloat16 or float8 as they see it in float16 (isnan
# does), and that sort puts NaN last. What happens: nan_to_num gives the NaN back, nanmean and nansum are NaN, without
# a warning, and sort of 3, NaN, 1, 2 is 3, NaN, 1, 2: with a NaN among them, the others are out of order,
# so what picks from a sorted array (quantiles, top-k, searchsorted) is wrong too.
# Hurt: who cleans or ranks gradients, losses or activations of JAX, Keras or MLX after np.asarray. float32 is right.
# Source: numpy/lib/_type_check_impl.py, nan_to_num, and numpy/lib/_nanfunctions_impl.py, _replace_nan, which ask for
# np.inexact, and bfloat16 is no subclass of it; ml_dtypes/_src/custom_float.h, NPyCustomFloat_CompareFunc, which sorts
# by < and > alone, so that a NaN equals everything.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir numpy==2.4.6 ml_dtypes==0.6.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import numpy as np, ml_dtypes, sys
print('numpy', np.__version__, 'ml_dtypes', ml_dtypes.__version__)
seen = {}
for name in ('float16', 'bfloat16', 'float8_e4m3fn'):
    x = np.array([3, np.nan, 1, 2], getattr(ml_dtypes, name, None) or name)
    seen[name] = [[float(v) for v in np.atleast_1d(f(x))] for f in (np.isnan, np.nan_to_num, np.nanmean, np.nansum, np.sort)]
    print(name, ', '.join(f'{k} {v}' for k, v in zip(('isnan', 'nan_to_num', 'nanmean', 'nansum', 'sort'), seen[name])))
nan = repr(float('nan'))
def same(a, b): return repr(a).replace(' ', '') == b
right = same(seen['float16'], f'[[0.0,1.0,0.0,0.0],[3.0,0.0,1.0,2.0],[2.0],[6.0],[1.0,2.0,3.0,{nan}]]')
wrong = all(same(seen[k], f'[[0.0,1.0,0.0,0.0],[3.0,{nan},1.0,2.0],[{nan}],[{nan}],[3.0,{nan},1.0,2.0]]')
            for k in ('bfloat16', 'float8_e4m3fn'))
sys.exit(0 if right and wrong else f'changed: {seen}')
PY
