"""Ratios in prose beside the stored results: `figures.py`

Every sentence of `claims` is written anew from `nbs/results` and must stand on its page, so a result that changes without its sentence is found.
Every ratio in the prose of home, Start, Guides and Evidence must lie in such a sentence, or be listed in `given` with the reason why it can't change."""
import json, re, sys
from pathlib import Path

import numpy as np
import pandas as pd

root = Path(__file__).resolve().parent.parent
results = root/'nbs/results'
pages = ['index', *(f'{folder}/{f.stem}' for folder in ('start','guides','evidence') for f in sorted((root/'nbs'/folder).glob('*.ipynb')))]
ratio = re.compile(r'(?<![\w./])\d[\d.,]*(?: (?:to|and) −?\d[\d.]*)? ?(?:%|times\b|floors\b|GiB\b)')

def read(name): return pd.read_csv(results/name)

def prose(page):
    "Markdown of a page without code and formulas; cells that compute their text are right by themselves"
    cells = json.loads((root/f'nbs/{page}.ipynb').read_text(encoding='utf-8'))['cells']
    text = '\n\n'.join(''.join(c['source']) for c in cells if c['cell_type'] == 'markdown')
    return re.sub(r'```.*?```|\$[^$]*\$', ' ', text, flags=re.S)

def sweep(name, *by):
    "The setting with the lowest mean loss for each of `by`"
    df = read(f'sweeps/sweep-{name}.csv')
    s = df.groupby([*by, *(o for o in ('lr','wd') if o not in by)]).valid_loss.mean().reset_index()
    return s.loc[s.groupby([*by]).valid_loss.idxmin()].set_index([*by])

def speedups(slow, fast):
    "Per cent by which `fast` steps faster in training: a row per model, the median over rounds"
    df = next(pd.read_csv(f) for f in sorted((results/'training').glob('*.csv')))
    t = df.pivot_table(index=['model','run','round'], columns='variant', values='step')
    return (100*(t[slow]/t[fast]-1)).groupby('model').median().round()

def language_model():
    "The best setting of each optimizer, batch and length, with the loss in tuning and the mean test loss over seeds"
    df = pd.concat(read(f'language-model-{o}.csv') for o in ('adamw','lion'))
    by = ['optimizer','batch','steps','lr','wd','beta1','beta2']
    s = df.groupby(by).agg(seeds=('seed','nunique'), test_loss=('test_loss','mean')).reset_index()
    return s[s.seeds == s.seeds.max()].set_index(['batch','steps','optimizer'])

lr = sweep('lr', 'task', 'optimizer')
both = sweep('lr-wd', 'task', 'optimizer')
batch = sweep('batch-size', 'batch_size', 'optimizer').valid_loss.unstack()
fused,small = speedups('adamw-fused', 'lion-fused'),speedups('lion-fused', 'lion-8bit-fused')
faster = small[['convnext_small','vit_small','deberta_base']]
wen = read('published_lion.csv').query("study == 'Wen et al. 2025'").dropna(subset=['adamw_lr','lion_lr'])
memory = next(pd.read_csv(f) for f in sorted((results/'training').glob('*.csv'))).query("model == 'deberta_base'")
n = memory.parameters.iloc[0]
peak = memory.groupby('variant')[['state_bytes','temporary_bytes']].max().sum(axis=1).add(8*n)/2**30

def over(df, column, a, b):
    t = df[column].unstack()
    return t[a]/t[b]

lr_ratio,both_ratio = over(lr, 'lr', 'AdamW', 'Lion'),over(both, 'lr', 'AdamW', 'Lion')
gap = lr.valid_loss.unstack().eval('Lion - AdamW')
ahead = batch.eval('Lion - AdamW')
found = read('sweeps/sweep-lr-find.csv').query("optimizer == 'Lion'").groupby(['task','suggested_by']).lr.agg(lambda v: np.exp(np.log(v).mean())).unstack()
found = found.div(lr.lr.unstack().Lion, axis=0)
language = language_model()
language_lr = over(language, 'lr', 'AdamW', 'Lion')
language_gap = language.test_loss.unstack().eval('Lion - AdamW')['small']
trained = next(pd.read_csv(f) for f in sorted((results/'training').glob('*.csv'))).groupby(['model','variant'])[['step','batch']].median()
speed = read('published_speed.csv').set_index('optimizer').steps
part = (100*trained.step/trained.batch).unstack()[['adamw-fused','lion-fused','lion-8bit-fused']]

def against(code):
    "Per cent of the steps that go against the newest gradient, as the lines of `every_lion` have printed"
    lines = read('lions_lines.csv')
    line = lines[lines.iloc[:,:-1].apply(lambda r: code in ' '.join(map(str, r)) and 'against' in ' '.join(map(str, r)), axis=1)]
    done,of = re.search(r'(\d+) of (\d+) steps', line.iloc[0,-1]).groups()
    return 100*int(done)/int(of)

