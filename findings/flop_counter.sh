#!/usr/bin/env bash
# PyTorch 2.14.1: FlopCounterMode counts grouped convolutions many times too high, and attention and LSTMs on a CPU not.
#
# One would guess that the backward pass of a convolution counts twice its forward pass, grouped or not, and that
# scaled_dot_product_attention, an LSTM and an encoder in eval mode count what their matrix products count, on any
# device. What happens: the gradient of a grouped convolution's weight counts as if there were no groups, so a depthwise
# convolution of 16 channels counts 17 times its forward pass in the backward pass (of 512 channels: 513 times).
# Attention counts 0 on the CPU, forward and backward, as do nn.LSTM where it needs gradients, nn.MultiheadAttention and
# TransformerEncoderLayer in eval mode under no_grad (their fast path), and a matrix times a vector. No warning.
# Hurt: who reports the compute of a model, its utilisation or a scaling law from this count: ConvNeXt- and
# MobileNet-like models too high, transformers measured on a CPU too low.
# Source: torch/utils/flop_counter.py, conv_backward_flop (takes _groups and does not use it) and flop_registry, which
# lacks _scaled_dot_product_flash_attention_for_cpu, mkldnn_rnn_layer, mv, dot, _native_multi_head_attention and
# _transformer_encoder_layer_fwd.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir torch==2.14.1 numpy==2.4.6
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, sys
from torch import nn
from torch.nn.functional import scaled_dot_product_attention as sdpa
from torch.utils.flop_counter import FlopCounterMode
print('torch', torch.__version__.split('+')[0])
def flops(f):
    with FlopCounterMode(display=False) as c: f()
    return c.get_total_flops()
seen = {}
x = torch.randn(2, 16, 8, 8, requires_grad=True)
for groups in (1, 4, 16):
    conv = nn.Conv2d(16, 16, 3, padding=1, groups=groups)
    forward = flops(lambda: conv(x))
    seen['conv', groups] = (flops(lambda: conv(x).sum().backward()) - forward) / forward
    print(f'convolution, 16 channels in {groups} groups: forward {forward}, backward {seen["conv", groups]:g} times that')
q = torch.randn(1, 4, 32, 16, requires_grad=True)
y, a, b = torch.randn(2, 8, 16), torch.randn(32, 32), torch.randn(32)
lstm, mha = nn.LSTM(16, 16, batch_first=True), nn.MultiheadAttention(16, 4, batch_first=True)
layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, dropout=0.)
def quiet(f):
    with torch.no_grad(): return flops(f)
for name, count, other in (('attention', flops(lambda: sdpa(q, q, q).sum().backward()), flops(lambda: ((q @ q.mT) @ q))),
        ('LSTM', flops(lambda: lstm(y)), 2*16*4*16*32),
        ('MultiheadAttention', quiet(lambda: mha.eval()(y, y, y)), quiet(lambda: mha.train()(y, y, y))),
        ('encoder layer', quiet(lambda: layer.eval()(y)), quiet(lambda: layer.train()(y))),
        ('matrix @ vector', flops(lambda: a @ b), flops(lambda: a @ b[:, None]))):
    print(f'{name}: {count}; by hand, in train mode or as a matrix at least {other}')
    seen[name] = count == 0 < other
same = [seen.pop(('conv', g)) for g in (1, 4, 16)] == [2, 5, 17] and all(seen.values())
sys.exit(0 if same else f'changed: {seen}')
PY
