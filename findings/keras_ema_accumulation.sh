#!/usr/bin/env bash
# Keras 3.15.1: with gradient accumulation, the moving average of the weights moves at every micro-batch.
#
# One would guess that use_ema=True averages the weights once for each time they change. What happens: with
# gradient_accumulation_steps=4 the average is also updated in the three calls that only add up gradients, so
# ema_momentum=0.9 acts as 0.9**4 = 0.66 per step and the average is four times shorter than asked for.
# ema_overwrite_frequency, too, overwrites the weights in the middle of a window: its gradients are not of one point.
# Hurt: who turns accumulation on for a model that is evaluated or exported with its average.
# Source: keras/src/optimizers/base_optimizer.py, _backend_apply_gradients: the block "if self.use_ema" stands
# outside of the condition on is_update_step.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet keras==3.15.1 jax==0.10.2
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import os, sys
os.environ['KERAS_BACKEND'] = 'jax'
import keras, numpy as np
print('keras', keras.__version__, 'backend', keras.backend.backend())
def average(every, steps=2):
    "The weight, which goes from 0 to 10 in one step and stays there, and its average"
    w = keras.Variable(np.zeros(1, 'float32'))
    opt = keras.optimizers.SGD(1., use_ema=True, ema_momentum=.9, gradient_accumulation_steps=every)
    opt.build([w])
    seen = []
    for step in range(steps+1):
        for _ in range(every or 1): opt.apply([keras.ops.convert_to_tensor([-10. if step == 1 else 0.])], [w])
        seen.append((float(w[0]), round(float(opt._model_variables_moving_average[0][0]), 4)))
    return seen
plain, accumulated = average(None), average(4)
print('(weight, average) after each step, no accumulation:      ', plain)
print('(weight, average) after each step, 4 micro-batches a step:', accumulated)
same = plain[-1] == (10, 1.9) and accumulated[-1][0] == 10 and accumulated[-1][1] > 4
sys.exit(0 if same else 'changed: the averages are equal now' if plain == accumulated else 'changed')
PY
