"""Wheels that hold the C kernel, for Linux, Windows and macOS: built on Linux, with zig as cross-compiler
Usage: python .ci/kernel_wheels.py FOLDER          builds them (pip install build wheel ziglang==0.17.1)
       python .ci/kernel_wheels.py FOLDER check    also compares the bits of their kernels with gcc's, under qemu and
                                                   wine where these are installed, and writes nbs/results/wheels.csv
The other script, wheels.py, collects what a GPU machine lacks"""
import csv, hashlib, json, os, shutil, subprocess, sys, tempfile, time, zipfile
from importlib.metadata import version
from pathlib import Path
import kernel
from fastxlion.kernels.ahead import ahead_folder, cpu_levels, source_digest
from fastxlion.kernels.build import compile_flags
from fastxlion.kernels.kinds import kernel_folder

root = Path(__file__).resolve().parent.parent
inside = ahead_folder.relative_to(root)
zig = [sys.executable,'-m','ziglang']
flags = [*(f for f in compile_flags if f not in ('-fPIC','-nostartfiles','-shared')), '-fno-sanitize=all', '-g0']
x86 = ['x86-64-v2','x86-64-v3','x86-64-v4']
platforms = [('manylinux2014_x86_64.manylinux_2_17_x86_64', 'x86_64-linux-gnu.2.17', '.so', x86),
             ('manylinux2014_aarch64.manylinux_2_17_aarch64', 'aarch64-linux-gnu.2.17', '.so', ['aarch64']),
             ('macosx_11_0_arm64', 'aarch64-macos.11.0', '.dylib', ['aarch64']),
             ('win_amd64', 'x86_64-windows-gnu', '.dll', ['x86-64',*x86[1:]])] # PyTorch can't tell of v2 there

def run(*command, **kwargs):
    res = subprocess.run([*map(str, command)], capture_output=True, text=True, **kwargs)
    if res.returncode: sys.exit(f"{' '.join(map(str, command))} failed:\n{res.stdout[-1000:]}{res.stderr[-2000:]}")
    return res.stdout

def sha256(file): return hashlib.sha256(file.read_bytes()).hexdigest()

def cpu(level): return [] if level == 'aarch64' else [f"-mcpu={level.replace('-', '_')}"]

def compiled(target, level, file):
    "Seconds it took to compile the kernel for `level`"
    windows = 'windows' in target
    start = time.perf_counter()
    pic = [] if windows else ['-fPIC']
    made = file.with_suffix('.o')
    run(*zig, 'cc', '-target', target, *cpu(level), *flags, *pic, '-c', kernel_folder/'lion.c', '-o', made)
    alone = ['-nostdlib','-rtlib=compiler-rt','-Wl,--no-entry'] if windows else [] # needs no other DLL
    run(*zig, 'cc', '-target', target, '-shared', '-s', made, *alone, '-o', file.name,
        cwd=file.parent) # without a folder, which macOS would keep
    return time.perf_counter() - start

def wheel(plain, tag, kernels, folder):
    "The wheel `plain` with the files `kernels` (by level) for platform `tag`, in `folder`"
    with tempfile.TemporaryDirectory() as d:
        run(sys.executable, '-m', 'wheel', 'unpack', plain, '-d', d)
        tree, = Path(d).iterdir()
        ahead = tree/inside
        ahead.mkdir()
        for file in kernels.values(): shutil.copy(file, ahead)
        listed = {level: dict(file=f.name, sha256=sha256(f)) for level,f in kernels.items()}
        said = dict(compiler=f"zig {run(*zig, 'version').strip()}", sources=source_digest(), kernels=listed)
        (ahead/'kernels.json').write_text(json.dumps(said, indent=1) + '\n', encoding='utf-8')
        meta, = tree.glob('*.dist-info/WHEEL')
        meta.write_text(meta.read_text().replace('Root-Is-Purelib: true', 'Root-Is-Purelib: false'))
        run(sys.executable, '-m', 'wheel', 'pack', tree, '-d', d)
        packed, = Path(d).glob('*.whl')
        run(sys.executable, '-m', 'wheel', 'tags', '--platform-tag', tag, '--remove', packed)
        made, = Path(d).glob('*.whl')
        return Path(shutil.copy(made, folder))

