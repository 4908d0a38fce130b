"""Look at every page of the rendered site as a reader does: `look.py [_docs] [--page REGEX]`

Opens each page in Chromium with a window of 1400 and of 390 pixels and counts what a reader would stumble over.
Needs `pip install selenium`, Chromium and its chromedriver. A check is one kind of problem on one page."""
import argparse, json, re, statistics
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import unquote

from browser import chromium, serve, window

kinds = {
    'cut off':    'code, outputs and equations that end beyond the right edge of their box',
    'too wide':   'tables, pictures and others that make the page wider than the window',
    'alt':        'pictures without alt text, or that are not there',
    'weight':     'html and pictures of a page above 1 MB',
    'links':      'links to a page or an anchor of this site that does not exist',
    'references': 'cross-references and links that were not resolved',
    'empty':      'headings with nothing below',
    'colons':     'paragraphs that end in a colon with nothing after it',
    'captions':   'tables and figures without a caption, but for the parameters below the heading of a function',
    'shortened':  'cells of tables that pandas has cut short with ...',
    'stderr':     'outputs from stderr, and warnings',
    'paths':      'paths of a machine',
    'equations':  'equations left as TeX',
    'servers':    'files asked of other servers',
    'console':    'errors in the console of the browser',
    'contrast':   'text of less than 4.5 : 1, large text of less than 3 : 1, on light and dark pages',
    'search':     'sections that the search does not know',
}
widths = 1400, 390

look = r'''
const width = arguments[0], found = [], main = document.querySelector('main') || document.body
const add = (kind, what) => found.push([kind, what.replace(/\s+/g, ' ').trim().slice(0, 90)])
document.querySelectorAll('details').forEach(o => o.open = true)
const shown = o => o.getClientRects().length > 0
for (const o of main.querySelectorAll('pre'))
    if (shown(o) && Math.max(o.scrollWidth - o.clientWidth, ...[...o.children].map(c => c.scrollWidth - o.clientWidth)) > 1) add('cut off', o.innerText)
for (const o of main.querySelectorAll('math, mjx-container, .katex')) {
    const box = o.closest('p, li, td, th, section, .column, div')
    if (shown(o) && !o.closest('table') && Math.max(o.getBoundingClientRect().right, ...[...o.querySelectorAll('*')].map(c => c.getBoundingClientRect().right)) > box.getBoundingClientRect().right + 1) add('cut off', 'equation ' + o.textContent)
}
const scrolls = o => { for (o = o.parentElement; o && o != document.body; o = o.parentElement) if (getComputedStyle(o).overflowX != 'visible') return true }
if (document.documentElement.scrollWidth > width + 1) {
    const wide = [...main.querySelectorAll('*')].filter(o => shown(o) && o.getBoundingClientRect().right > width + 1 && !scrolls(o))
    const outer = wide.filter(o => !wide.includes(o.parentElement))
    for (const o of outer) add('too wide', `${o.tagName.toLowerCase()} ${Math.round(o.getBoundingClientRect().right - width)} px beyond: ${o.innerText || o.textContent}`)
    if (!outer.length) add('too wide', `page is ${document.documentElement.scrollWidth} px`)
}
return found'''

