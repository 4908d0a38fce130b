#!/usr/bin/env bash
# JAX 0.10.2: jax.random.categorical on bfloat16 logits draws from another distribution.
#
# One would guess that a class with probability .5 comes up half of the time, and that 1,000 equal logits give each
# index as often as the next, up to the rounding of the logits. What happens: the class of .5 comes up 99 times in
# 100, and of 1,000 equal classes the first 100 get over half of the draws. The Gumbel noise is made of a uniform
# number in the logits' type, which for bfloat16 has 7 random bits, so many classes tie at the largest noise and the
# first of them wins. float16 is off in the same way from some thousand classes on. mode="high" and logits cast to
# float32 are right. From the same 7 bits, jax.random.normal in bfloat16 takes 128 values, none beyond 2.9, and has the
# mean -.012, and initializers with a bfloat16 dtype do so, too.
# Hurt: who samples tokens, actions or noise in bfloat16: only the likeliest token is seen, as if the temperature were
# lower. The documentation of mode speaks of probabilities under 1e-7, for float32.
# Source: jax/_src/random/core.py, _uniform (rng_bits, nmant), _gumbel (mode "low"), categorical, _normal_real.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir numpy==2.4.6 jax==0.10.2
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import jax, jax.numpy as jnp, numpy as np, sys
print('jax', jax.__version__)
key = jax.random.key(0)
half = np.log(np.append(np.full(999, .5/999), .5))
seen = {}
for name, dtype, mode in (('float32', jnp.float32, None), ('bfloat16', jnp.bfloat16, None),
                          ('bfloat16, mode=high', jnp.bfloat16, 'high')):
    kw = dict(shape=(5000,)) | (dict(mode=mode) if mode else {})
    likely = np.mean(np.asarray(jax.random.categorical(key, jnp.asarray(half, dtype), **kw)) == 999)
    first = np.mean(np.asarray(jax.random.categorical(key, jnp.zeros(1000, dtype), **kw)) < 100)
    seen[name] = likely, first
    print(f'{name}: class of probability .5 drawn {likely:.3f}, first 100 of 1,000 equal classes {first:.3f}')
z = np.asarray(jax.random.normal(key, (10**6,), jnp.bfloat16)).astype('float32')
print(f'normal in bfloat16: {len(np.unique(z))} values, largest {abs(z).max()}, mean {z.mean():.4f}')
near = all(abs(seen[k][0]-.5) < .03 and abs(seen[k][1]-.1) < .03 for k in ('float32', 'bfloat16, mode=high'))
same = near and seen['bfloat16'][0] > .9 and seen['bfloat16'][1] > .4 and abs(z).max() < 3
sys.exit(0 if same else f'changed: {seen}')
PY
