"""Try what moves on the rendered site, beside Python: `widgets.py [_docs]`

The calculator of the learning-rate page must give the values of `adamw_to_lion`, the valley the ends of NumPy's paths.
Needs `pip install selenium`, Chromium and its chromedriver."""
import re, sys
from pathlib import Path

import numpy as np
from browser import chromium, serve, window
from fastxlion.dev.pictures import adamw_path, lion_path
from fastxlion.optimizer import adamw_to_lion

move = '''
const box = document.getElementById(arguments[0])
for (const [k, v] of Object.entries(arguments[1])) box.querySelector(`[name=${k}]`).value = v
box.dispatchEvent(new Event('input'))
return (document.getElementById(arguments[0] + '-end') ?? box.querySelector('output')).textContent'''

def numbers(text): return [float(o.replace('−', '-')) for o in re.findall(r'(?<![\w.])[-−]?\d+(?:\.\d+)?(?:e-?\d+)?', text)]

def calculator(driver):
    for lr, wd, steps in [(1e-3,.01,500), (1e-3,.01,1_000), (3e-3,.1,50_000), (6e-4,0,9_999)]:
        says = numbers(driver.execute_script(move, 'lion-lr', dict(lr=lr, wd=wd, steps=steps)))
        expected = [*adamw_to_lion(lr, wd, steps=steps).values()]
        yield f'calculator: {lr}, {wd}, {steps}', np.allclose(says, expected, rtol=5e-3)
    for wrong in dict(lr='x'), dict(lr=-1), dict(steps=''):
        says = driver.execute_script(move, 'lion-lr', {**dict(lr=1e-3, wd=.01, steps=500), **wrong})
        yield f'calculator: {wrong} is refused', not numbers(says)

def valley(driver):
    for lr, adamw, beta1, beta2, wd, steps in [(.05,.079,.9,.99,0,45), (.01,.1,.5,.9,.5,100), (.1,.01,0,.99,1,300)]:
        given = dict(lr=np.log10(lr), adamw=np.log10(adamw), beta1=beta1, beta2=beta2, wd=wd, steps=steps)
        says = numbers(driver.execute_script(move, 'lion-paths', {k: float(v) for k,v in given.items()}))
        ours,theirs = lion_path(lr, wd, beta1, beta2, steps)[-1],adamw_path(adamw, steps=steps)[-1]
        yield f'valley: {lr}, {beta1}, {beta2}, {wd}, {steps}', np.allclose(says[1:3] + says[4:6], [*ours, *theirs], atol=6e-3)

def main():
    root, driver = serve(Path(sys.argv[1] if len(sys.argv) > 1 else '_docs')), chromium()
    window(driver, 1400)
    failed = passed = 0
    for page, tries in ('start/learning_rate.html', calculator), ('how/paths.html', valley):
        driver.get(root + page)
        for name, right in tries(driver):
            passed, failed = passed + right, failed + (not right)
            if not right: print('FAILED', name)
    driver.quit()
    print(f'{passed} passed, {failed} failed')
    return failed

if __name__ == '__main__': raise SystemExit(bool(main()))
