"""The three scanners, each run as a program of its own; what each says it found, in one form."""

import json
import os
import re
import subprocess
import urllib.parse
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

# Nothing of theirs leaves this machine: whatever is not on loopback is sent to a port where nobody listens.
NOWHERE = "http://127.0.0.1:9"
QUIET = {
    "http_proxy": NOWHERE, "https_proxy": NOWHERE, "HTTP_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE,
    "no_proxy": "127.0.0.1,localhost", "NO_PROXY": "127.0.0.1,localhost", "PYTHONWARNINGS": "ignore",
}


@dataclass(frozen=True)
class Finding:
    """What a tool says is wrong."""

    tool: str
    where: str
    what: str

    def __str__(self):
        return f"{self.tool}: {self.where}: {self.what}"


def run(words, folder, name, seconds):
    """Runs a tool; its output stands in a file of the folder. A tool that hangs is ended, and that is an error."""
    output = folder / f"{name}.txt"
    with output.open("wb") as written:
        try:
            code = subprocess.run(
                [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=written, stderr=subprocess.STDOUT,
                env={**os.environ, **QUIET, "HOME": str(folder)}, cwd=folder, timeout=seconds, check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise SystemExit(f"{name} did not end within {seconds} s") from None
    return code, output.read_text(errors="replace")


def wapiti(program, visitor, addresses, excluded, endpoint, modules, seconds, folder, depth=1):
    """Crawls from the addresses, as many steps as `depth`, and attacks what it finds; at 0 the addresses alone, not their forms."""
    name = f"wapiti-{visitor.name}-{depth}"
    report = folder / f"{name}.json"
    words = [
        program, "-u", f"{visitor.origin}/", "--scope", "folder", "-m", ",".join(modules), "-d", depth, "--tasks", 4,
        "--max-links-per-page", 400, "--max-files-per-dir", 24, "--max-scan-time", seconds, "--max-attack-time", max(10, seconds // 6),
        "--flush-session", "--store-session", folder / f"{name}-session", "--store-config", folder / "wapiti-config",
        "--endpoint", endpoint, "--no-bugreport", "-f", "json", "-o", report, "-S", "normal", "-t", 10,
    ]
    if visitor.jar:
        # Not with --drop-set-cookie: that takes this one away too.
        words += ["-C", visitor.cookie]
    for address in addresses:
        words += ["-s", visitor.origin + address]
    for address in excluded:
        words += ["-x", visitor.origin + address]
    code, said = run(words, folder, name, seconds * 2 + 120)
    if not report.exists():
        raise SystemExit(f"{name} wrote no report (it ended with {code}):\n{said[-3000:]}")
    told = json.loads(report.read_text())
    findings = []
    for kind in ("vulnerabilities", "anomalies"):
        for category, found in told[kind].items():
            for one in found:
                where = f"{one['method']} {one['path'].split('?')[0]}"
                parameter = f" ({one['parameter']})" if one.get("parameter") else ""
                findings.append(Finding("wapiti", where, f"{category}{parameter}: {one['info']}"))
    return findings


def sqlmap(program, visitor, targets, techniques, seconds, folder, name):
    """Tries each parameter of each target, and what varies in its path."""
    requests = []
    for number, target in enumerate(targets):
        for at, (path, body) in enumerate(_spelt(target)):
            head = [f"{target.method} {path} HTTP/1.1", f"Host: {visitor.origin.removeprefix('http://')}"]
            if visitor.jar:
                head.append(f"Cookie: {visitor.cookie}")
            if body:
                head.append("Content-Type: application/x-www-form-urlencoded")
            request = folder / f"{name}-{number}-{at}.request"
            request.write_text("\r\n".join([*head, "", body]))
            requests.append(request)
    if not requests:
        return []
    words = [
        program, "-r", ",".join(map(str, requests)), "--batch", "--level", 1, "--risk", 1, "--technique", techniques,
        "--ignore-code", "*", "--drop-set-cookie", "--param-exclude", "^csrf$", "--disable-coloring", "--retries", 0,
        "--timeout", 20, "--flush-session", "--output-dir", folder / f"{name}-output",
        "--results-file", folder / f"{name}.csv",
    ]
    code, said = run(words, folder, name, seconds)
    tested = len(re.findall(r"testing connection to the target URL", said))
    if code != 0 or tested == 0 or "[CRITICAL] unhandled" in said:
        raise SystemExit(f"{name} ended with {code}, {tested} of {len(requests)} targets tested:\n{said[-3000:]}")
    findings, where = [], urllib.parse.urlsplit(targets[0].path).path
    pattern = r"testing URL '([^']+)'|Parameter: (.+ \(.+\))\n +Type: (.+)"
    for url, parameter, kind in re.findall(pattern, said):
        if url:
            where = urllib.parse.urlsplit(url).path
        else:
            findings.append(Finding("sqlmap", where, f"{parameter}: {kind}"))
    return findings


def _spelt(target):
    """A target as the requests that try it: its parameters; then each part of its path that varies."""
    split = urllib.parse.urlsplit(target.path)
    fields = [(name, value or "1") for name, value in target.fields]
    encoded = urllib.parse.urlencode(fields)
    if target.method == "GET":
        query = "&".join(part for part in (split.query, encoded) if part)
        if query:
            yield f"{split.path}?{query}", ""
        body = ""
    else:
        query, body = split.query, encoded
        yield target.path, body
    parts, route = split.path.split("/"), target.route.split("/")
    for at, pattern in enumerate(route):
        if pattern.startswith("{"):
            marked = "/".join([*parts[:at], parts[at] + "*", *parts[at + 1 :]])
            yield marked + (f"?{split.query}" if split.query else ""), body


def schemathesis(program, origin, token, words, seconds, folder, name):
    """Sends what the OpenAPI document allows, and what it does not."""
    report = folder / f"{name}.xml"
    words = [
        program, "run", f"{origin}/fhir/openapi.json", "--no-color", "--seed", 1, "--workers", 1,
        "--generation-database", "none", "--report", "junit", "--report-junit-path", report,
        "--suppress-health-check", "all", "--no-shrink", "--request-timeout", 20, *words,
    ]
    if token:
        words += ["-H", f"Authorization: Bearer {token}"]
    code, said = run(words, folder, name, seconds)
    if not report.exists() or code not in (0, 1):
        raise SystemExit(f"{name} wrote no report (it ended with {code}):\n{said[-3000:]}")
    findings = []
    for case in ElementTree.parse(report).iter("testcase"):
        for bad in [*case.findall("failure"), *case.findall("error")]:
            # Each begins with its code and name; the first line below says what came, the last how to ask again.
            for one in re.split(r"(?m)^(?=\d+\. Test Case ID)", bad.text or bad.get("message") or ""):
                again = re.search(r"(?m)^ +curl .*", one)
                for failed in re.findall(r"(?m)^- (ST\d+ .+\n+.*)", one) or [one.strip()[:200]]:
                    what = " ".join(f"{failed} {again[0] if again else ''}".split())
                    if what:
                        findings.append(Finding("schemathesis", case.get("name"), what[:600]))
    return findings
