#!/usr/bin/env bash
# Polars 2.1.0: mean_horizontal of small integers wraps around.
#
# One would guess that the mean of two columns that are both 100 in Int8 is 100, for mean_horizontal gives Float64, and
# the mean down a column is right. What happens: the columns are added in their own type first: 100 + 100 is -56, and
# the mean is -28; of two UInt8 columns of 200 it is 72; of 100 columns of Int8 with 100 it is 0.16. DataFrame's
# mean_horizontal does the same. Int16, Int32 and Int64 wrap in the same way at their ends. No warning. sum and
# mean of one column (documented as going to Int64), cum_sum, and list.mean of the same numbers are right.
# Hurt: who averages scores, pixels or 8-bit logits over the columns of several models or runs: high scores
# come out low and negative, so what is ranked by them is upside down.
# Source: crates/polars-core/src/series/arithmetic/horizontal.rs, mean_horizontal (sum_horizontal, then divided).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir numpy==2.4.6 polars==2.1.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W error - <<'PY'
import polars as pl, sys
print('polars', pl.__version__)
cases = [(pl.Int8, 100, 2, -28), (pl.UInt8, 200, 2, 72), (pl.Int16, 20_000, 2, -12768), (pl.Int8, 100, 100, .16),
         (pl.Float32, 100, 2, 100)]
seen = []
for dtype, x, n, _ in cases:
    df = pl.DataFrame({f'run{i}': pl.Series([x], dtype=dtype) for i in range(n)})
    got = df.select(pl.mean_horizontal(pl.all())).item(), df.mean_horizontal().item()
    down, of_list = df.unpivot()['value'].mean(), df.select(pl.concat_list(pl.all()).list.mean()).item()
    print(f'{n} columns of {dtype} {x}: mean_horizontal {got}, as one column {down}, as a list {of_list}')
    seen.append((round(got[0], 6), round(got[1], 6), down, of_list))
sys.exit(0 if seen == [(wrong, wrong, x, x) for _, x, _, wrong in cases] else f'changed: {seen}')
PY