read = r'''
const found = [], main = document.querySelector('main') || document.body
const add = (kind, what) => found.push([kind, what.replace(/\s+/g, ' ').trim().slice(0, 90)])
for (const o of document.images) if (!o.alt || !o.naturalWidth) add('alt', o.src.slice(0, 60))
for (const o of main.querySelectorAll('.cell-output-stderr')) add('stderr', o.innerText)
for (const o of main.querySelectorAll('span.math')) if (!o.querySelector('math, mjx-container, .katex')) add('equations', o.textContent)
for (const o of main.querySelectorAll('section > h1, section > h2, section > h3, section > h4')) if (!o.nextElementSibling) add('empty', o.textContent)
for (const o of main.querySelectorAll('p')) {
    let next = o.nextElementSibling
    while (next && !next.getClientRects().length) next = next.nextElementSibling
    if (!o.closest('li, td') && /:$/.test(o.textContent.trim()) && (!next || /^(P|H\d|SECTION)$/.test(next.tagName))) add('colons', o.textContent)
}
for (const o of main.querySelectorAll('table')) {
    const head = o.querySelector('tr')?.innerText ?? ''
    if (!o.querySelector('caption') && !o.closest('figure') && !/^(Name|Option)\s/.test(head)) add('captions', 'table ' + head)
}
for (const o of main.querySelectorAll('img')) if (!o.closest('figure')) add('captions', o.alt || o.src)
for (const o of main.querySelectorAll('.cell-output td, .cell-output th')) if (/.\.\.\.$/.test(o.textContent.trim())) add('shortened', o.textContent)
for (const o of main.querySelectorAll('.quarto-unresolved-ref')) add('references', o.innerText)
const all = main.textContent
for (const m of all.matchAll(/\/(home|tmp|work|root|Users)\/[\w.-]+/g)) add('paths', m[0])
for (const m of all.matchAll(/^.*\b\w+Warning: .*$/gm)) add('stderr', m[0])
const prose = main.cloneNode(true)
prose.querySelectorAll('pre, code').forEach(o => o.replaceWith(' code '))
prose.querySelectorAll('math, mjx-container, .math').forEach(o => o.replaceWith(' x '))
for (const m of prose.textContent.matchAll(/(\?@|(^|\s)@)(fig|tbl|eq|sec|lst)-[\w-]+/g)) add('references', m[0])
for (const m of prose.textContent.matchAll(/\[[^\[\]]*\]\(\S+\)/g)) add('references', m[0])
for (const m of prose.textContent.matchAll(/\$\$|\\\(|\\\[/g)) add('equations', prose.textContent.slice(m.index, m.index + 40))
const text = main.cloneNode(true)
text.querySelectorAll('.cell, .cell-output, pre, table, nav, .quarto-title-breadcrumbs, .code-tools-button, .quarto-alternate-formats, script, style').forEach(o => o.remove())
text.querySelectorAll('math, mjx-container, .math').forEach(o => o.replaceWith(' x '))
return {found, words: text.textContent,
    paragraphs: [...text.querySelectorAll('p, li')].filter(o => !o.querySelector('p, li')).map(o => o.textContent),
    ids: [...document.querySelectorAll('[id], a[name]')].map(o => o.id || o.name),
    sections: [...main.querySelectorAll('section.level2[id]')].map(o => o.id),
    links: [...document.querySelectorAll('a[href]')].filter(o => !o.getAttribute('href').startsWith('javascript:')).map(o => o.href),
    images: [...document.images].map(o => o.currentSrc || o.src)}'''

contrast = r"""
const scheme = arguments[0], found = {}
const light = c => c.slice(0, 3).map(v => (v /= 255) <= .03928 ? v/12.92 : ((v + .055)/1.055)**2.4).reduce((a, v, i) => a + v*[.2126, .7152, .0722][i], 0)
const color = s => { const [r, g, b, a = 1] = s.match(/[\d.]+/g).map(Number); return [r, g, b, a] }
const over = (a, b) => [0, 1, 2].map(i => a[i]*a[3] + b[i]*(1 - a[3])).concat(1)
const ground = o => {
    const layers = []
    for (; o; o = o.parentElement) { layers.push(color(getComputedStyle(o).backgroundColor)); if (layers.at(-1)[3] == 1) break }
    return layers.reduceRight((below, c) => over(c, below), [255, 255, 255, 1])
}
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
while (walker.nextNode()) {
    const o = walker.currentNode.parentElement, text = walker.currentNode.data.trim()
    if (!text || !o.getClientRects().length || o.closest('script, style')) continue
    const style = getComputedStyle(o), size = parseFloat(style.fontSize), below = ground(o), [a, b] = [light(over(color(style.color), below)), light(below)]
    const ratio = (Math.max(a, b) + .05)/(Math.min(a, b) + .05), large = size >= 24 || size >= 18.66 && style.fontWeight >= 700
    if (ratio < (large ? 3 : 4.5)) found[o.tagName + style.color + below] ??= `${scheme}: ${ratio.toFixed(2)} ${o.tagName.toLowerCase()} ${style.color} on ${below.slice(0, 3).map(Math.round)}: ${text.slice(0, 30)}`
}
return Object.values(found)"""

def words(text): return re.findall(r"\w[\w'’.,*=/-]*", text)

def sentences(
    paragraphs:list
)->list: # Number of words of each
    "Split `paragraphs` at full stops, colons before a block left alone"
    return [n for p in paragraphs for s in re.split(r'(?<=[.!?])[)"”’]?\s+(?=[A-Z0-9`(“])', p.strip()) if (n := len(words(s))) > 1]

