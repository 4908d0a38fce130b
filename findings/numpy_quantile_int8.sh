#!/usr/bin/env bash
# NumPy 2.4.6 and pandas 3.1.1: quantiles of signed integers lie outside of the data.
#
# One would guess that the median of -100 and 100 in int8 is 0 by quantile as it is by median, for quantile gives
# float64. What happens: the distance between the two neighbours is taken in int8, where it wraps around, so quantile
# gives 128, more than the largest value (and more than an int8 can be), and the quarters -114 and 114 instead of -50
# and 50. quantile, percentile and pandas' quantile are all hit, with every method that interpolates, for
# int16, int32 and int64, too, wherever two neighbours are further apart than half of the type's range. With a list of
# quantiles there is no warning. median, unsigned types, floats and jnp.quantile are right.
# Hurt: who sets clipping ranges from quantiles of 8-bit weights or momenta (few values to a block, most at
# both ends), or of 16-bit audio that is clipped: the range is not even between the smallest and the largest value.
# Source: numpy/lib/_function_base_impl.py, _lerp (b - a in the type of the data).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir numpy==2.4.6 pandas==3.1.1
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W error - <<'PY'
import numpy as np, pandas as pd, sys
print('numpy', np.__version__, 'pandas', pd.__version__)
q = [.25, .5, .75]
cases = dict(int8=[-100, 100], int16=[-20_000, 20_000], uint8=[0, 200], float32=[-100, 100])
seen = {}
for dtype, values in cases.items():
    x = np.array(values, dtype)
    seen[dtype] = np.quantile(x, q).tolist(), pd.Series(x).quantile(q).tolist(), float(np.median(x))
    by_numpy, by_pandas, median = seen[dtype]
    print(f'{dtype} {values}: quantiles {q} by NumPy {by_numpy}, by pandas {by_pandas}, median {median}')
block = np.array([-127]*10 + [127]*10, np.int8)
seen['block'] = [np.percentile(block, [50], method=m).item() for m in ('linear', 'hazen', 'inverted_cdf')]
print(f'10 times -127 and 10 times 127 in int8: median by linear, hazen, inverted_cdf {seen["block"]}')
right = dict(int8=[-114, 128, 114], int16=[-26384, 32768, 26384], uint8=[50, 100, 150], float32=[-50, 0, 50])
right = {k: (v, v, sum(cases[k])/2) for k, v in right.items()} | dict(block=[128, 128, -127])
sys.exit(0 if seen == right else f'changed: {seen}')
PY
