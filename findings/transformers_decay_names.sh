#!/usr/bin/env bash
# Transformers 5.24.0: which weights the Trainer decays depends on letters in their names.
#
# One would guess that weight decay leaves out vectors: biases and the weights of norm layers. What happens: it leaves
# out every parameter whose full name has "bias" in it, so the matrices of layers called `debias` or `unbiased_proj`
# and T5's `relative_attention_bias` embedding are never decayed; and a norm layer other than nn.LayerNorm is
# recognised by its name only: RMSNorm, GroupNorm and BatchNorm in attributes called `rms`, `gn` or `bn1` are decayed.
# Hurt: who brings a model of their own: renaming a layer changes training. ResNet-like models (`bn1`) are hit whole.
# Source: transformers/trainer.py, Trainer.get_decay_parameter_names; transformers/trainer_pt_utils.py,
# get_parameter_names.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet torch==2.14.1 numpy==2.4.6 transformers==5.24.0 accelerate==1.15.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, sys, transformers
from torch import nn
from transformers import Trainer
print('transformers', transformers.__version__, 'torch', torch.__version__.split('+')[0])
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj, self.debias, self.unbiased_proj = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 3)
        self.relative_attention_bias = nn.Embedding(8, 2)
        self.input_norm, self.rms = nn.RMSNorm(3), nn.RMSNorm(3)
        self.gn, self.bn1 = nn.GroupNorm(1, 3), nn.BatchNorm1d(3)
model = Model()
decayed = set(Trainer.get_decay_parameter_names(None, model))
for name, p in model.named_parameters():
    print(f'{name} {list(p.shape)}:', 'decayed' if name in decayed else 'not decayed')
same = decayed == {'proj.weight', 'rms.weight', 'gn.weight', 'bn1.weight'}
sys.exit(0 if same else f'changed: {decayed}')
PY