def visit(
    driver,
    root:str, # Address of the site
    site:Path,
    page:str # Relative to `site`
):
    "What is wrong with `page`, as pairs of kind and description, and what it holds"
    problems, seen = [], None
    for width in widths:
        window(driver, width)
        driver.get_log('browser')
        driver.get(root + page)
        driver.execute_async_script('document.fonts.ready.then(() => setTimeout(arguments[0], 300))')
        log = [o['message'].replace(root, '') for o in driver.get_log('browser') if o['level'] == 'SEVERE']
        if not seen:
            seen = driver.execute_script(read)
            problems += [('servers' if re.match(r'https?://\S+ - Failed to load', o) else 'console', o[:90]) for o in log]
        problems += [(kind, f'{width} px: {what}') for kind, what in driver.execute_script(look, width)]
    window(driver, widths[0])
    for scheme in 'dark','light':
        driver.execute_cdp_cmd('Emulation.setEmulatedMedia', dict(features=[dict(name='prefers-color-scheme', value=scheme)]))
        driver.get(root + page)
        problems += [('contrast', o) for o in driver.execute_script(contrast, scheme)]
    size = (site/page).stat().st_size
    for o in set(seen['images']):
        if o.startswith(root) and (f := site/unquote(o[len(root):])).exists(): size += f.stat().st_size
    if size > 1e6: problems.append(('weight', f'{size/1e6:.1f} MB'))
    return problems + [tuple(o) for o in seen['found']], dict(seen, size=size)

def dead(
    pages:dict, # What every page holds
    root:str,
    site:Path
):
    "Pairs of page and internal link without a target; a link of the sidebar counts once, for the first page that has it"
    known, sitemap = set(), site/'sitemap.xml'
    deployed = re.search(r'<loc>(http.*?/)index.html', sitemap.read_text()) if sitemap.exists() else None
    for page, seen in pages.items():
        for link in dict.fromkeys(seen['links']):
            if deployed: link = link.replace(deployed[1], root)
            if not link.startswith(root) or link in known: continue
            known.add(link)
            path, _, anchor = unquote(link[len(root):]).partition('#')
            path = path.partition('?')[0] or 'index.html'
            if path.endswith('/'): path += 'index.html'
            if path.startswith('blob/'): continue # links to the source need the repository's address, which the deployed site has
            if not (site/path).is_file(): yield page, f'{path} does not exist'
            elif anchor and path in pages and anchor not in pages[path]['ids']: yield page, f'{path}#{anchor} does not exist'

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('site', nargs='?', default='_docs', type=Path)
    parser.add_argument('--page', default='', help='regular expression of the pages to look at')
    parser.add_argument('--all', action='store_true', help='show every problem, not the first three of a page and kind')
    args = parser.parse_args()
    root, driver = serve(args.site), chromium()
    problems, pages = defaultdict(list), {}
    for f in sorted(args.site.rglob('*.html')):
        page = f.relative_to(args.site).as_posix()
        if not re.search(args.page, page) or 'site_libs' in page or '<main' not in f.read_text(encoding='utf-8'): continue # drafts are empty
        found, pages[page] = visit(driver, root, args.site, page)
        for kind, what in found: problems[page, kind].append(what)
    driver.quit()
    for page, what in dead(pages, root, args.site): problems[page, 'links'].append(what)
    searched = {o['href'] for o in json.loads((args.site/'search.json').read_text(encoding='utf-8'))}
    for page, seen in pages.items(): problems[page, 'search'] = [o for o in seen['sections'] if f'{page}#{o}' not in searched]
    failed = 0
    for kind, meaning in kinds.items():
        bad = {page: problems[page, kind] for page in pages if problems.get((page, kind))}
        failed += len(bad)
        print(f"\n{kind}: {sum(map(len, bad.values()))} on {len(bad)} of {len(pages)} pages ({meaning})")
        for page, what in sorted(bad.items(), key=lambda o: -len(o[1])):
            print(f'  {page}: {len(what)}')
            for o, n in list(Counter(what).items())[:None if args.all else 3]: print(f'    {o}' + (f'  x{n}' if n > 1 else ''))
    count = {page: len(words(o['words'])) for page, o in pages.items()}
    print(f"\n{sum(count.values())} words of prose outside code, outputs and tables. The longest pages: "
          + ', '.join(f'{p} {n}' for p, n in Counter(count).most_common(8)))
    print('The heaviest pages, kB: ' + ', '.join(f'{p} {n//1000}' for p, n in Counter({p: o['size'] for p, o in pages.items()}).most_common(4)))
    if 'index.html' in pages and (lengths := sentences(pages['index.html']['paragraphs'])):
        print(f"Home page: {count['index.html']} words, {len(lengths)} sentences, median length {statistics.median(lengths):g} words, {sum(n > 25 for n in lengths)} longer than 25")
    print(f'{len(pages)*len(kinds) - failed} passed, {failed} failed')
    return failed

if __name__ == '__main__': raise SystemExit(bool(main()))
