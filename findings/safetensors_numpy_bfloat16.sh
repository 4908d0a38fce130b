#!/usr/bin/env bash
# safetensors 0.8.0 writes bfloat16 and float8 NumPy arrays that it cannot read back.
#
# One would guess that what safetensors.numpy.save takes, safetensors.numpy.load gives back, with the ml_dtypes type
# that went in. What happens: save writes a good file (its header says BF16; PyTorch reads it); load of the
# same bytes raises KeyError: 'BF16', which names neither tensor nor remedy. safe_open(framework="numpy") reads
# bfloat16; for float8 it raises AttributeError: numpy has no attribute float8_e4m3fn.
# Hurt: who keeps JAX, Keras or MLX weights or momenta in bfloat16 through NumPy: saving succeeds, resuming fails.
# Source: safetensors/numpy.py, load (_view2np and _getdtype, table _TYPES).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet numpy==2.4.6 ml_dtypes==0.6.0 safetensors==0.8.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import numpy as np, ml_dtypes, sys, safetensors, safetensors.numpy as sn
print('safetensors', safetensors.__version__, 'numpy', np.__version__, 'ml_dtypes', ml_dtypes.__version__)
seen = {}
for name in ('float16', 'bfloat16', 'float8_e4m3fn'):
    data = sn.save({'momentum': np.array([1, .5, -2], getattr(ml_dtypes, name, None) or name)})
    header = data[8:8+int.from_bytes(data[:8], 'little')].decode().strip()
    try: seen[name] = str(sn.load(data)['momentum'].dtype)
    except Exception as e: seen[name] = repr(e)
    print(name, 'saved as', header, '-> load:', seen[name])
    open(name, 'wb').write(data)
    try:
        with safetensors.safe_open(name, framework='numpy') as f: print('   safe_open:', f.get_tensor('momentum').dtype)
    except Exception as e: print('   safe_open:', repr(e))
same = seen == {'float16': 'float16', 'bfloat16': "KeyError('BF16')", 'float8_e4m3fn': "KeyError('F8_E4M3')"}
sys.exit(0 if same else f'changed: {seen}')
PY
