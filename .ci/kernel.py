"""The C kernel without Python: every kind of storage at 144 lengths with every option (kernel.c).
Usage: python .ci/kernel.py sanitize    under AddressSanitizer and UndefinedBehaviorSanitizer, then between guards
       python .ci/kernel.py compare     do old clang and gcc agree on every bit?
       python .ci/kernel.py missing     what `compare` needs and is not installed"""
import platform, shutil, subprocess, sys, tempfile
from pathlib import Path
from fastxlion.kernels.build import compile_flags
from fastxlion.kernels.kinds import kernel_folder

here = Path(__file__).parent
x86 = platform.machine() in ('x86_64','AMD64')
flags = [f for f in compile_flags if f not in ('-shared','-fPIC','-nostartfiles')]
native = ['-march=native']
others = [['-march=native','-mno-avx512f'], ['-march=x86-64']] if x86 else []

def run(compiler, *options):
    "What the driver prints"
    with tempfile.TemporaryDirectory() as d:
        d = Path(d)
        subprocess.run([compiler, *flags, *options, f'-I{kernel_folder}', '-o', d/'kernel', here/'kernel.c'], check=True)
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

def missing():
    if not found('gcc'): print('gcc')
    elif not [*old_clangs()]: print('clang of version 13 to 16')

def compare():
    clangs,bad = [*old_clangs()],0
    if not clangs: sys.exit("no clang of version 13 to 16 is installed")
    for options in [native, *others]:
        want = run('gcc', *options)
        for c in clangs:
            off = [a for a,b in zip(want, run(c, *options), strict=True) if a != b]
            bad += len(off)
            print(f"{c} {' '.join(options)}: {len(off)} of {len(want)} differ from gcc", *off[:5], sep='\n  ')
    sys.exit(bad > 0)

if __name__ == '__main__':
    commands = dict(sanitize=sanitize, compare=compare, missing=missing)
    if len(sys.argv) != 2 or sys.argv[1] not in commands: sys.exit(__doc__)
    commands[sys.argv[1]]()
