"""Fill a folder with wheels for a GPU machine without the internet, which has PyTorch, Triton, torchvision, timm and what fastai needs, but not fastai

Usage: python .ci/wheels.py FOLDER [PYTHON]     There, in a clone: pip install --no-index --no-deps FOLDER/*.whl && python -m fastxlion.dev.gpu
"""
import subprocess, sys, zipfile
from pathlib import Path

needed = ['fastai==2.8.12', 'fastcore==2.2.41', 'fastprogress==1.0.5', 'fasttransform==0.0.5', 'fastdownload==0.0.8', 'plum-dispatch==2.9.0', 'beartype==0.23.1']
peers = ['bitsandbytes==0.50.2', 'flashoptim==0.1.4', 'lion-pytorch==0.2.5', 'torch-optimi==0.3.3']
most = 60 # MB
systems = [f'manylinux_2_{n}_x86_64' for n in (28, 27, 24, 17)] + ['manylinux2014_x86_64']

def download(folder, python):
    target = ['--only-binary=:all:', '--implementation', 'cp', '--python-version', python, *(o for s in systems for o in ('--platform', s))]
    subprocess.run([sys.executable, '-m', 'pip', 'download', '-q', '--no-deps', *target, '-d', str(folder), *needed, *peers], check=True)

def main(folder, python='3.12'):
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()): sys.exit(f'{folder} is not empty')
    download(folder, python)
    wheels = sorted(folder.glob('*.whl'))
    size = 0
    for w in wheels:
        size += w.stat().st_size
        broken = zipfile.ZipFile(w).testzip()
        if broken: sys.exit(f'{w.name}: {broken} is damaged')
        print(f'{w.stat().st_size/1e6:6.1f} MB  {w.name}')
    print(f'{size/1e6:6.1f} MB  {len(wheels)} wheels')
    if len(wheels) != len(needed + peers): sys.exit(f'{len(needed + peers)} wheels were asked for')
    if size > most*1e6: sys.exit(f'more than {most} MB')

if __name__ == '__main__': main(*sys.argv[1:])
