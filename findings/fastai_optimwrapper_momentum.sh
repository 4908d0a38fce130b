#!/usr/bin/env bash
# fastai 2.8.12: fit_one_cycle turns momentum on in a PyTorch SGD or RMSprop that was made without it.
#
# One would guess that OptimWrapper(opt=torch.optim.SGD) with momentum=0 stays plain SGD under fit_one_cycle, which
# then only moves lr. What happens: the cycle's moms (0.95, 0.85, 0.95) are written into the group's `momentum`, so
# SGD trains with a momentum of 0.95 and a step up to 20 times larger than asked for; for RMSprop the same.
# fit, without a schedule, leaves momentum at 0, so the same optimizer differs between the two.
# Hurt: who compares PyTorch's SGD or RMSprop with another optimizer under one-cycle.
# Source: fastai/callback/schedule.py, fit_one_cycle (scheds has `mom` in any case); fastai/optimizer.py,
# pytorch_hp_map and OptimWrapper._set_hyper.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet torch==2.14.1 torchvision==0.29.1 fastai==2.8.12
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, sys, fastai
from functools import partial
from torch import nn
from fastai.learner import Learner
from fastai.data.core import DataLoaders
from fastai.optimizer import OptimWrapper
from fastai.callback.schedule import fit_one_cycle
print('fastai', fastai.__version__, 'torch', torch.__version__.split('+')[0])
batches = [(torch.randn(8, 4), torch.randn(8, 1)) for _ in range(10)]
seen = {}
for opt in (torch.optim.SGD, torch.optim.RMSprop):
    for how in ('fit', 'fit_one_cycle'):
        learn = Learner(DataLoaders(batches, batches), nn.Linear(4, 1), nn.MSELoss(),
                        opt_func=partial(OptimWrapper, opt=opt, momentum=0.))
        with learn.no_bar(), learn.no_logging(): getattr(learn, how)(1, 1e-3)
        g = learn.opt.opt.param_groups[0]
        seen[opt.__name__, how] = g['momentum']
        print(f"{opt.__name__} made with momentum=0, after {how}: momentum {g['momentum']:.4f}")
same = all((v == 0) == (how == 'fit') for (_, how), v in seen.items())
sys.exit(0 if same else f'changed: {seen}')
PY
