"""What ruff does not check of the exported modules, on their source alone
Usage: python .ci/lint.py [check]    lines over 120 columns, and private names that cross from module to module
       python .ci/lint.py density    Python syntax nodes a line: of modules, and of their densest functions"""
import ast, sys
from pathlib import Path
from statistics import median

root = Path(__file__).resolve().parent.parent
modules = [f for f in sorted((root/'fastxlion').rglob('*.py')) if f.name != '_modidx.py']

def name(f): return f.relative_to(root/'fastxlion').with_suffix('').as_posix()

def own_lines(f):
    "Number and text of the lines that the notebook has written, not nbdev"
    lines = list(enumerate(f.read_text(encoding='utf-8').splitlines(), 1))
    first = next((i for i,(_, l) in enumerate(lines) if l.startswith('# %%') and 'auto' not in l), len(lines))
    return lines[first:]

def private_imports(f):
    "Line and name of what starts with an underscore and is imported from another module of ours"
    for o in ast.walk(ast.parse(f.read_text(encoding='utf-8'))):
        if not isinstance(o, ast.ImportFrom) or not (o.level or (o.module or '').split('.')[0] == 'fastxlion'): continue
        for alias in o.names:
            if alias.name.startswith('_') and not alias.name.startswith('__') and alias.name != '_modidx': yield o.lineno, alias.name

def problems():
    for f in modules:
        for i, line in own_lines(f):
            if len(line) > 120: yield f'{f.relative_to(root)}:{i}: {len(line)} columns'
        for i, private in private_imports(f):
            yield f'{f.relative_to(root)}:{i}: `{private}` is private to another module'

def code_lines(text): return [l for l in text.splitlines() if l.strip() and not l.strip().startswith('#')]

def density(node, text): return sum(1 for _ in ast.walk(node))/max(1, len(code_lines(text)))

def report():
    every = []
    for f in modules:
        text = f.read_text(encoding='utf-8')
        tree = ast.parse(text)
        if not code_lines(text): continue
        functions = [(density(o, ast.get_source_segment(text, o)), o.name) for o in ast.walk(tree) if isinstance(o, ast.FunctionDef)]
        every.append(density(tree, text))
        densest = ', '.join(f'{n} {d:.0f}' for d, n in sorted(functions, reverse=True)[:4])
        of_functions = f'{median(d for d, _ in functions):5.1f}' if functions else '    -'
        print(f'{name(f):22}{every[-1]:5.1f} a line, median of {len(functions):3} functions {of_functions}; densest: {densest}')
    print(f'median of {len(every)} modules: {median(every):.1f}')

def main():
    if sys.argv[1:] == ['density']: return report()
    found = list(problems())
    print(*found, f'{len(found)} problems in {len(modules)} modules', sep='\n')
    return bool(found)

if __name__ == '__main__': sys.exit(main())
