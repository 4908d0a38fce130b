#!/usr/bin/env bash
# Lightning 2.6.6 and accelerate 1.15.0: the last step of an epoch gets a gradient that is too small.
#
# One would guess that with accumulation over 4 batches and 5 batches in an epoch, the second step has the mean gradient
# of the one batch it saw. What happens: both step on the short window, as they should, but have divided every loss by
# 4 beforehand, so that step has a quarter of its gradient, one epoch after the other.
# Hurt: SGD and anything that clips or averages gradients (Lion and Adam give that batch's direction a quarter of its
# weight in their momenta), most with small data sets: 5 batches and a window of 4 lose 3/8 of all the movement.
# Source: lightning/pytorch/loops/optimization/automatic.py, ClosureResult.from_training_step_output (normalize);
# accelerate/accelerator.py, Accelerator.backward and _do_sync.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet torch==2.14.1 numpy==2.4.6 lightning==2.6.6 accelerate==1.15.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import logging, sys, torch
from torch import nn
from torch.utils.data import DataLoader
import lightning, accelerate
print('lightning', lightning.__version__, 'accelerate', accelerate.__version__, 'torch', torch.__version__)
logging.getLogger('lightning.pytorch').setLevel(logging.ERROR)
data = DataLoader([torch.ones(1)] * 5, batch_size=1)
seen = dict(lightning=[], accelerate=[])
class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(1))
    def training_step(self, batch, i): return (self.w * batch).sum()
    def configure_optimizers(self): return torch.optim.SGD(self.parameters(), lr=1.)
    def on_before_optimizer_step(self, opt): seen['lightning'].append(self.w.grad.item())
lightning.Trainer(max_epochs=2, accelerator='cpu', accumulate_grad_batches=4, logger=False, enable_checkpointing=False,
                  enable_progress_bar=False, enable_model_summary=False).fit(Module(), data)
acc = accelerate.Accelerator(gradient_accumulation_steps=4, cpu=True)
model = nn.Linear(1, 1, bias=False)
model, opt, data = acc.prepare(model, torch.optim.SGD(model.parameters(), lr=1.), data)
for _ in range(2):
    for batch in data:
        with acc.accumulate(model):
            acc.backward(model(batch).sum())
            if acc.sync_gradients: seen['accelerate'].append(model.weight.grad.item())
            opt.step()
            opt.zero_grad()
for name, grads in seen.items(): print(name, 'gradient at each step; every batch has gradient 1:', grads)
same = all(g == [1, .25, 1, .25] for g in seen.values())
sys.exit(0 if same else f'changed: {seen}')
PY
