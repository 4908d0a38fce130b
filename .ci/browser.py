"A headless Chromium on a rendered site. The network is off: a page must do with what the site ships"
import functools, sys, tempfile, threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from selenium import webdriver

flags = '''--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update
--disable-sync --hide-scrollbars'''.split() + ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1']

class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args): pass

def serve(
    site:Path, # Folder of the rendered site
)->str: # Its address
    "Serve `site` on this machine"
    if not (site/'index.html').exists(): sys.exit(f'{site} has no index.html: render the site with nbdev-docs first')
    server = ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f'http://127.0.0.1:{server.server_port}/'

def chromium():
    "A browser with a profile of its own, in light mode, that keeps the messages of the console"
    options = webdriver.ChromeOptions()
    for o in [*flags, f'--user-data-dir={tempfile.mkdtemp()}']: options.add_argument(o)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    return webdriver.Chrome(options=options)

def window(
    driver,
    width:int, # Pixels; below 600 the window is a phone's
    height:int=900
):
    "Give pages a window of `width` x `height`"
    driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', dict(width=width, height=height, deviceScaleFactor=1, mobile=width < 600))
