"Write README.md from nbs/index.ipynb with pandoc, the converter inside Quarto, so that no Quarto is needed"
import json, re
from pathlib import Path

import pypandoc

root = Path(__file__).resolve().parent.parent
nb = json.loads((root/'nbs/index.ipynb').read_text(encoding='utf-8'))
cells = [c for c in nb['cells'] if not any(re.match(r'#\| *hide', l) for l in c['source'])]
for c in cells:
    if c['cell_type'] == 'markdown': c['source'] = [re.sub(r'\]\((?!https?:|#)([^)]+\.ipynb)', r'](nbs/\1', l) for l in c['source']]
    else:
        c['source'] = [l for l in c['source'] if not l.startswith('#|')]
        for o in c['outputs']:
            if o['output_type'] == 'execute_result': o['execution_count'] = 1  # pandoc wants a number where nbdev-clean leaves none
md = pypandoc.convert_text(json.dumps(dict(nb, cells=cells)), 'gfm', format='ipynb', extra_args=['--wrap=preserve', '--lua-filter', str(root/'.ci/plain.lua')])
(root/'README.md').write_text('<!-- Written by .ci/readme.py from nbs/index.ipynb -->\n\n' + md.replace('\r\n', '\n'), encoding='utf-8', newline='\n')
