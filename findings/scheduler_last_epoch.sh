#!/usr/bin/env bash
# PyTorch 2.14.1: no value of last_epoch resumes all the learning-rate schedules.
#
# One would guess that a schedule goes on where it was when the optimizer is loaded from its file and the scheduler is
# made with last_epoch. What happens: making it takes one step. With the index before the last (the scheduler's own
# last_epoch - 1) cosine, linear and lambda schedules go on exactly, but StepLR and MultiStepLR that stood at a drop
# drop once more, and ConstantLR at its end divides by its factor again: lr .333, over three times the lr of the
# optimizer. With last_epoch itself ConstantLR is right, StepLR drops a step too early, cosine and linear leave their
# curves (linear ends its warm-up at .078 for lr .1, for ever), and lambda is one step ahead. For StepLR none is right.
# Hurt: who resumes by last_epoch. load_state_dict of the scheduler, made before the optimizer is loaded, is exact.
# Source: torch/optim/lr_scheduler.py, LRScheduler._initial_step; get_lr of StepLR, MultiStepLR, ConstantLR, LinearLR,
# CosineAnnealingLR, which multiply the present lr; LambdaLR.get_lr, which does not.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet torch==2.14.1 numpy==2.4.6
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, sys
from torch.optim.lr_scheduler import StepLR, MultiStepLR, ConstantLR, LinearLR, CosineAnnealingLR, LambdaLR
print('torch', torch.__version__.split('+')[0])
makers = dict(StepLR=lambda o, k: StepLR(o, 3, .1, k), MultiStepLR=lambda o, k: MultiStepLR(o, [3], .1, k),
              ConstantLR=lambda o, k: ConstantLR(o, .3, 3, k), LinearLR=lambda o, k: LinearLR(o, .1, 1., 5, k),
              CosineAnnealingLR=lambda o, k: CosineAnnealingLR(o, 10, 0, k),
              LambdaLR=lambda o, k: LambdaLR(o, lambda e: .5**e, k))
p = torch.nn.Parameter(torch.zeros(1))
def lrs(opt, sched, n):
    seen = [opt.param_groups[0]['lr']]
    for _ in range(n):
        opt.step()
        sched.step()
        seen.append(opt.param_groups[0]['lr'])
    return [round(lr, 6) for lr in seen]
right = {}
for name, make in makers.items():
    opt = torch.optim.SGD([p], lr=.1)
    sched = make(opt, -1)
    lrs(opt, sched, 3)
    saved, index = opt.state_dict(), sched.last_epoch
    want = lrs(opt, sched, 3)
    print(name, 'uninterrupted from step 3:', want)
    for k in (index-1, index):
        opt = torch.optim.SGD([p], lr=.1)
        opt.load_state_dict(saved)
        got = lrs(opt, make(opt, k), 3)
        right[name, k] = got == want
        print(f'   last_epoch={k}:', got, 'right' if got == want else 'WRONG')
same = [right[n, 2] for n in makers] == [False, False, False, True, True, True] and \
       [right[n, 3] for n in makers] == [False, True, True, False, False, False]
sys.exit(0 if same else 'changed')
PY