# page, sentence, numbers
claims = [
    ('evidence/what_lion_wants', '({:.1f}, {:.1f} and {:.1f}; with decay tuned {:.0f} and {:.0f})', [*lr_ratio[['digits','table','text']], *both_ratio[['table','text']]]),
    ('evidence/hyperparameters', 'AdamW ends {:.2f} lower on the digits, {:.2f} on the table and {:.2f} on the text', gap[['digits','table','text']]),
    ('evidence/hyperparameters', 'Up to 128 samples AdamW ends {:.2f} to {:.2f} lower', [ahead[[8,32,128]].min(), ahead[[8,32,128]].max()]),
    ('evidence/hyperparameters', 'At 512 Lion is {:.2f} ahead, but the seeds overlap: open. At 1024 it is ahead by {:.2f}', -ahead[[512,1024]]),
    ('evidence/training_times', 'Fused, it is {:.0f} to {:.0f} % faster', [fused.min(), fused.max()]),
    ('evidence/training_times', '8 bits are {:.0f} to {:.0f} % faster for ConvNeXt Small, ViT Small and DeBERTa',
     [faster.min(), faster.max()]),
    ('evidence/training_times', 'They are slower by {:.0f} and {:.0f} % for XResNet101 and XSE-ResNeXt50', -small[['xresnet101','xse_resnext50']]),
    ('evidence/memory', 'for DeBERTa {:.1f} GiB with ForEach become {:.1f}. 8-bit fused Lion needs {:.2f}, of which parameters and gradients are {:.2f}',
     [*peak[['adamw-foreach','lion-foreach','lion-8bit-fused']], 8*n/2**30]),
    ('evidence/large_studies', "AdamW's best learning rate is {:.0f} to {:.0f} times Lion's, Lion's best `wd` {:.0f} to {:.0f} times AdamW's",
     [(wen.adamw_lr/wen.lion_lr).min(), (wen.adamw_lr/wen.lion_lr).max(), (wen.lion_wd/wen.adamw_wd).min(), (wen.lion_wd/wen.adamw_wd).max()]),
    ('evidence/large_studies', "it needs {:.1f} times the steps of a tuned AdamW and {:.1f} times Muon's", [speed['Lion']/speed['AdamW, tuned'], speed['Lion']/speed['Muon, tuned']]),
    ('start/questions', "Lion needs {:.1f} times Muon's steps", [speed['Lion']/speed['Muon, tuned']]),
    ('evidence/hyperparameters', 'is {:.2f} to {:.2f} of the best learning rate', [found.valley.min(), found.valley.max()]),
    ('evidence/hyperparameters', '`minimum` is {:.1f} and {:.1f} times too large on digits and table', found.minimum[['digits','table']]),
    ('start/learning_rate', '[{:.2f} to {:.2f}](../evidence/hyperparameters.ipynb#lr_find) of the best rate', [found.valley.min(), found.valley.max()]),
    ('evidence/language_model', 'it is {:.2f}, {:.2f} and {:.2f} nats after {:.0f}, {:.0f} and {:,.0f} steps', [*language_gap, *language_gap.index]),
    ('evidence/language_model', "AdamW's best learning rate is {:.0f} to {:.0f} times Lion's", [language_lr.min(), language_lr.max()]),
    ('evidence/every_lion', 'against the newest one; of ours {:.0f} % do', [against('Lion([p], weight_decay=0.)')]),
    ('evidence/training_times', 'Fused optimizers take [{:.0f} to {:.0f} % of a small batch]', [part.min(axis=None), part.max(axis=None)]),
]

# rules, arithmetic, bounds that a test of the page holds, and figures of others
given = {
    'start/learning_rate': ['`valley`, then 3 and 10 times as much'],
    'guides/bfloat16': ["a warning if over 1 % of the weights can't move"],
    'guides/options': ['(at most 1,000 times)', 'that shortens steps by some 2 %'],
    'evidence/contract': ['0.01 % of the weights may differ from the float64 reference, with 8 bits 80 %'],
    'evidence/distributed': ['at most 0.01 % turned after one step, 1 % after 5, 5 % after 20'],
    'guides/tools': ['0.1 % of the weights of the first matrix', "a third to a tenth of AdamW's | 3 to 10 times"],
    'evidence/every_lion': ['at the top of the cycle it decays 25 times as much', 'adv_optm (stochastic rounding, 44 % of them in 30 steps)', 'at most 6 % of the weights may be off'],
    'evidence/gpu_kernel': ['Published ForEach steps take 20 times that or more'],
    'evidence/large_studies': ['−1 % to 11 % more data'],
    'evidence/long_run': ['grows by less than 0.01 %'],
    'evidence/step_times': ['at least 2.2 floors where memory is the limit'],
    'evidence/what_lion_wants': ['then 3 and 10 times it'],
    'evidence/training_times': ['memory alone makes a difference of 40 %'],
}

def problems():
    text = {p: prose(p) for p in pages}
    said = {p: [] for p in pages}
    for page, sentence, numbers in claims:
        expected = sentence.format(*numbers)
        said[page].append(expected)
        if expected not in text[page]: yield f'{page}: the results say "{expected}", the page does not'
    for page, phrases in given.items():
        for phrase in phrases:
            said[page].append(phrase)
            if phrase not in text[page]: yield f'{page}: "{phrase}" is listed in `given`, and not on the page'
    for page in pages:
        rest = text[page]
        for s in said[page]: rest = rest.replace(s, ' ')
        for m in ratio.finditer(rest): yield f'{page}: nothing computes "{rest[max(0, m.start()-50):m.end()+30]}"'.replace('\n', ' ')
    print(f'{len(claims)} sentences computed, {sum(map(len, given.values()))} given, {len(pages)} pages')

wrong = list(problems())
print(*wrong, sep='\n')
sys.exit(bool(wrong))
