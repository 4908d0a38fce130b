#!/usr/bin/env bash
# fastai 2.8.12 does not take GroupNorm and RMSNorm for norm layers.
#
# One would guess that wd_bn_bias=False (the default: no weight decay on norms and biases) and train_bn=True (the
# default: norms of a frozen body go on training) hold for every norm layer of PyTorch. What happens: they hold for
# BatchNorm, InstanceNorm and LayerNorm. The weights of GroupNorm and RMSNorm are decayed, and in a frozen body they
# stand still, GroupNorm's bias with them.
# Hurt: who fine-tunes ConvNets with GroupNorm, or transformers with RMSNorm; the more with Lion's large decay.
# Source: fastai/torch_core.py, norm_types and norm_bias_params; fastai/learner.py, Learner._bn_bias_state.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet torch==2.14.1 torchvision==0.29.1 fastai==2.8.12
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, sys, fastai
from torch import nn
from fastai.learner import Learner
from fastai.data.core import DataLoaders
from fastai.optimizer import SGD
print('fastai', fastai.__version__, 'torch', torch.__version__.split('+')[0])
norms = dict(batch=nn.BatchNorm1d(4), layer=nn.LayerNorm(4), group=nn.GroupNorm(2, 4), rms=nn.RMSNorm(4))
body, head = nn.Sequential(*norms.values()), nn.Linear(4, 1)
dls = DataLoaders([(torch.randn(8, 4), torch.randn(8, 1))], [])
learn = Learner(dls, nn.Sequential(body, head), nn.MSELoss(), opt_func=SGD,
                splitter=lambda m: [list(m[0].parameters()), list(m[1].parameters())])
learn.freeze()
seen = {}
for name, m in norms.items():
    for part, p in m.named_parameters():
        decayed = learn.opt.state[p].get('do_wd', True)
        seen[f'{name}.{part}'] = (decayed, p.requires_grad)
        print(f'{name}.{part}: decayed {decayed}, trains in a frozen body {p.requires_grad}')
want = {f'{n}.{part}': (False, True) for n in ('batch', 'layer') for part in ('weight', 'bias')}
want |= {'group.weight': (True, False), 'group.bias': (False, False), 'rms.weight': (True, False)}
sys.exit(0 if seen == want else 'changed')
PY
