#!/usr/bin/env bash
# Transformers 5.24.0: the end of the cosine schedule with min_lr depends on an lr that no group uses.
#
# One would guess that with min_lr=1e-5 (lr_scheduler_type="cosine_with_min_lr") each group of parameters ends at 1e-5,
# as it does with PyTorch's CosineAnnealingLR(eta_min=1e-5). What happens: min_lr is divided by the optimizer's default
# lr, and each group ends at that share of its own lr. Groups of 1e-4 in an AdamW that was given no other lr (its
# default is 1e-3) end at 1e-6; in an SGD made with lr=1e-5 the schedule does nothing at all: it stays at 1e-4; made with
# lr=1e-6, it rises tenfold. polynomial's lr_end is taken the same way.
# Hurt: who gives each group its lr (a head and a body, decay by layer), and so passes an optimizer to the Trainer.
# Source: transformers/optimization.py, get_cosine_with_min_lr_schedule_with_warmup (min_lr / optimizer.defaults["lr"]),
# get_polynomial_decay_schedule_with_warmup (lr_init).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir torch==2.14.1 numpy==2.4.6 transformers==5.24.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import sys, torch, transformers
from transformers import get_scheduler
print('transformers', transformers.__version__, 'torch', torch.__version__.split('+')[0])
def end(make, name, **kw):
    opt = make([dict(params=[torch.nn.Parameter(torch.ones(1))], lr=lr) for lr in (1e-4, 1e-3)])
    sched = (torch.optim.lr_scheduler.CosineAnnealingLR(opt, 10, 1e-5) if name == 'torch' else
             get_scheduler(name, opt, num_warmup_steps=0, num_training_steps=10, scheduler_specific_kwargs=kw))
    for _ in range(10):
        opt.step()
        sched.step()
    return [float(f"{g['lr']:.3g}") for g in opt.param_groups]
def sgd(lr): return lambda groups: torch.optim.SGD(groups, lr=lr)
seen = dict(torch=end(torch.optim.AdamW, 'torch'), adamw=end(torch.optim.AdamW, 'cosine_with_min_lr', min_lr=1e-5),
            low=end(sgd(1e-5), 'cosine_with_min_lr', min_lr=1e-5), lower=end(sgd(1e-6), 'cosine_with_min_lr', min_lr=1e-5),
            polynomial=end(torch.optim.AdamW, 'polynomial', lr_end=1e-5))
for k, v in seen.items(): print(f'{k}: groups of lr 1e-4 and 1e-3 end at {v}')
same = seen == dict(torch=[1e-5, 1e-5], adamw=[1e-6, 1e-5], low=[1e-4, 1e-3], lower=[1e-3, 1e-2], polynomial=[1e-6, 1e-5])
sys.exit(0 if same else f'changed: {seen}')
PY
