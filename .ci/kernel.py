"""The C kernel without Python: every kind of storage at 144 lengths with every option (kernel.c).
Usage: python .ci/kernel.py sanitize    under AddressSanitizer and UndefinedBehaviorSanitizer, then between guards
       python .ci/kernel.py compare     do old clang and gcc agree on every bit? Exit status 3 where one of them is missing"""
import platform, shutil, subprocess, sys, tempfile
from pathlib import Path
from fastxlion.fused import _flags, _source

here = Path(__file__).parent
x86 = platform.machine() in ('x86_64','AMD64')
flags = [f for f in _flags if f not in ('-shared','-fPIC')]
native = ['-march=native']
others = [['-march=native','-mno-avx512f'], ['-march=x86-64']] if x86 else []

def run(compiler, *options):
    "What the driver prints"
    with tempfile.TemporaryDirectory() as d:
        d = Path(d)
        (d/'lion.c').write_text(_source)
        subprocess.run([compiler, *flags, *options, f'-I{d}', '-o', d/'kernel', here/'kernel.c'], check=True)
        res = subprocess.run([d/'kernel'], capture_output=True, text=True)
    if res.returncode: sys.exit(f"{compiler} {' '.join(options)}: {res.stdout[-300:]}{res.stderr[:2000]}")
    return res.stdout.splitlines()

def found(*names): return [n for n in names if shutil.which(n)]

def sanitize():
    compiler, = found('clang','cc')[:1] # clang also tells of arithmetic on a null pointer
    for options in [native, *others[-1:]]:
        lines = run(compiler, '-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', *options)
        print(f"{compiler} {' '.join(options)}: {len(lines)} runs, nothing found")
    print(f"between guards: {len(run('cc', *native))} runs, nothing written past a buffer")

def old_clangs():
    for c in found(*[f'clang-{n}' for n in range(13,17)], 'clang'):
        said = subprocess.run([c,'--version'], capture_output=True, text=True).stdout
        if 'Apple' not in said and int(said.split('version ')[1].split('.')[0]) < 17: yield c

def compare():
    gcc,clangs = found('gcc'),[*old_clangs()]
    if not gcc or not clangs:
        print(f"skipped: {'gcc' if not gcc else 'a clang of version 13 to 16'} is not installed")
        sys.exit(3)
    bad = 0
    for options in [native, *others]:
        want = run('gcc', *options)
        for c in clangs:
            off = [a for a,b in zip(want, run(c, *options), strict=True) if a != b]
            bad += len(off)
            print(f"{c} {' '.join(options)}: {len(off)} of {len(want)} differ from gcc", *off[:5], sep='\n  ')
    sys.exit(bad > 0)

if __name__ == '__main__':
    if sys.argv[1:] not in (['sanitize'],['compare']): sys.exit(__doc__)
    dict(sanitize=sanitize, compare=compare)[sys.argv[1]]()
