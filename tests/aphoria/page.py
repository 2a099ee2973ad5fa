#!/usr/bin/env python3
"""The HTML report in a browser: its filters work, nothing is fetched, nothing of the scanned code runs,
nothing is wider than a narrow screen, and 5,000 findings are filtered at once. Skipped where there is
no Chromium (`tools/install-deps browser`). APHORIA = the program; STEME_SOURCE = the repository.

Chromium is spoken to through two pipes: JSON messages that end with NUL."""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import reports

PICTURES = os.environ.get("APHORIA_PICTURES")  # folder to put what was seen in


class Browser:
    def __init__(self, program, folder):
        to_read, self.to_write = os.pipe()
        self.to_read, to_write = os.pipe()
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 8<&{to_read} 9>&{to_write} 3<&8 4>&9 8<&- 9>&-', "-", program,
             "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe",
             "--disable-dev-shm-usage", f"--user-data-dir={folder}/profile", "about:blank"],
            pass_fds=(to_read, to_write), stderr=subprocess.DEVNULL, env={**os.environ, "HOME": folder})
        os.close(to_read)
        os.close(to_write)
        self.left = b""
        self.last = 0
        self.events = []
        self.session = None
        target = next(each for each in self.ask("Target.getTargets")["targetInfos"] if each["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(domain + ".enable")

    def read(self):
        while b"\0" not in self.left:
            more = os.read(self.to_read, 1 << 16)
            if not more:
                raise EOFError("the browser has ended")
            self.left += more
        message, self.left = self.left.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session is not None:
            message["sessionId"] = self.session
        os.write(self.to_write, json.dumps(message).encode() + b"\0")
        while True:
            got = self.read()
            if got.get("id") == self.last:
                assert "error" not in got, (method, got["error"])
                return got["result"]
            self.events.append(got)

    def open(self, path):
        self.events.clear()
        self.ask("Page.navigate", url=pathlib.Path(path).as_uri())
        while not any(each["method"] == "Page.loadEventFired" for each in self.events):
            self.events.append(self.read())

    def value(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def look(self, name, width, height=1000, dark=False):
        """As a screen of this size has it; what is wider than it."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        if PICTURES:
            picture = self.ask("Page.captureScreenshot", format="png")["data"]
            pathlib.Path(PICTURES, name + ".png").write_bytes(base64.b64decode(picture))
        return self.value("document.documentElement.scrollWidth - innerWidth")

    def close(self):
        self.process.terminate()
        self.process.wait()
        os.close(self.to_write)
        os.close(self.to_read)


SHOWN = "[...document.querySelectorAll('article')].filter(each => each.offsetParent !== null)"


def shown(browser):
    count = browser.value(SHOWN + ".length")
    assert browser.value("document.getElementById('shown').value").startswith(f"{count} of "), count
    return count


def write_words(browser, words):
    browser.value(f"words.value = {json.dumps(words)}; words.dispatchEvent(new Event('input'))")


def check_quiet(browser):
    """No request but the page's own, no dialog, no complaint: its policy lets its own script run."""
    asked = [each["params"]["request"]["url"] for each in browser.events
             if each["method"] == "Network.requestWillBeSent"]
    assert len(asked) == 1 and asked[0].startswith("file:"), asked
    bad = [each for each in browser.events
           if each["method"] in ("Page.javascriptDialogOpening", "Runtime.exceptionThrown", "Log.entryAdded")]
    assert not bad, bad
    assert browser.value("document.body.classList.contains('live')"), "the page's script did not run"


def check_filters(browser, found):
    total = len(found)
    assert shown(browser) == total > 5
    for outcome in ("block", "flag"):
        of_it = sum(each["outcome"] == outcome for each in found)
        button = f"document.querySelector('button[data-outcome={outcome}]')"
        browser.value(button + ".click()")
        assert shown(browser) == total - of_it and 0 < of_it < total
        assert browser.value(button + ".getAttribute('aria-pressed')") == "false"
        browser.value(button + ".click()")
    path = found[0]["path"]
    write_words(browser, path.upper())
    assert shown(browser) >= sum(each["path"] == path for each in found) > 0
    assert browser.value(SHOWN + f".every(each => each.textContent.includes({json.dumps(path)}))")
    write_words(browser, "nowhere at all")
    assert shown(browser) == 0 and browser.value("none.offsetParent !== null")
    write_words(browser, "")
    kinds = browser.value("[...kind.options].map(each => [each.value, each.text])")
    for value, text in kinds[1:]:
        browser.value(f"kind.value = {json.dumps(value)}; kind.dispatchEvent(new Event('change'))")
        assert text.endswith(f"({shown(browser)})"), text
        assert browser.value(SHOWN + f".every(each => each.dataset.kind === {json.dumps(value)})")
    browser.value("kind.value = ''; kind.dispatchEvent(new Event('change'))")
    assert shown(browser) == total


def check_shop(browser, folder):
    found = json.loads(reports.scan("json", reports.SHOP))["findings"]
    page = os.path.join(folder, "shop.html")
    pathlib.Path(page).write_bytes(reports.scan("html", reports.SHOP))
    browser.open(page)
    check_quiet(browser)
    check_filters(browser, found)
    for width in (1280, 400, 320):
        for dark in (False, True):
            wider = browser.look(f"shop-{width}-{'dark' if dark else 'light'}", width, dark=dark)
            assert wider <= 0, f"{wider} pixels wider than {width}"
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = browser.value(ground)
    browser.value("theme.click()")
    assert browser.value(ground) != dark, "the theme does not change"
    nameless = browser.value("[...document.querySelectorAll('button, select, input')].filter(each => "
                             "!each.textContent.trim() && !each.getAttribute('aria-label')).length")
    assert nameless == 0, "a screen reader has no name for something that is operated"


def check_hostile(browser, folder):
    tree = os.path.join(folder, "tree")
    os.mkdir(tree)
    reports.make_tree(tree)
    page = os.path.join(folder, "hostile.html")
    pathlib.Path(page).write_bytes(reports.scan("html", "--all", tree))
    browser.open(page)
    check_quiet(browser)
    assert browser.value("document.scripts.length") == 1
    for width in (1280, 320):
        wider = browser.look(f"hostile-{width}", width)
        assert wider <= 0, f"{wider} pixels wider than {width}"


def check_known(browser, folder):
    """What a baseline knows is on the page of `--all`, and said to be known."""
    tree = os.path.join(folder, "shop")
    shutil.copytree(reports.SHOP, tree)
    os.environ["XDG_CONFIG_HOME"] = os.path.join(folder, "config")
    for command in ("init", "baseline"):
        subprocess.run([reports.PROGRAM, command], cwd=tree, check=True, capture_output=True)
    page = os.path.join(folder, "known.html")
    pathlib.Path(page).write_bytes(reports.scan("html", "--all", tree))
    browser.open(page)
    count = shown(browser)
    known = browser.value(SHOWN + ".filter(each => each.querySelector('.kind').textContent.startsWith('known')).length")
    assert known > 5 and count >= known, (count, known)
    assert browser.value("document.querySelector('.card.known b').textContent") == str(known)


def check_many(browser, folder):
    tree = os.path.join(folder, "many")
    os.mkdir(tree)
    for i in range(50):
        calls = "".join(f"    requests.get(url + '/{i}/{j}', verify=False, timeout=3)\n" for j in range(100))
        pathlib.Path(tree, f"file{i:02}.py").write_text("import requests\ndef f(url):\n" + calls, encoding="utf-8")
    page = os.path.join(folder, "many.html")
    pathlib.Path(page).write_bytes(reports.scan("html", tree))
    browser.open(page)
    check_quiet(browser)
    assert shown(browser) == 5000
    spent = browser.value("(() => { const begin = performance.now(); words.value = 'file07.py'; "
                          "words.dispatchEvent(new Event('input')); document.body.offsetHeight; "
                          "return performance.now() - begin; })()")
    assert shown(browser) == 100
    assert spent < 5000, f"filtering 5,000 findings took {spent} ms"
    return spent


def main():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        print("skipped: no Chromium; `tools/install-deps browser` installs it")
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            browser = Browser(program, folder)
        except (EOFError, BrokenPipeError):
            print(f"skipped: {program} does not start here")
            return
        try:
            check_shop(browser, folder)
            check_hostile(browser, folder)
            check_known(browser, folder)
            spent = check_many(browser, folder)
        finally:
            browser.close()
    print(f"filters work, nothing is fetched; 5,000 findings filtered in {spent:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