def runner(target, level):
    "What runs a program for `target` here, and its name; `None` if nothing does"
    if 'macos' in target or level != 'aarch64' and level not in cpu_levels(): return
    if 'windows' in target:
        found = [w for w in ('wine64','wine','/usr/lib/wine/wine64') if shutil.which(w)]
        return found and (found[:1],'wine')
    if level != 'aarch64': return [],'this CPU'
    found,libraries = shutil.which('qemu-aarch64'),Path('/usr/aarch64-linux-gnu')
    if found and libraries.exists(): return [found,'-L',libraries],'qemu'

def windows_openmp(folder):
    "The OpenMP library of PyTorch's wheel for Windows, fetched into `folder`"
    name = 'torch/lib/libiomp5md.dll'
    if not (folder/name).exists():
        wanted = '--platform', 'win_amd64', '--python-version', '3.11', '--only-binary=:all:', '--no-deps', '-d', folder
        run(sys.executable, '-m', 'pip', 'download', f"torch=={version('torch').split('+')[0]}", *wanted)
        with zipfile.ZipFile(next(folder.glob('torch-*.whl'))) as z: z.extract(name, folder)
    return name

def agreement(target, level, file, references, folder):
    "Who ran the kernel, its instructions, in how many runs of how many its bits are those of gcc, and those of threads"
    if not (found := runner(target, level)): return dict(run_by='nobody: it links')
    (command,name),driver = found,f'driver-{target}.exe'
    if not (folder/driver).exists():
        libraries = [] if 'windows' in target else ['-ldl']
        run(*zig, 'cc', '-target', target, '-O1', '-fno-sanitize=all', f'-I{kernel_folder}', kernel.here/'kernel.c',
            '-o', folder/driver, *libraries)
    env = {**os.environ, 'WINEPREFIX': str(folder/'wine'), 'WINEDEBUG': '-all', 'KMP_AFFINITY': 'disabled'}
    reference = references['v2' if level in ('x86-64','x86-64-v2') else 'native']
    def checked(*openmp):
        said,*lines = run(*command, f'./{driver}', f'./{file.name}', *openmp, cwd=folder, env=env).splitlines()
        return said,sum(a == b for a,b in zip(lines, reference, strict=True))
    instructions,same = checked()
    row = dict(instructions=instructions, run_by=name, equal=same, of=len(reference))
    if 'windows' in target: row['with_threads'] = checked(f'./{windows_openmp(folder)}')[1]
    return row

def build(folder, check):
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()): sys.exit(f'{folder} is not empty')
    references = check and dict(native=kernel.run('gcc', '-march=native'), v2=kernel.run('gcc', '-march=x86-64-v2'))
    rows = []
    with tempfile.TemporaryDirectory() as d:
        d = Path(d)
        run(sys.executable, '-m', 'build', '--outdir', d, root)
        plain, = d.glob('*.whl')
        for tag,target,suffix,levels in platforms:
            files,seconds = {level: d/f'lion-{level}{suffix}' for level in levels},{}
            for level,file in files.items(): seconds[level] = compiled(target, level, file)
            made = wheel(plain, tag, files, folder)
            print(f'{made.stat().st_size/1e3:6.0f} kB  {made.name}', flush=True)
            for level,file in files.items():
                row = dict(platform=tag.split('.')[-1], kernel=level, kB=round(file.stat().st_size/1e3),
                           seconds=round(seconds[level], 1), sources=source_digest()[:12])
                if check: row |= agreement(target, level, file, references, d)
                print('  ', row, flush=True)
                rows.append(row)
    return rows

def store(rows):
    columns = ['platform','kernel','instructions','kB','seconds','run_by','equal','of','with_threads','sources']
    with open(root/'nbs'/'results'/'wheels.csv', 'w', newline='', encoding='utf-8') as f:
        w = csv.DictWriter(f, columns, lineterminator='\n')
        w.writeheader()
        w.writerows(rows)

if __name__ == '__main__':
    if len(sys.argv) not in (2,3) or sys.argv[2:] not in ([],['check']): sys.exit(__doc__)
    check = len(sys.argv) == 3
    rows = build(Path(sys.argv[1]).resolve(), check)
    if check: store(rows)
    bad = [r for r in rows if not r.get('equal') == r.get('of') == r.get('with_threads', r.get('of'))]
    sys.exit(f'{len(bad)} kernels differ from gcc' if bad else 0)
