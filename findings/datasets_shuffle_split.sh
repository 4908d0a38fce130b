#!/usr/bin/env bash
# datasets 5.2.0: with set_epoch, a streamed validation set gets into the training set from the second epoch on.
#
# One would guess that stream.take(100) and stream.skip(100) have no example in common, for one is the rest of the
# other. The documentation advises to shuffle before splitting, and to call set_epoch in between epochs. What happens:
# set_epoch shuffles anew what lies below the split. After training.set_epoch(1), training holds 94 of 100 validation
# examples (of 1,000 in one shard; of ten shards with a buffer of 100 it is 29, and 73 in five epochs). If both get
# set_epoch, the validation set of each epoch is another one, and nearly all of it has been trained on before. No
# warning. Splitting first and shuffling each part is right (the shards then keep their order).
# Hurt: who validates on a part of a stream for several epochs: the loss is too good, and early stopping stops too late.
# Source: datasets/iterable_dataset.py, IterableDataset._prepare_ex_iterable_for_iteration: shift_ex_examples_rngs moves
# the generator of the shuffle below TakeExamplesIterable and SkipExamplesIterable by the epoch.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
timeout 1500 "$dir/venv/bin/pip" install --quiet --no-cache-dir numpy==2.4.6 pyarrow==26.0.1 datasets==5.2.0
cd "$dir" && HF_HOME="$dir" timeout 180 "$dir/venv/bin/python" -W ignore - <<'PY'
import datasets, sys
print('datasets', datasets.__version__)
def ids(stream): return {o['id'] for o in stream}
def leaks(shards, buffer, both=False, split_first=False):
    "In each epoch: validation examples in training, and validation examples trained on so far"
    stream = datasets.Dataset.from_dict(dict(id=list(range(1000)))).to_iterable_dataset(num_shards=shards)
    def shuffled(x): return x.shuffle(seed=42, buffer_size=buffer)
    if not split_first: stream = shuffled(stream)
    valid, train = stream.take(100), stream.skip(100)
    if split_first: valid, train = shuffled(valid), shuffled(train)
    trained, res = set(), []
    for epoch in range(5):
        train.set_epoch(epoch)
        if both: valid.set_epoch(epoch)
        now = ids(train)
        trained |= now
        res.append((len(now & ids(valid)), len(trained & ids(valid))))
    return res
cases = dict(one_shard=dict(shards=1, buffer=1000), ten_shards=dict(shards=10, buffer=100),
             set_epoch_of_both=dict(shards=1, buffer=1000, both=True),
             split_first=dict(shards=10, buffer=100, split_first=True))
seen = {name: leaks(**kw) for name, kw in cases.items()}
for name, res in seen.items():
    print(f'{name}: of 100 validation examples in this epoch\'s training set, in any so far: {res}')
now, so_far = {k: [o[0] for o in v] for k, v in seen.items()}, {k: [o[1] for o in v] for k, v in seen.items()}
same = (now['one_shard'][0] == 0 and min(now['one_shard'][1:]) > 80 and min(now['ten_shards'][1:]) > 15
        and so_far['ten_shards'][-1] > 50 and max(now['set_epoch_of_both']) == 0
        and so_far['set_epoch_of_both'][-1] > 90 and max(so_far['split_first']) == 0)
sys.exit(0 if same else f'changed: {seen}')
PY
