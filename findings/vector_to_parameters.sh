#!/usr/bin/env bash
# PyTorch 2.14.1: vector_to_parameters changes the parameters' type and ties them to the vector.
#
# One would guess that it copies ("Copy slices of a vector into ..." is its description), so that a model with
# bfloat16 and float32 layers is afterwards what it was. What happens: each parameter becomes a piece of the vector
# itself. parameters_to_vector of mixed types gives float32, so the round trip turns the bfloat16 layers into float32.
# What is done to the vector later, or to another model filled from it, is done to the model: one step of an optimizer
# on one of two models moves both. No warning.
# Hurt: evolution strategies, averaging and line searches that work on flat vectors.
# Source: torch/nn/utils/convert_parameters.py, vector_to_parameters (param.data = vec[...].view_as(param).data).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir torch==2.14.1 numpy==2.4.6
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import sys, torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters
print('torch', torch.__version__.split('+')[0])
def types(m): return [str(p.dtype).removeprefix('torch.') for p in m.parameters()]
mixed = nn.Sequential(nn.Linear(2, 2).bfloat16(), nn.Linear(2, 2))
before = types(mixed)
vector_to_parameters(parameters_to_vector(mixed.parameters()), mixed.parameters())
after = types(mixed)
print('types before', before, 'after the round trip', after)
one, two = nn.Linear(2, 2), nn.Linear(2, 2)
flat = parameters_to_vector(one.parameters()).detach()
for m in (one, two): vector_to_parameters(flat, m.parameters())
start = two.weight.detach().clone()
one(torch.ones(1, 2)).sum().backward()
torch.optim.SGD(one.parameters(), lr=1.).step()
moved = (two.weight - start).abs().max().item()
print(f'a step of one model moves the other by {moved}')
same = before == ['bfloat16']*2 + ['float32']*2 and after == ['float32']*4 and moved == 1
sys.exit(0 if same else f'changed: {before} {after} {moved}')
PY
