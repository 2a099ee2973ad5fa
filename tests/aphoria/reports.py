#!/usr/bin/env python3
"""Every form of a report is what its readers expect, whatever names and code are in it, and no form
shows a secret. APHORIA = the program; STEME_SOURCE = the repository.

SARIF is held against what SARIF 2.1.0 requires of the objects that are written."""
import base64
import hashlib
import html.parser
import json
import os
import re
import subprocess
import tempfile
import urllib.parse
import xml.etree.ElementTree

PROGRAM = os.environ["APHORIA"]
SHOP = os.path.join(os.environ["STEME_SOURCE"], "examples", "shop")
FORMS = ("table", "json", "sarif", "html", "markdown", "junit", "github", "gitlab")
SECRETS = ("hunter22-of-the-shop", "AKIAIOSFODNN7QQEXAMP", "ghp_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5",
           "xoxb-848372619405-918273645019-kQ8zR2mV7xT4nB9cL1wY6pDs", "qM7vT2xK9pZ4")
CODE = (
    "import requests, hashlib, subprocess\n"
    f'password = "{SECRETS[0]}"\n'
    f'aws = "{SECRETS[1]}"\n'
    f'github = "{SECRETS[2]}"\n'
    f'slack = "{SECRETS[3]}"\n'
    f'url = "postgresql://shop:{SECRETS[4]}@db.shop-internal.net/shop"\n'
    "def f(x):\n"
    "    é = 'ü😀'; requests.get(x, verify=False)\n"
    "    hashlib.md5(b'<script>alert(1)</script>]]>|`x`::error::%0A')\n"
    "    return subprocess.call('ls ' + input(), shell=True)\n")
NAMES = ("<script>alert(1)</script>.py", "a|b`c`.py", "two\nlines.py", "::error::x.py", "]]>&amp;.py", "ü 😀%20.py",
         "quote\"'.py", "\x1b[31mred.py", b"bad\xff\xfe.py")


def scan(form, *arguments):
    done = subprocess.run([PROGRAM, "scan", *arguments, "--format", form], capture_output=True, check=False,
                          env={**os.environ, "NO_COLOR": ""})
    assert done.returncode in (0, 1), (form, done.returncode, done.stderr)
    return done.stdout


def make_tree(root):
    for name in NAMES:
        path = os.path.join(os.fsencode(root), name if isinstance(name, bytes) else name.replace("</", "<").encode())
        with open(path, "wb") as file:
            file.write(CODE.encode())


# ---- One form each -------------------------------------------------------------------------------

def check_json(text, count):
    found = json.loads(text)["findings"]
    assert len(found) == count > 0, (len(found), count)


def one_of(item, *kinds):
    assert isinstance(item, kinds), item


def check_place(place, artifacts_base):
    physical = place["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~!$&'()*+,;=:@/%-]+", uri), uri
    assert not uri.startswith("/") and physical["artifactLocation"]["uriBaseId"] in artifacts_base
    region = physical["region"]
    assert 1 <= region["startLine"] <= region.get("endLine", region["startLine"])
    assert region["startColumn"] >= 1 and region["endColumn"] >= 1
    return urllib.parse.unquote_to_bytes(uri), region


def check_result(result, run):
    rules = run["tool"]["driver"]["rules"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in ("none", "note", "warning", "error")
    assert result["kind"] in ("fail", "pass", "open", "informational", "notApplicable", "review")
    assert result["message"]["text"]
    assert all(isinstance(each, str) for each in result["partialFingerprints"].values())
    assert result["baselineState"] in ("new", "unchanged", "updated", "absent")
    assert 0 <= result["rank"] <= 100
    for each in result["suppressions"]:
        assert each["kind"] in ("inSource", "external")
    assert len(result["locations"]) == 1
    return check_place(result["locations"][0], run["originalUriBaseIds"])


def check_sarif(text, root=None):
    document = json.loads(text)
    assert document["version"] == "2.1.0" and document["$schema"].endswith("sarif-2.1.0.json")
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    one_of(driver["name"], str)
    one_of(driver["version"], str)
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids)) and ids
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
        assert urllib.parse.urlsplit(rule["helpUri"]).scheme == "https"
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    for result in run["results"]:
        path, region = check_result(result, run)
        if root is not None and region["startLine"] == region["endLine"] == 8:
            check_columns(os.path.join(os.fsencode(root), path), region, run["columnKind"])


