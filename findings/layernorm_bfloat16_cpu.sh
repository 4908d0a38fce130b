#!/usr/bin/env bash
# PyTorch 2.14.1 on the CPU: in bfloat16 the gradients of LayerNorm and Embedding are cut off, with autocast, too.
#
# One would guess that the gradient of LayerNorm's bias adds up the rows of a batch as that of Linear's bias does:
# 10,000 rows with a gradient of 1 give 10,000. What happens: it is added one row at a time in bfloat16 and stops at
# 256, for each thread: 256 + 1 is 256 again. Under torch.autocast the parameters and the gradient are float32, and the
# gradient is 256 all the same. The order counts: 1,000 rows of +1 and then 500 of -1 give -244, of the wrong sign.
# Embedding and table[ids] of bfloat16 weights stop at 256, too, with any number of threads; in float16 both stop at
# 2,048. Linear, GroupNorm, RMSNorm, BatchNorm and index_select are right. No warning. Seen on x86-64.
# Hurt: who trains or tests in bfloat16 on a CPU, most with an optimizer that takes the sign: Lion moves such a bias
# the wrong way. (No GPU was asked.)
# Source: aten/src/ATen/native/cpu/layer_norm_kernel.cpp, LayerNormBackwardKernelImplInternal (its buffer has the
# input's type); aten/src/ATen/native/Embedding.cpp, embedding_dense_backward_cpu; index_put_ with accumulate.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir torch==2.14.1 numpy==2.4.6
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, sys
from torch import nn
print('torch', torch.__version__.split('+')[0])
torch.set_num_threads(1)
seen = {}
for kind, w in dict(ones=torch.ones(1000), signs=torch.cat([torch.ones(1000), -torch.ones(500)])).items():
    x, ids = torch.randn(len(w), 8), torch.zeros(len(w), dtype=torch.long)
    def grad(m, x, p):
        (m(x)*w[:, None].to(x.dtype if x.is_floating_point() else p.dtype)).float().sum().backward()
        return p.grad.flatten()[0].item()
    for dtype in (torch.float32, torch.bfloat16):
        name = str(dtype).split('.')[1]
        for m in (nn.LayerNorm(8), nn.Linear(8, 2), nn.GroupNorm(2, 8)):
            m = m.to(dtype)
            seen[type(m).__name__, name, kind] = grad(m, x.to(dtype), m.bias)
        m = nn.Embedding(4, 2, dtype=dtype)
        seen['Embedding', name, kind] = grad(m, ids, m.weight)
    for m in (nn.LayerNorm(8), nn.Linear(8, 2)):
        with torch.autocast('cpu', torch.bfloat16): got = grad(m, x.bfloat16(), m.bias)
        seen[type(m).__name__, 'autocast', kind] = got
for k, v in seen.items(): print(*k, v)
right = {k: 1000 if k[2] == 'ones' else 500 for k in seen}
wrong = ('LayerNorm', 'bfloat16'), ('LayerNorm', 'autocast'), ('Embedding', 'bfloat16')
right |= {(*k, s): v for k in wrong for s, v in (('ones', 256), ('signs', -244))}
sys.exit(0 if seen == right else f'changed: {seen}')
PY
