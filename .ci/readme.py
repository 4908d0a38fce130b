"Write README.md from nbs/index.ipynb with pandoc, the converter inside Quarto, so that no Quarto is needed; pictures go to nbs/images"
import base64, json, re
from pathlib import Path

import pypandoc

root = Path(__file__).resolve().parent.parent
nb = json.loads((root/'nbs/index.ipynb').read_text(encoding='utf-8'))

def markdown(text): return dict(cell_type='markdown', metadata={}, source=text)

def picture(png, options):
    file = root/f"nbs/images/{options['label']}.png"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(base64.b64decode(png))
    alt, cap = (options[o].strip('"') for o in ('fig-alt', 'fig-cap'))
    return markdown(f'![{alt}]({file.relative_to(root).as_posix()})\n\n{cap}')

def converted(cell):
    if cell['cell_type'] == 'markdown':
        text = ''.join(l for l in cell['source'] if not l.startswith('#|'))
        return [markdown(re.sub(r'\]\((?!https?:|#)([^)]+\.ipynb)', r'](nbs/\1', text))]
    options = dict(re.match(r'#\| *([\w-]+):? *(.*)', l).groups() for l in cell['source'] if l.startswith('#|'))
    if 'hide' in options: return []
    text, shown = [], []
    for o in cell['outputs']:
        data = o.get('data', {})
        if 'image/png' in data: shown.append(picture(data['image/png'], options))
        elif 'text/markdown' in data: shown.append(markdown(''.join(data['text/markdown']) + '\n\n' + options.get('tbl-cap', '').strip('"')))
        else: text.append(dict(o, execution_count=1) if o['output_type'] == 'execute_result' else o)  # pandoc wants a number where nbdev-clean leaves none
    code = dict(cell, outputs=text, source=[l for l in cell['source'] if not l.startswith('#|')])
    return ([] if options.get('echo') == 'false' else [code]) + shown

md = pypandoc.convert_text(json.dumps(dict(nb, cells=[o for c in nb['cells'] for o in converted(c)])), 'gfm', format='ipynb',
                           extra_args=['--wrap=preserve', '--lua-filter', str(root/'.ci/plain.lua')])
(root/'README.md').write_text('<!-- Written by .ci/readme.py from nbs/index.ipynb -->\n\n' + md.replace('\r\n', '\n'), encoding='utf-8', newline='\n')
