#!/usr/bin/env bash
# Clipping by the global norm in bfloat16 does not clip: optax 0.2.8 and MLX 0.32.4.
#
# One would guess that 1,000 gradients of one element, all 1, have the norm 31.6 in both, and that clipping to 1
# leaves a norm of 1. What happens: the squares of each leaf are summed to a bfloat16 number, and these numbers are
# added one leaf at a time in bfloat16. At 256 the sum stops: 256 + 1 is 256 again. The norm is 16, and the clipped
# gradients have norm 2. More leaves make it worse: the reported norm stays at 16.
# Hurt: who trains in bfloat16 with many small leaves (biases, norms, adapters), and who reads the logged norm.
# A float32 tree, or one big leaf, is right.
# Source: optax/tree_utils/_tree_math.py, tree_norm and tree_sum; mlx/optimizers/optimizers.py, clip_grad_norm
# (its squared_norm goes to float32 for float16 only).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet jax==0.10.2 optax==0.2.8 "mlx[cpu]==0.32.4"
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import jax, jax.numpy as jnp, optax, mlx.core as mx, mlx.optimizers as mo, sys
from importlib.metadata import version
def norm(tree): return sum(float(x[0])**2 for x in tree) ** .5
grads = [jnp.ones(1, jnp.bfloat16) for _ in range(1000)]
clipped, _ = optax.clip_by_global_norm(1.).update(grads, optax.EmptyState())
seen = float(optax.tree.norm(grads)), norm(clipped)
print('optax', version('optax'), 'jax', version('jax'), 'norm', seen[0], 'after clipping to 1', seen[1])
mgrads = {str(i): mx.ones(1, dtype=mx.bfloat16) for i in range(1000)}
mclipped, mnorm = mo.clip_grad_norm(mgrads, 1.)
mseen = mnorm.item(), norm(mclipped.values())
print('mlx', version('mlx'), 'norm', mseen[0], 'after clipping to 1', mseen[1])
f32 = float(optax.tree.norm([g.astype(jnp.float32) for g in grads]))
print('the same in float32', f32)
same = seen[0] == 16 and seen[1] > 1.9 and mseen[0] == 16 and mseen[1] > 1.9 and abs(f32-31.62) < .01
sys.exit(0 if same else 'changed: bfloat16 norms no longer stop at 16')
PY
