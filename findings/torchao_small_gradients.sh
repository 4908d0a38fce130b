#!/usr/bin/env bash
# torchao 0.18.0: AdamW8bit and AdamWFp8 take steps of thousands of lr where gradients differ much within a weight.
#
# One would guess that they step as AdamW does, give or take some per cent: a step of about lr, whatever the size of the
# gradient. What happens: both moments are kept in blocks of 256, relative to the largest of the block. The squares of
# gradients 1,000 times smaller than their neighbours' are below the smallest number but zero, and are forgotten at
# every step, while the first moment is not: it is divided by next to nothing. With one column of 64 at scale 1 and the
# others at .001, the largest step in the last 100 is 1.2 lr for AdamW, about 10,000 lr for AdamW8bit and 30,000 lr for
# AdamWFp8. AdamW4bit, whose second moment knows no zero, does the reverse: at .01 it hardly moves. No warning.
# Hurt: a layer that reads features of different size (tables, sensors; units that are rarely on), for which one takes
# Adam. At .01 8-bit and Fp8 are right, as are tensors of fewer than 4,096 elements, which stay as they are.
# Source: torchao/optim/subclass_8bit.py and quant_utils.py, create_dynamic_map; subclass_fp8.py, quantize_fp8;
# adam.py, single_param_adam. Here without torch.compile, which needs a compiler; with it, there are such steps, too.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir torch==2.14.1 numpy==2.4.6 torchao==0.18.0
cd "$dir" && TORCHDYNAMO_DISABLE=1 timeout 300 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, torchao, sys
from torchao.optim import AdamW4bit, AdamW8bit, AdamWFp8
print('torchao', torchao.__version__, 'torch', torch.__version__.split('+')[0])
def steps(make, scale, lr=1e-3):
    "Mean and largest step of the columns with small gradients, in units of `lr`, in the last 100 of 500 steps"
    torch.manual_seed(0)
    w = torch.nn.Parameter(torch.zeros(64, 64))
    opt = make([w], lr=lr, weight_decay=0.)
    scales = torch.full((64,), scale)
    scales[0] = 1
    moved = []
    for _ in range(500):
        w.grad = torch.randn(64, 64)*scales
        before = w.detach().clone()
        opt.step()
        moved.append((w.detach()-before)[:, 1:].abs()/lr)
    moved = torch.stack(moved[-100:])
    return moved.mean().item(), moved.max().item()
opts = torch.optim.AdamW, AdamW8bit, AdamWFp8, AdamW4bit
seen = {(opt.__name__, s): steps(opt, s) for opt in opts for s in (1., .01, .001)}
for (name, scale), (mean, largest) in seen.items():
    print(f'{name}, gradients of {scale} beside 1: mean step {mean:.3f} lr, largest step {largest:.2f} lr')
right = [(k, s) for k in ('AdamW', 'AdamW8bit', 'AdamWFp8') for s in (1., .01)] + [('AdamW', .001), ('AdamW4bit', 1.)]
same = (all(.1 < seen[k][0] < .3 and seen[k][1] < 2 for k in right) and seen['AdamW4bit', .01][0] < .02
        and seen['AdamW8bit', .001][1] > 1000 and seen['AdamWFp8', .001][1] > 1000)
sys.exit(0 if same else f'changed: {seen}')
PY
