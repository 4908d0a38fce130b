"""Ask the rendered site what its readers ask: `ask.py [_docs]`

For every row of `questions.tsv` it types `query` into the search box, opens the first hits, and looks for `answer`, regular expressions
joined by `&&`, in what the window (1400 x 900) then shows. That is one click. A second click may go to a link in the text on that screen,
or to an entry of the sidebar that shares a word with the query. What came of it is written to `questions-results.csv`.
Needs `pip install selenium`, Chromium and its chromedriver."""
import argparse, csv, re, time
from pathlib import Path

from browser import chromium, serve, window

here = Path(__file__).parent

shown = r'''
const parts = [], walker = document.createTreeWalker(document.querySelector('main') || document.body, NodeFilter.SHOW_TEXT), range = document.createRange()
const inside = b => b.width > 0 && b.bottom > 60 && b.top < innerHeight
while (walker.nextNode()) {
    const node = walker.currentNode
    range.selectNodeContents(node)
    if (!node.data.trim() || !inside(range.getBoundingClientRect())) continue
    let start = 0
    node.data.split('\n').forEach((line, i) => {
        if (i) parts.push(node.parentElement.closest('pre') ? '\n' : ' ') // between lines alone: a highlighted word and what follows are two nodes
        range.setStart(node, start); range.setEnd(node, start + line.length); start += line.length + 1
        if (line && inside(range.getBoundingClientRect())) parts.push(line)
    })
    if (getComputedStyle(node.parentElement).display != 'inline') parts.push(' ')
}
const links = [...document.querySelectorAll('main a[href]')].filter(o => inside(o.getBoundingClientRect()) && !o.closest('pre, nav, .anchorjs-link')).map(o => [o.href, ''])
const sidebar = [...document.querySelectorAll('#quarto-sidebar a.sidebar-link')].map(o => [o.href, o.innerText])
return [parts.join(''), links, sidebar]'''

def open_page(driver, url):
    "Text on the screen, and the links on it and in the sidebar, once `url` is open and the page stands still"
    driver.get(url)
    last, until = None, time.time() + 5
    while time.time() < until:
        time.sleep(.25)
        now = driver.execute_script('return [scrollY, document.documentElement.scrollHeight]')
        if now == last: break
        last = now
    text, links, sidebar = driver.execute_script(shown)
    return re.sub(r'\s+', ' ', text).replace('–', '-').replace('×', 'x').replace('µ', 'u').replace('’', "'").replace('‘', "'"), links, sidebar

def search(
    driver,
    root:str, # Address of the site
    query:str,
    n:int # Hits wanted
)->list: # Addresses
    "Type `query` into the search box of the home page and read the first `n` hits"
    driver.get(root)
    driver.find_element('css selector', '#quarto-search button').click()
    for _ in range(40): # the index is loaded at the first search
        if box := driver.find_elements('css selector', '.aa-DetachedContainer input, .aa-Form input'): break
        time.sleep(.1)
    box[-1].send_keys(query)
    hits = None
    for _ in range(20):
        time.sleep(.3)
        now = driver.execute_script("return [...document.querySelectorAll('.aa-Panel a.search-result-link, .aa-DetachedContainer a.search-result-link')].filter(o => o.getClientRects().length).map(o => o.href)")
        if now and now == hits: break
        hits = now
    return list(dict.fromkeys(hits))[:n]

def answers(pattern, text): return all(re.search(p.strip(), text, re.I | re.S) for p in pattern.split('&&'))

def ask(
    driver,
    root:str,
    row:dict, # Of `questions.tsv`
    n:int, # Hits opened
    known:dict # Pages seen so far
)->dict: # Row of `questions-results.csv`
    "Look for the answer within two clicks"
    def see(url):
        key = re.sub(r'\?[^#]*', '', url)
        if key not in known: known[key] = open_page(driver, key)
        return known[key]
    name = lambda url: re.sub(r'\?[^#]*', '', url[len(root):])
    hits = search(driver, root, row['query'], n)
    res = dict(row, clicks='', hit='', page='', hits=' '.join(map(name, hits)))
    pages = []
    for i,url in enumerate(hits, 1):
        pages.append(open_page(driver, url))
        if answers(row['answer'], pages[-1][0]): return dict(res, clicks=1, hit=i, page=name(url))
    about = {w for w in re.findall(r'\w{3,}', row['query'].lower())}
    for i,(_, links, sidebar) in enumerate(pages, 1):
        for url, _ in links + [o for o in sidebar if about & set(re.findall(r'\w{3,}', o[1].lower()))]:
            if url.startswith(root) and answers(row['answer'], see(url)[0]): return dict(res, clicks=2, hit=i, page=name(url))
    return res

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('site', nargs='?', default='_docs', type=Path)
    parser.add_argument('--hits', default=3, type=int, help='how many hits of the search a reader opens')
    parser.add_argument('--only', default='', help='regular expression of the questions to ask')
    args = parser.parse_args()
    rows = list(csv.DictReader((here/'questions.tsv').open(encoding='utf-8'), delimiter='\t', quoting=csv.QUOTE_NONE))
    root, driver = serve(args.site), chromium()
    window(driver, 1400)
    res, known = [], {}
    for row in rows:
        if not re.search(args.only, row['question'], re.I): continue
        res.append(o := ask(driver, root, row, args.hits, known))
        print(f"{'click ' + str(o['clicks']) if o['clicks'] else 'NOT FOUND':10}{o['question']:50} [{o['query']}] {o['page'] or 'hits: ' + (o['hits'] or 'none')}")
    driver.quit()
    if not args.only:
        with (here/'questions-results.csv').open('w', newline='', encoding='utf-8') as f:
            w = csv.DictWriter(f, ['question','query','clicks','hit','page','hits'], extrasaction='ignore', lineterminator='\n')
            w.writeheader()
            w.writerows(res)
    found = [o for o in res if o['clicks']]
    one = [o for o in found if o['clicks'] == 1]
    print(f"{len(one)} with one click, {sum(o['hit'] == 1 for o in one)} of them on the first hit, {len(found) - len(one)} with two clicks")
    print(f'{len(found)} passed, {len(res) - len(found)} failed')
    return len(res) - len(found)

if __name__ == '__main__': raise SystemExit(bool(main()))
