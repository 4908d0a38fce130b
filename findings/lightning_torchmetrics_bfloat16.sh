#!/usr/bin/env bash
# Lightning 2.6.6 with torchmetrics 1.9.0: in precision="bf16-true" a mean over many batches is no mean.
#
# One would guess that torchmetrics go on adding up in float32, for they say that a module's change of type leaves their
# states alone. What happens: they guard against module.bfloat16(), but Lightning calls module.to(torch.bfloat16), which
# they let through. Sums and counts then stop at 256: the mean of 500 ones and 500 threes is 4, MeanSquaredError of
# 1,000 errors of 1 is .256 (its count is an integer). No warning. self.log of the same numbers, without torchmetrics,
# gives 2.
# Hurt: who validates in bf16-true with more than 256 batches and picks checkpoints or stops early by the metric.
# Source: torchmetrics/metric.py, Metric._apply (the list of Module.type, Module.half, ... lacks Module.to);
# lightning/pytorch/plugins/precision/half.py, HalfPrecision.convert_module.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir torch==2.14.1 numpy==2.4.6 lightning==2.6.6 torchmetrics==1.9.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - 2>/dev/null <<'PY'
import logging, sys, torch, lightning, torchmetrics
from torch import nn
print('lightning', lightning.__version__, 'torchmetrics', torchmetrics.__version__, 'torch', torch.__version__.split('+')[0])
logging.getLogger('lightning.pytorch').setLevel(logging.ERROR)
class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.l, self.mean, self.mse = nn.Linear(1, 1), torchmetrics.MeanMetric(), torchmetrics.MeanSquaredError()
    def validation_step(self, batch, i):
        x = 1. if i < 500 else 3.
        self.mean.update(x)
        self.mse.update(torch.ones_like(batch), torch.zeros_like(batch))
        self.log('plain', x)
    def on_validation_epoch_end(self):
        self.seen = float(self.mean.compute()), round(float(self.mse.compute()), 4), str(self.mean.mean_value.dtype)
data = torch.utils.data.DataLoader(torch.ones(1000, 1))
seen = {}
for precision in ('32-true', 'bf16-true'):
    module = Module()
    trainer = lightning.Trainer(precision=precision, accelerator='cpu', logger=False, enable_progress_bar=False,
                                enable_checkpointing=False, enable_model_summary=False)
    plain = trainer.validate(module, data, verbose=False)[0]['plain']
    seen[precision] = module.seen + (plain,)
    mean, mse, kept = module.seen
    print(f'{precision}: MeanMetric {mean}, MeanSquaredError {mse}, kept in {kept}; self.log {plain}')
m = torchmetrics.MeanMetric
kept = [str(x.mean_value.dtype) for x in (m().bfloat16(), m().to(torch.bfloat16))]
print('torchmetrics alone: after .bfloat16() states in', kept[0], 'after .to(torch.bfloat16) in', kept[1])
same = seen == {'32-true': (2, 1, 'torch.float32', 2), 'bf16-true': (4, .2559, 'torch.bfloat16', 2)}
same &= kept == ['torch.float32', 'torch.bfloat16']
if not same: print('changed:', seen, kept)
sys.exit(0 if same else 1)
PY
