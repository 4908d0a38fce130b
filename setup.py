"Package metadata: everything comes from settings.ini"
import os, re
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
ini = ConfigParser(delimiters=['='], interpolation=None)
ini.read(here/'settings.ini', encoding='utf-8')
cfg = ini['DEFAULT']
statuses = ['1 - Planning', '2 - Pre-Alpha', '3 - Alpha', '4 - Beta', '5 - Production/Stable', '6 - Mature', '7 - Inactive']
extras = ['fastai', 'eightbit', 'bench', 'dev']

def repository():
    "Its address: from `[project.urls]` in pyproject.toml, or from the workflow that builds; `None` if neither has one"
    listed = re.search(r'^Repository *= *"([^"]+)"', (here/'pyproject.toml').read_text(encoding='utf-8'), re.M)
    if listed: return listed[1].rstrip('/')
    name = os.environ.get('GITHUB_REPOSITORY')
    return name and f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"

def absolute(readme, repo):
    "`readme` for a package index, where relative links are dead: they lead into `repo` or, without one, leave their text"
    def _target(m):
        page = 'raw' if m[1] else 'blob'
        return f"{m[1]}[{m[2]}]({repo}/{page}/v{cfg['version']}/{m[3]})" if repo else m[2]
    readme = re.sub(r'(!?)\[([^]]*)\]\((?!https?:)([^)]+)\)', _target, readme)
    assert not re.search(r'\]\((?!https?:)', readme)
    return readme

setup(
    version=cfg['version'],
    description=cfg['description'],
    long_description=absolute((here/'README.md').read_text(encoding='utf-8'), repository()),
    long_description_content_type='text/markdown',
    keywords=cfg['keywords'].split(),
    author=cfg['author'],
    license=cfg['license'],
    classifiers=[
        f"Development Status :: {statuses[int(cfg['status'])-1]}",
        f"Intended Audience :: {cfg['audience']}",
        'Natural Language :: English',
        'Programming Language :: Python :: 3 :: Only',
    ],
    packages=find_packages(include=[cfg['lib_path'], f"{cfg['lib_path']}.*"], exclude=[f"{cfg['lib_path']}.dev*"]), # what only developers run stays out of wheels
    include_package_data=False, # MANIFEST.in is for the sdist
    package_data={f"{cfg['lib_path']}.kernels": ['*.c', '*.h']},
    python_requires=f">={cfg['min_python']}",
    install_requires=cfg['requirements'].split(),
    extras_require={o: cfg[f'{o}_requirements'].split() for o in extras},
    entry_points=dict(console_scripts=cfg['console_scripts'].split(), nbdev=[f"{cfg['lib_path']}={cfg['lib_path']}._modidx:d"]),
    zip_safe=False,
)
