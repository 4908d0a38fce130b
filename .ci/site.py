"Check what readers rely on: `site.py pages` for links, cross-references, descriptions and pictures, `site.py names` for the documentation of public names"
import importlib, inspect, json, pkgutil, re, sys
from dataclasses import is_dataclass
from pathlib import Path

import pypandoc
from fastcore.docments import docments

root = Path(__file__).resolve().parent.parent
notebooks = sorted(f for folder in ('', 'start', 'guides', 'api', 'evidence', 'how', 'bench', 'dev') for f in (root/'nbs'/folder).glob('*.ipynb'))
notebooks = [f for f in notebooks if not f.name.startswith('.')]

def cells(nb, kind): return [dict(c, source=''.join(c['source'])) for c in json.loads(nb.read_text(encoding='utf-8'))['cells'] if c['cell_type'] == kind]

def elements(tree, *kinds):
    if isinstance(tree, dict):
        if tree.get('t') in kinds: yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for o in tree: yield from elements(o, *kinds)

def parsed(file):
    text = '\n\n'.join(c['source'] for c in cells(file, 'markdown')) if file.suffix == '.ipynb' else file.read_text(encoding='utf-8')
    return text, json.loads(pypandoc.convert_text(text, 'json', format='markdown-implicit_figures'))

def plain(inlines): return ''.join(o.get('c', ' ') if o['t'] == 'Str' else ' ' for o in elements(inlines, 'Str', 'Space', 'SoftBreak')).strip()

def pages():
    files = [*notebooks, *root.glob('*.md')]
    tree = {f: parsed(f) for f in files}
    anchors = {f: {h['c'][1][0] for h in elements(t, 'Header')} for f, (_, t) in tree.items()}
    links = refs = pictures = 0
    for f, (text, t) in tree.items():
        where = f.relative_to(root)
        for o in elements(t, 'Link', 'Image'):
            url = o['c'][2][0]
            if o['t'] == 'Image':
                pictures += 1
                if not plain(o['c'][1]): yield f'{where}: ![]({url}) has no alt text'
            if re.match(r'https?:|mailto:', url): continue
            links += 1
            path, _, anchor = url.partition('#')
            target = (f.parent/path).resolve() if path else f
            if not target.exists(): yield f'{where}: {url} does not exist'
            elif anchor and anchor not in anchors.get(target, ()): yield f'{where}: {url} has no such heading'
        if f.suffix != '.ipynb': continue
        code = cells(f, 'code')
        labels = set(re.findall(r'\{#((?:eq|fig|tbl|sec)-[\w-]+)', text)) | {m for c in code for m in re.findall(r'^#\| label: (\S+)', c['source'], re.M)}
        for o in elements(t, 'Cite'):
            for c in o['c'][0]:
                if not re.match('(eq|fig|tbl|sec)-', c['citationId']): continue
                refs += 1
                if c['citationId'] not in labels: yield f"{where}: @{c['citationId']} is not on this page"
        for c in code:
            options = re.findall(r'^#\| *([\w-]+):', c['source'], re.M) + ['code-fold']*bool(re.search(r'^#\| exports$', c['source'], re.M)) # nbdev folds what it exports and shows
            if len(options) > len(set(options)): yield f"{where}: an option stands twice, which Quarto refuses: {c['source'].splitlines()[0]}"
            if not any('image/png' in o.get('data', {}) for o in c['outputs']): continue
            pictures += 1
            if not re.search(r'^#\| fig-alt: "[^"]+', c['source'], re.M): yield f"{where}: a picture without fig-alt: {c['source'].splitlines()[0]}"
        if not re.match(r'# [^\n]+\n\n> \S', text): yield f'{where}: does not start with a title and a description'
    print(f'{len(files)} pages, {links} internal links, {refs} cross-references, {pictures} pictures')

# modules whose names users type; in the others a test is example enough
for_users = tuple(f'fastxlion.{o}' for o in ('all', 'optimizer', 'pytorch', 'reference', 'profiler', 'callback', 'bench.training', 'bench.steps'))

def names():
    import fastxlion
    code = [c['source'] for f in notebooks for c in cells(f, 'code')]
    shown = '\n'.join([s for s in code if not re.match(r'#\| *(export|hide)', s)] + [m.replace('-', '_') for f in notebooks for c in cells(f, 'markdown') for m in re.findall(r'fastxlion-\w+', c['source'])])
    commands = {m for f in notebooks for c in cells(f, 'markdown') for m in re.findall(r'python -m (fastxlion\.\w+\.\w+)', c['source'])}
    n = 0
    for info in pkgutil.walk_packages(fastxlion.__path__, 'fastxlion.'):
        module = importlib.import_module(info.name)
        for name in getattr(module, '__all__', []):
            o = getattr(module, name)
            if getattr(o, '__module__', None) != info.name or not callable(o): continue
            n += 1
            if not o.__doc__: yield f'{info.name}.{name} has no docstring'
            f = o.__init__ if inspect.isclass(o) and not is_dataclass(o) else o
            for param, doc in docments(f, returns=False).items():
                kind = inspect.signature(f).parameters[param].kind
                if param != 'self' and not doc and kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL): yield f'{info.name}.{name}: `{param}` is not documented'
            run = info.name in commands and name.endswith('_command') or not info.name.startswith(for_users)
            if not run and not re.search(rf'\b{name}\b', shown): yield f'{info.name}.{name} is in no example'
    print(f'{n} public functions and classes')

problems = list({'pages': pages, 'names': names}[sys.argv[1]]())
print(*problems, sep='\n')
sys.exit(bool(problems))
