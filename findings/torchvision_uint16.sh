#!/usr/bin/env bash
# torchvision 0.29.1: 16-bit images lose their bright end: ToTensor makes it negative, ToDtype makes white black.
#
# One would guess that a 16-bit gray image (Pillow's mode I;16) keeps its values in ToTensor, and that in
# v2.ToDtype(torch.uint16, scale=True) 1.0 becomes 65,535 as it becomes 255 in uint8. What happens: ToTensor reads the
# image as int16, so 40,000 becomes -25,536 and white is -1; and the float 1.0 becomes 0, for it is multiplied by
# 65,536 less .001, which float32 rounds to 65,536, one too many (seen on x86-64; the function refuses int32 for this
# reason, but not uint16). White in uint8 becomes 65,280, not 65,535. v2.ToImage, and ToDtype from uint16 to float,
# are right. No warning.
# Hurt: who trains on X-rays, microscopy, depth or height maps, and who writes masks and images back as 16 bits.
# Source: torchvision/transforms/functional.py, to_tensor (mode_to_nptype);
# torchvision/transforms/v2/functional/_misc.py, to_dtype_image (eps; num_value_bits).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir torch==2.14.1 torchvision==0.29.1 numpy==2.4.6 pillow==13.0.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import numpy as np, PIL, PIL.Image, sys, torch, torchvision
from torchvision import transforms
from torchvision.transforms import v2
print('torchvision', torchvision.__version__.split('+')[0], 'torch', torch.__version__.split('+')[0], 'pillow', PIL.__version__)
img = PIL.Image.fromarray(np.array([[300, 40000, 65535]], np.uint16))
def to(dtype, x): return v2.ToDtype(dtype, scale=True)(x).flatten().tolist()
seen = dict(ToTensor=transforms.ToTensor()(img).flatten().tolist(), ToImage=v2.ToImage()(img).flatten().tolist(),
            float_to_uint8=to(torch.uint8, torch.tensor([[[0., .5, 1.]]])),
            float_to_uint16=to(torch.uint16, torch.tensor([[[0., .5, 1.]]])),
            uint8_to_uint16=to(torch.uint16, torch.tensor([[[0, 128, 255]]], dtype=torch.uint8)))
print('image of mode', img.mode, np.asarray(img).tolist())
for k, v in seen.items(): print(f'{k}: {v}')
same = seen == dict(ToTensor=[300, -25536, -1], ToImage=[300, 40000, 65535], float_to_uint8=[0, 127, 255],
                    float_to_uint16=[0, 32768, 0], uint8_to_uint16=[0, 32768, 65280])
sys.exit(0 if same else f'changed: {seen}')
PY
