import sys
from fastxlion.bench.keeps import *
from fastxlion.bench import keeps as K
import traceback, torch.distributed as dist
def f(trial, v):
    try: return K.trials[trial][-1](v)
    except Exception as e: return f'{dist.get_rank()} '+traceback.format_exc()[-1500:]
def g(trial, v):
    r=f(trial,v); print('rank',dist.get_rank(),r,file=sys.stderr, flush=True); return r
if __name__=='__main__':
    for v in sys.argv[2].split(','):
        try: print(v, K.elsewhere(g, 2, sys.argv[1], v))
        except Exception as e: print(v,'crash')
