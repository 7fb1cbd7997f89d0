#!/usr/bin/env python3
"""Opens HTML reports in a real Chromium over the DevTools pipe and looks at what happens.

Standard library only: the pipe (file descriptors 3 and 4) needs no WebSocket.

    check_report.py CHROMIUM REPORT.html EXPECTED_CELLS [--hostile]

Prints one line per check that failed; exits 1 where there is one.
"""

import fcntl
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--remote-debugging-pipe", "--window-size=1280,900",
]


class Chromium:
    """One browser, one page."""

    def __init__(self, program, profile):
        # The first two pipes of this program occupy 3 to 6, so that nothing else lies on 3 and 4, which
        # the browser reads and writes. Copies out of the way are what the child puts there.
        there, back = os.pipe(), os.pipe()
        child_in = fcntl.fcntl(there[0], fcntl.F_DUPFD, 20)
        child_out = fcntl.fcntl(back[1], fcntl.F_DUPFD, 20)

        def place():
            os.dup2(child_in, 3)
            os.dup2(child_out, 4)

        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}"], preexec_fn=place, pass_fds=(3, 4),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for end in (child_in, child_out, there[0], back[1]):
            os.close(end)
        self.writer, self.reader = there[1], back[0]
        self.buffer, self.number, self.session = b"", 0, None
        self.events = []

    def message(self, deadline):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.reader], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self.reader, 1 << 20)
            if not chunk:
                raise ConnectionError("the browser ended")
            self.buffer += chunk
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, seconds=30, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.writer, json.dumps(request).encode() + b"\0")
        deadline = time.monotonic() + seconds
        while True:
            message = self.message(deadline)
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait_for(self, method, seconds=60):
        deadline = time.monotonic() + seconds
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message(deadline))

    def open(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def evaluate(self, expression):
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True,
            userGesture=True,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def key(self, name, code=None):
        text = {"Enter": "\r"}.get(name)
        down = {"type": "keyDown", "key": name, "code": name, "windowsVirtualKeyCode": code or 0}
        if text:
            down["text"] = text
        self.call("Input.dispatchKeyEvent", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=name, code=name, windowsVirtualKeyCode=code or 0)

    def close(self):
        try:
            self.session = None
            self.call("Browser.close", seconds=5)
        except (OSError, RuntimeError, TimeoutError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.writer)
        os.close(self.reader)


# Text against the nearest plain background, WCAG 2.2 relative luminance. Marks that only repeat a quiet
# cell (the dot of a pass) are decoration; hatched grounds are skipped, as they have two colours.
CONTRAST = r"""(() => {
  const parse = (c) => c.match(/[\d.]+/g).map(Number);
  const light = (c) => { const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
  const bad = new Map();
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.closest(".vh, .skip, td.p, td.q, td.n, .mark, script, title")) continue;
    let ground = e, hatched = false;
    for (; ground; ground = ground.parentElement) {
      const style = getComputedStyle(ground);
      if (style.backgroundImage !== "none") { hatched = true; break; }
      const c = parse(style.backgroundColor);
      if (c.length < 4 || c[3] > 0) break;
    }
    if (hatched) continue;
    const back = ground ? parse(getComputedStyle(ground).backgroundColor) : [255, 255, 255];
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.set(e.tagName + "." + e.className, ratio.toFixed(2));
  }
  return JSON.stringify([...bad]);
})()"""

UNNAMED = """[...document.querySelectorAll("a, button, summary, [role=region]")]
  .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label"))).length"""


def check(browser, report, cells, is_hostile, fail):
    browser.call("Page.navigate", url=report.as_uri())
    browser.wait_for("Page.loadEventFired")

    count = browser.evaluate('document.querySelectorAll("table.matrix tbody tr:not(.group):not(.folded) td:not(.sum)").length')
    if count != cells:
        fail(f"the matrix has {count} cells instead of {cells}")

    # Layout: nothing sticks out, wide or narrow.
    for width in (1280, 390):
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        wide = browser.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            fail(f"at {width} pixels the page is {wide} wide")
    browser.call("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)

    if not is_hostile:
        for scheme in ("light", "dark"):
            browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            poor = browser.evaluate(CONTRAST)
            if poor != "[]":
                fail(f"contrast below 4.5 in {scheme}: {poor}")
        first = browser.evaluate(
            '["sentence", "run", "unseen", "matrix"].map((id) => { const e = document.getElementById(id);'
            ' return e && e.getBoundingClientRect().top < 900 && !e.closest("details"); })')
        if cells and first != [True] * 4:
            fail(f"not all of sentence, run, unseen and matrix are in the first view: {first}")
    if browser.evaluate(UNNAMED):
        fail("a control has no name")

    if cells:
        keyboard(browser, fail)
    copying(browser, fail)

    hacked = browser.evaluate("typeof window.hacked + ' ' + document.querySelectorAll('img, iframe, object, embed, form, base').length + ' ' + document.scripts.length")
    if hacked != "undefined 0 1":
        fail(f"data became markup or script: {hacked}")
    loose = browser.evaluate("[...document.querySelectorAll('a')].filter((a) => !/^(https?:|file:.*#|#)/.test(a.href)).map((a) => a.href).join()")
    if loose:
        fail(f"a link with another scheme: {loose}")

    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            fail(f"exception: {params['exceptionDetails'].get('text')} {params['exceptionDetails'].get('exception', {}).get('description')}")
        elif method == "Log.entryAdded":
            fail(f"log: {params['entry']['text']}")
        elif method == "Runtime.consoleAPICalled":
            fail("the page writes to the console")
        elif method == "Network.requestWillBeSent" and params["request"]["url"].split("#")[0] != report.as_uri():
            fail(f"the page asks for {params['request']['url']}")

    # Last, because it must be refused: the policy holds against a script that gets in.
    browser.evaluate("(() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 9'; document.body.append(s); })()")
    if browser.evaluate("typeof window.hacked") != "undefined":
        fail("the Content-Security-Policy lets an inline script run")


def keyboard(browser, fail):
    browser.evaluate("document.body.focus()")
    for _ in range(80):
        browser.key("Tab", 9)
        if browser.evaluate("!!document.activeElement.closest('table.matrix td')"):
            break
    else:
        fail("80 tabs reach no cell of the matrix")
        return
    where = ("(() => { const cell = document.activeElement.closest('table.matrix td');"
             " return cell ? [cell.parentElement.rowIndex, cell.cellIndex].join() : ''; })()")
    before = browser.evaluate(where)
    for name, code in (("ArrowDown", 40), ("ArrowRight", 39), ("ArrowLeft", 37)):
        browser.key(name, code)
        after = browser.evaluate(where)
        if after != before:
            break
    if not after or after == before:
        fail(f"arrow keys do not walk the cells ({before}, {after})")
    browser.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = false; })")
    browser.key("Enter", 13)
    time.sleep(0.3)
    opened = browser.evaluate(
        "(() => { const t = document.getElementById(location.hash.slice(1));"
        " return t ? [t.checkVisibility(), t === document.activeElement, t.textContent.length > 20] : null; })()")
    if opened != [True, True, True]:
        fail(f"Enter on a cell does not open its finding: {after} {opened}")
    browser.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


def copying(browser, fail):
    if not browser.evaluate("!!document.querySelector('button.copy')"):
        return
    browser.evaluate("document.querySelector('button.copy').focus()")
    browser.key("Enter", 13)
    time.sleep(0.5)
    word = browser.evaluate("document.querySelector('button.copy').textContent")
    if word not in ("Copied", "Selected"):
        fail(f"the copy button says {word!r}")
    said = browser.evaluate("document.getElementById('said').textContent")
    if said != word:
        fail(f"a screen reader hears {said!r}")


def main():
    program, report, cells = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3])
    failures = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Chromium(program, profile)
        try:
            browser.open()
            check(browser, report, cells, "--hostile" in sys.argv, failures.append)
        finally:
            browser.close()
    for failure in failures:
        print(f"{report.name}: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
