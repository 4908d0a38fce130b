#!/usr/bin/env bash
# Flax 0.12.8 on JAX 0.10.2: with dtype=bfloat16, the gradient of an embedding's frequent rows is cut off.
#
# One would guess that Embed(dtype=bfloat16), which keeps its parameters in float32 and gives a float32 gradient, adds
# up the tokens of a batch as the Dense layers do: a token seen 1,000 times with a gradient of 1 gets 1,000. What
# happens: the table is turned into bfloat16 before the look-up, so the gradient is added one token at a time in
# bfloat16 and stops at 256: 256 + 1 is 256 again. The order counts, too: 1,000 times +1 and then 500 times -1 is -244,
# of the wrong sign. No warning. linen and nnx do the same, jit or not, as does any table[ids] in bfloat16 and
# jax.ops.segment_sum; float16 stops at 2,048. jnp.sum and a one-hot product are right. Seen on the CPU.
# Hurt: mixed precision as Flax means it: the rows of spaces, commas, padding and of small tables (positions, token
# types, labels). An optimizer that takes the sign, like Lion, moves such a row the wrong way.
# Source: flax/linen/linear.py and flax/nnx/nn/linear.py, Embed.__call__ (promote_dtype before take);
# jax/_src/lax/slicing.py, the transpose rule of gather (scatter_add in the operand's type).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir numpy==2.4.6 jax==0.10.2 flax==0.12.8
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import flax, jax, jax.numpy as jnp, numpy as np, sys
from flax import linen, nnx
print('flax', flax.__version__, 'jax', jax.__version__)
signs = jnp.append(jnp.ones(1000), -jnp.ones(500))
seen = {}
for dtype in (jnp.float32, jnp.bfloat16):
    embed, embed2 = linen.Embed(4, 1, dtype=dtype), nnx.Embed(4, 1, dtype=dtype, rngs=nnx.Rngs(0))
    dense = linen.Dense(1, use_bias=False, dtype=dtype)
    for n, kind in ((1000, 'ones'), (1500, 'signs')):
        ids, w = jnp.zeros(n, int), signs[:n, None].astype(dtype)
        def loss(out): return (out*w).astype(jnp.float32).sum()
        grads = dict(linen=jax.grad(lambda v: loss(embed.apply(v, ids)))(embed.init(jax.random.key(0), ids)),
                     nnx=nnx.to_pure_dict(nnx.grad(lambda m: loss(m(ids)))(embed2)))
        one_hot = jax.nn.one_hot(ids, 4)
        grads['one-hot'] = jax.grad(lambda v: loss(dense.apply(v, one_hot)))(dense.init(jax.random.key(0), one_hot))
        for name, g in grads.items():
            g = jax.tree.leaves(g)[0]
            seen[name, dtype.__name__, kind] = float(g[0, 0])
            print(f'{name}, dtype={dtype.__name__}: gradient ({g.dtype}) of a row seen {n} times, {kind}: {g[0, 0]}')
right = {k: 1000 if k[2] == 'ones' else 500 for k in seen}
right |= {(k, 'bfloat16', s): v for k in ('linen', 'nnx') for s, v in (('ones', 256), ('signs', -244))}
sys.exit(0 if seen == right else f'changed: {seen}')
PY
