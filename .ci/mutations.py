"""Is a slip in the tables of the C kernel found by its self-test, and not by a crash? Each build with one slip runs in a process of its own.
Usage: python .ci/mutations.py"""
import itertools, json, os, random, re, sys, tempfile
from pathlib import Path
import torch
from fastxlion.backends import self_test, table
from fastxlion.kernels import build
from fastxlion.kernels.kinds import kernel_folder, kind_names

cpu,text = torch.device('cpu'),{f.name: f.read_text() for f in kernel_folder.glob('*.[ch]')}
kind_lines = re.findall(r'^ +KIND\(.*?\)', text['kinds.h'], re.M)
in_c = 'lion_kinds[] = {KINDS(ROW)}'

# compiled in a second, without fused products, and the kernel says so
text['simd.h'] = text['simd.h'].replace('FUSES = 1', 'FUSES = 0')
quick = {'-O3': '-O0', '-ffp-contract=fast': '-ffp-contract=off'}

def changed(name, *pairs):
    "The files, with one text for another in file `name`"
    new = text[name]
    for old,_ in pairs: assert new.count(old) == 1, old
    for i,(old,_) in enumerate(pairs): new = new.replace(old, f'@{i}@')
    for i,(_,now) in enumerate(pairs): new = new.replace(f'@{i}@', now)
    return {**text, name: new}

def overridden(field, values):
    "The files, with `values` (by number of the kind) for `field` in the table"
    return changed('lion.c', (in_c, in_c[:-1] + ', '.join(f' [{i}].{field} = {v}' for i,v in values.items()) + '}'))

def reasons(files, read_too=False):
    "What the self-test says about each kind in a process whose kernel is made of `files`; nothing if it dies. With `read_too` Python reads them as well"
    read,write = os.pipe()
    if not (pid := os.fork()):
        with tempfile.TemporaryDirectory() as d:
            folder = Path(d)/'kernels'
            folder.mkdir()
            for name,now in files.items(): (folder/name).write_text(now)
            os.environ['XDG_CACHE_HOME'] = d
            build.kernel_folder,build.compile_flags = folder,[quick.get(f, f) for f in build.compile_flags]
            if read_too:
                build.kind_names = re.findall(r'^ +KIND\((\w+), (\w+), (\w+)\)', files['kinds.h'], re.M)
                table.kinds[:] = [(getattr(torch, w),getattr(torch, m),table.rounding_types[way]) for w,m,way in build.kind_names]
            said = [self_test.why_not(table.CKernel, cpu, (w,m), way) for w,m,way in table.kinds]
        os.write(write, json.dumps(said).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as f: said = f.read()
    return json.loads(said) if os.waitpid(pid, 0)[1] == 0 else None

random.seed(0)
pairs = [*itertools.combinations(range(len(kind_lines)), 2)]
swaps = {(i,j): changed('kinds.h', (kind_lines[i],kind_lines[j]), (kind_lines[j],kind_lines[i])) for i,j in pairs}
every = range(len(kind_names))
counters = [*dict.fromkeys(f'agree_{w}_{m}' for w,m,_ in kind_names)]
alike = [[c for c in counters if c.endswith('int8') == (m == 'int8')] for _,m,_ in kind_names] # others would read scales that are not there
own = [a.index(f'agree_{w}_{m}') for a,(w,m,_) in zip(alike, kind_names)]
float16 = {(i,j) for i,j in itertools.permutations(every, 2)
           if kind_names[i] == ('bfloat16',kind_names[j][1].replace('float16', 'bfloat16'),'nearest') and kind_names[j][0] == 'float16'}

def slips():
    "Name, files, and the kinds about which the self-test must say something"
    for i,j in [*[(i,i+1) for i in every[:-1]], *random.sample(pairs, 6)]: yield f'rows {i} and {j} swapped in C only',swaps[i,j],every
    for i,(w,m,way) in enumerate(kind_names):
        for now in {(w,m,o) for o in ('nearest','stochastic','exact')} - {(w,m,way)}: yield f'row {i} is {now}',changed('kinds.h', (kind_lines[i],f"    KIND({', '.join(now)})")),every
    for way in 'nearest','stochastic','exact':
        old = re.search(rf'low_bits_{way} = \d', text['lion.c'])[0]
        yield f'`{old}` is the other',changed('lion.c', (old, old[:-1] + str(1-int(old[-1])))),every
    for i,(w,m,way) in enumerate(kind_names):
        for field,now in dict(float64=w != 'float64', codes=m != 'int8', low_bits=way != 'exact').items():
            if random.random() < .3: yield f'`{field}` of kind {i} is {now}',overridden(field, {i: int(now)}),every
    for old,now in ('sizeof(T) == 8','sizeof(T) == 4'),('sizeof(M) == 1','sizeof(M) == 2'): yield f'`{now}`',changed('lion.c', (old,now)),every
    for i in range(1, max(map(len, alike))):
        others = {k: alike[k][(own[k]+i)%len(alike[k])] for k in every if i < len(alike[k])}
        yield f'each kind counts like one {i} further',overridden('agree', others),[*others]
    for i,j in float16:
        a,b = ['step_' + '_'.join(kind_names[k]) for k in (i,j)]
        yield f'`{a}` and `{b}` swapped',overridden('step', {i: b, j: a}),[i,j]
    for i,(w,m,way) in enumerate(kind_names):
        if way != 'nearest': yield f'kind {i} rounds to the nearest',overridden('step', {i: f'step_{w}_{m}_nearest'}),[i]

def main():
    bad,n = 0,0
    for what,files,kinds in slips():
        said,n = reasons(files),n+1
        missed = 'the process died' if said is None else [kind_names[k] for k in kinds if not said[k]]
        if missed: print(f'{what}: not found: {missed}')
        bad += bool(missed)
    for what,files in [('nothing changed',text), *[(f'rows {p} swapped for both',swaps[p]) for p in random.sample(pairs, 3)]]:
        said,n = reasons(files, read_too=True),n+1
        if said is None or any(said): print(f'{what}: {said}')
        bad += said is None or any(said)
    print(f'{n} builds, {bad} not as they should be')
    return bad

if __name__ == '__main__': sys.exit(main() > 0)
