#!/usr/bin/env bash
# Adam of optax 0.2.8 on bfloat16 parameters never forgets a gradient; inject_hyperparams makes it NaN at once.
#
# One would guess that b2=0.999 is 0.999 whatever the parameters' type: 5,000 steps after its last gradient, the
# second moment has faded to a 150th. What happens: the Python number b2 takes the type of the moment, and 0.999
# rounded to bfloat16 is 1. The moment stays where it was, so one early spike holds the step down for ever. Inside
# optax.inject_hyperparams, b2 is a bfloat16 array, the bias correction is 1 - 1**count = 0, and the first update
# is NaN. mu_dtype=float32 does not help: it is for the first moment, which is fine.
# Hurt: who trains bfloat16 parameters with optax's default Adam or AdamW, and who schedules a hyperparameter there.
# Source: optax/tree_utils/_tree_math.py, tree_update_moment_per_elem_norm and tree_bias_correction;
# optax/schedules/_inject.py, inject_hyperparams (_convert_floats).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet jax==0.10.2 optax==0.2.8
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import jax, jax.numpy as jnp, optax, sys, numpy as np
from importlib.metadata import version
print('optax', version('optax'), 'jax', version('jax'))
def faded(dtype):
    p = jnp.ones(1, dtype)
    tx = optax.adam(1e-3, b2=.999)
    state = tx.init(p)
    step = jax.jit(lambda g, s: tx.update(g, s, p)[1])
    first = state = step(jnp.ones_like(p), state)
    for _ in range(5000): state = step(jnp.zeros_like(p), state)
    return float((state[0].nu / first[0].nu)[0])
kept = {d: faded(d) for d in ('float32', 'bfloat16')}
print('share of the second moment left after 5,000 steps without a gradient:', kept)
p = jnp.ones(3, jnp.bfloat16)
tx = optax.inject_hyperparams(optax.adam)(learning_rate=1e-3, b2=.999)
update, state = tx.update(jnp.ones_like(p), tx.init(p))
print('first update with inject_hyperparams:', update, 'b2:', state.hyperparams['b2'])
same = kept['float32'] < .01 and kept['bfloat16'] == 1 and bool(jnp.isnan(update).all())
sys.exit(0 if same else 'changed: b2 is no longer rounded to 1')
PY
