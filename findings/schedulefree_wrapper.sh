#!/usr/bin/env bash
# schedulefree 1.4.1: ScheduleFreeWrapper fails on the first step with the optimizer that its own README wraps.
#
# One would guess that the wrapper, which "can wrap any base optimizer", wraps torch.optim.RMSprop as in the README's
# example. What happens: the first step raises KeyError: 'square_avg' (AdamW and NAdam: 'exp_avg'). The wrapper puts
# its tensor z into the state of each parameter before the base optimizer's first step, and PyTorch's optimizers
# fill a state only if it is empty. SGD works, for it asks for its own key; Adagrad fills its state when it is made.
# Hurt: who wants Schedule-Free on top of anything but SGD and Adagrad.
# Source: schedulefree/wrap_schedulefree.py, ScheduleFreeWrapper.step (and wrap_schedulefree_reference.py);
# torch/optim/rmsprop.py and adam.py, _init_group ("if len(state) == 0").
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet torch==2.14.1 numpy==2.4.6 schedulefree==1.4.1
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, sys
from importlib.metadata import version
from schedulefree import ScheduleFreeWrapper
print('torch', version('torch'), 'schedulefree', version('schedulefree'))
seen = {}
for name in ('RMSprop', 'AdamW', 'NAdam', 'SGD', 'Adagrad'):
    p = torch.nn.Parameter(torch.ones(3))
    opt = ScheduleFreeWrapper(getattr(torch.optim, name)([p], lr=.01), momentum=.9, weight_decay_at_y=.1)
    opt.train()
    p.grad = torch.ones(3)
    try: seen[name] = 'ok' if opt.step() is None else 'loss'
    except KeyError as e: seen[name] = repr(e)
    print(name, seen[name])
same = seen == dict(RMSprop="KeyError('square_avg')", AdamW="KeyError('exp_avg')", NAdam="KeyError('exp_avg')",
                    SGD='ok', Adagrad='ok')
sys.exit(0 if same else f'changed: {seen}')
PY