def check_columns(path, region, unit):
    """The columns are those of the call, behind other than ASCII on its line."""
    with open(path, encoding="utf-8") as file:
        line = file.read().split("\n")[region["startLine"] - 1]
    if unit == "utf16CodeUnits":
        line = "".join(each if ord(each) < 0x10000 else "ab" for each in line)
    assert line[region["startColumn"] - 1:region["endColumn"] - 1].startswith("requests.get"), (line, region)


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.scripts = []
        self.policy = ""
        self.references = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.references += [value for name, value in attrs if name in ("src", "action", "data", "poster")]
        if tag == "link":
            self.references.append(given.get("href"))
        if tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = given["content"]
        if tag == "script":
            self.scripts.append("")
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data


def check_html(text):
    page = Page()
    page.feed(text.decode("utf-8"))
    assert page.references == [], page.references
    assert len(page.scripts) == 1, len(page.scripts)
    hashed = base64.b64encode(hashlib.sha256(page.scripts[0].encode()).digest()).decode()
    assert f"'sha256-{hashed}'" in page.policy, "the policy does not allow the page's own script: page.js changed"
    assert "default-src 'none'" in page.policy
    assert "<script>alert(1)" not in text.decode("utf-8")


def check_markdown(text):
    """Outside of code, between as many backticks on either side, there is no tag and no broken row."""
    words = re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "", text.decode("utf-8"))
    assert "<script>" not in words
    rows = [line for line in words.split("\n") if line.startswith("|")]
    assert len(rows) >= 3 and len({re.sub(r"\\\|", "", row).count("|") for row in rows}) == 1, rows


def check_junit(text):
    root = xml.etree.ElementTree.fromstring(text)
    suites = root.iter("testsuite")
    for suite in suites:
        cases = list(suite.iter("testcase"))
        failed = [case for case in cases if case.find("failure") is not None]
        assert int(suite.get("tests")) == len(cases) and int(suite.get("failures")) == len(failed)


def check_github(text):
    for line in text.decode("utf-8").splitlines():
        if line.startswith("::") and not line.startswith("::notice title=Aphoria::"):
            assert re.match(r"::(error|warning|notice) file=[^,\n]*,line=\d+", line), line
            assert line.count("::error::") <= line.count("%3A%3Aerror") + 1, line


def check_gitlab(text):
    for each in json.loads(text):
        assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert each["description"] and each["fingerprint"] and each["check_name"]
        assert each["location"]["path"] and each["location"]["lines"]["begin"] >= 1


CHECKS = {"sarif": check_sarif, "html": check_html, "markdown": check_markdown, "junit": check_junit,
          "github": check_github, "gitlab": check_gitlab}


def check_all(root, secrets=()):
    made = {form: scan(form, root) for form in FORMS}
    check_json(made["json"], len(json.loads(made["json"])["findings"]))
    for form, check in CHECKS.items():
        check(made[form])
    for form, text in made.items():
        text.decode("utf-8")
        for secret in secrets:
            assert secret.encode() not in text, (form, secret)
        assert b"\x1b" not in text, form
    return made


def main():
    check_all(SHOP)
    with tempfile.TemporaryDirectory() as root:
        make_tree(root)
        made = check_all(root, SECRETS)
        check_sarif(made["sarif"], root)
        found = json.loads(made["json"])["findings"]
        assert len({each["path"] for each in found}) == len(NAMES), "a file is missing"
        assert sum("secret" in each["rule"] for each in found) >= 4 * len(NAMES), "a secret was not seen"
    print("8 forms over", len(NAMES), "names")


if __name__ == "__main__":
    main()
