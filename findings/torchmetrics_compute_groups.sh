#!/usr/bin/env bash
# torchmetrics 1.9.0: the first batch decides whether a MetricCollection takes two metrics for one.
#
# One would guess that accuracy with and without ignore_index, or at the thresholds .5 and .9, have in a collection the
# values that they have alone. What happens: after the first batch, metrics whose states are equal become one group, of
# which only the first is updated from then on. If the first batch has no padding, or no score between the thresholds,
# the two stay one for good, with no warning, also after reset(): which number is reported depends on the first batch.
# Hurt: who reports accuracy with and without padding, compares thresholds or picks one by them; the smaller the first
# batch (a sanity check of two), the likelier. compute_groups=False is right.
# Source: torchmetrics/collections.py, MetricCollection.update, _merge_compute_groups and _equal_metric_states (states
# are compared, the metrics' arguments are not).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir torch==2.14.1 numpy==2.4.6 torchmetrics==1.9.0
cd "$dir" && timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import torch, torchmetrics, sys
from torchmetrics.classification import BinaryAccuracy, MulticlassAccuracy
print('torchmetrics', torchmetrics.__version__, 'torch', torch.__version__.split('+')[0])
T = torch.tensor
cases = dict(
    padding=(lambda: dict(all=MulticlassAccuracy(3, average='micro'),
                          unpadded=MulticlassAccuracy(3, average='micro', ignore_index=0)),
             [(T([1, 2, 1, 2]), T([1, 2, 2, 1])), (T([0, 0, 0, 1]), T([0, 0, 0, 2]))]),
    threshold=(lambda: dict(at_5=BinaryAccuracy(.5), at_9=BinaryAccuracy(.9)),
               [(T([.99, .01]), T([1, 0])), (T([.7, .6]), T([1, 1]))]))
seen = {}
for case, (make, batches) in cases.items():
    def run(how, batches):
        for b in batches: how.update(*b)
        return {k: round(float(v), 4) for k, v in how.compute().items()}
    both = torchmetrics.MetricCollection(make())
    alone = {k: run(torchmetrics.MetricCollection({k: m}), batches)[k] for k, m in make().items()}
    together = run(both, batches)
    both.reset()
    again = run(both, batches[::-1])
    fresh = run(torchmetrics.MetricCollection(make()), batches[::-1])
    off = run(torchmetrics.MetricCollection(make(), compute_groups=False), batches)
    seen[case] = alone == off == fresh and together == again and together != alone and len(set(together.values())) == 1
    print(f'{case}: alone {alone}\n  together {together}, after reset {again}')
    print(f'  batches in the other order {fresh}, compute_groups=False {off}')
sys.exit(0 if all(seen.values()) else f'changed: {seen}')
PY
