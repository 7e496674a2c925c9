"""wapiti, sqlmap and schemathesis against a demo, signed in; then each against a build with a fault planted for it.

Run by scripts/proof-scanners.sh, which says what it is given."""

import argparse
import datetime
import re
import sys
import tempfile
import time
from pathlib import Path

import tools
from demo import OPEN, SENT_ON, TURNED_AWAY, Demo, is_reached
from endpoint import Endpoint
from targets import CITIZEN, LAST, LATER, STAFF, Target, unlinked, unseen_by_staff, walk
from visitor import Visitor

# At least so many of a hundred routes.
WANTED = 95
HERE = Path(__file__).parent
# What is not here: ssl (loopback has none), time-based SQL (sqlmap does it), lists of names and passwords, and what asks the
# internet.
MODULES = [
    "xss", "permanentxss", "sql", "exec", "file", "crlf", "redirect", "ssrf", "csrf", "cookieflags", "csp",
    "http_headers", "xxe", "ldap", "upload", "htaccess", "methods", "shellshock", "spring4shell",
]
# The slice of the short form.
SHORT_ROUTES = {
    "/sign-in", "/oauth/authorize", "/staff/person", "/staff/person/search/{name}", "/staff/person/{id}",
    "/staff/open/{way}", "/me/details", "/me/record/{section}", "/me/sharing/give",
}
SHORT_MODULES = ["xss", "sql", "crlf", "redirect", "csrf", "csp", "http_headers"]
# What ends a session, or what others need: sqlmap comes to these at the end.
EXCLUDED = ["/assets*", *(f"{path}*" for path in LAST + LATER)]
# Searches are described for every type of FHIR and go one way: these are the types that a demo holds most of.
TYPES = [
    "AllergyIntolerance", "Appointment", "AuditEvent", "CarePlan", "Condition", "Consent", "DocumentReference", "Encounter",
    "MedicationRequest", "Observation", "Organization", "Patient", "Practitioner", "Task",
]
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "unsupported_method", "ignored_auth", "use_after_free",
]


class Proof:
    """What is asked of the tools, and what came of it."""

    def __init__(self, given, folder):
        self.given, self.folder = given, folder
        self.findings, self.rows, self.reached = [], [], set()
        self.last, self.attacked = {}, {"wapiti": set(), "sqlmap": set()}

    def of(self, name):
        return Path(self.given.tools) / name / "bin" / {"schemathesis": "st"}.get(name, name)

    def step(self, demo, label, work, visitor):
        """Runs one tool for one person; counts what it asked for, and keeps what it found; the routes that it reached."""
        demo.mark()
        began = time.monotonic()
        found = work()
        requests, routes = demo.reached()
        # A tool that was sent nothing but redirects was not signed in; or it signed out, and was.
        answered = any(
            status not in TURNED_AWAY | SENT_ON
            for (_, route), statuses in routes.items()
            for status in statuses
            if not route.startswith(OPEN)
        )
        is_in = answered or (bool(visitor.jar) and not visitor.is_in())
        good = {route for route, statuses in routes.items() if is_reached(*route, statuses, is_in)} & set(demo.routes())
        self.reached |= good
        for route, statuses in routes.items():
            broken = [tools.Finding("log", " ".join(route), f"answered {one}") for one in statuses if one >= 500]
            found = [*found, *broken]
        self.findings += found
        self.rows.append((label, requests, len(good), len(found), time.monotonic() - began))
        print(f"{label}: {requests} requests, {len(good)} routes, {len(found)} findings", flush=True)
        if not demo.alive():
            raise SystemExit(f"the server ended during {label}")
        return good

    def scan(self, demo):
        """Everything, against a build without faults."""
        short, routes = self.given.short, demo.routes()
        Visitor(demo.origin, "token").sign_in(token=demo.token).tell_stories()
        staff = ["Hub operator"] if short else ["Hub operator", "GP", "Administrator", "Privacy officer"]
        citizens = ["Clara, for"] if short else ["Clara’s daughter", "Clara, for", "Jasek"]
        nobody = Visitor(demo.origin, "nobody")
        self.person(demo, nobody, unlinked(nobody, routes))
        for name in [*staff, *citizens]:
            visitor = Visitor(demo.origin, name).sign_in()
            targets = walk(visitor, routes, STAFF if name in staff else CITIZEN)
            if name in staff:
                targets += unseen_by_staff(visitor, routes)
                self.open_up(visitor, targets)
            self.person(demo, visitor, targets)
        self.doors(demo)
        for target in () if short else sorted(self.last.values(), key=str):
            # Whoever asks is somebody else afterwards.
            visitor = Visitor(demo.origin, target.who).sign_in()
            fields = tuple((name, visitor.csrf() if name == "csrf" else value) for name, value in target.fields)
            target = Target(target.who, target.method, target.path, target.route, fields)
            self.step(demo, f"sqlmap, {target.method} {target.route}", lambda: self.sqlmap(visitor, [target], "last"), visitor)


    def open_up(self, visitor, targets):
        """Opens a record with a reason, where one is closed, so that the privacy office has something to look at."""
        for target in targets:
            if target.route == "/staff/person/{id}/open/{way}" and target.fields:
                visitor.ask(target.path, {**dict(target.fields), "words": "Found on the floor and cannot say who she is"})

    def person(self, demo, visitor, targets):
        """wapiti and sqlmap for one visitor. Each route is attacked by everybody until somebody has reached it; wapiti goes
        on to what its pages lead to."""
        short = self.given.short
        if short:
            targets = [target for target in targets if target.route in SHORT_ROUTES]
        stays = visitor.name == "nobody"
        done = self.attacked["wapiti"]
        pages = [target.path for target in targets if target.method == "GET" and ("GET", target.route) not in done]
        # A form that ends the session has the address of its page, which is then looked at without its form.
        apart = [] if stays else [page for page in pages if page.split("?")[0] in LAST]
        done |= self.crawl(demo, visitor, [page for page in pages if page not in apart], [] if stays else EXCLUDED, 1)
        if apart:
            done |= self.crawl(demo, visitor, apart, [], 0)
        if not stays and not visitor.is_in():
            raise SystemExit(f"wapiti signed {visitor.name} out, so what it asked afterwards counts for nothing")
        done = self.attacked["sqlmap"]
        new = [target for target in targets if (target.method, target.route) not in done]
        if not stays:
            self.last = {(target.method, target.route): target for target in new if target.ends} | self.last
            new = [target for target in new if not target.ends]
        done |= self.step(
            demo, f"sqlmap, {visitor.name}", lambda: self.sqlmap(visitor, new, f"sqlmap-{visitor.name}"), visitor
        )
        if not stays and not visitor.is_in():
            raise SystemExit(f"sqlmap signed {visitor.name} out, so what it asked afterwards counts for nothing")

    def crawl(self, demo, visitor, pages, excluded, depth):
        """wapiti from these pages; the routes that it reached."""
        short, endpoint = self.given.short, Endpoint()

        def work():
            found = tools.wapiti(
                self.of("wapiti"), visitor, pages, excluded, endpoint.address, SHORT_MODULES if short else MODULES,
                60 if short else 900, self.folder, depth,
            )
            led = [tools.Finding("wapiti", path, "SSRF: the server came to where it was led") for path in endpoint.led]
            return found + led

        try:
            return self.step(demo, f"wapiti, {visitor.name}" + ("" if depth else f", {' '.join(pages)}"), work, visitor)
        finally:
            endpoint.stop()

    def sqlmap(self, visitor, targets, name):
        name = re.sub(r"\W+", "-", name)
        short = self.given.short
        return tools.sqlmap(
            self.of("sqlmap"), visitor, targets, "BEU" if short else "BEUST", 300 if short else 5400, self.folder, name
        )

    def doors(self, demo):
        """schemathesis with each kind of token, and sqlmap over searches."""
        short = self.given.short
        types = ["Patient"] if short else TYPES
        paths = rf"^/oauth|^/\.well-known|^/fhir/?$|^/fhir/(\{{|\.|[a-z])|^/fhir/({'|'.join(types)})$"
        words = ["--checks", ",".join(CHECKS), "--continue-on-failure", "--include-path-regex", paths]
        if short:
            words += ["--phases", "examples,coverage,fuzzing", "-n", 5]
        else:
            words += ["--phases", "examples,coverage,fuzzing", "-n", 15]
        tokens = {"the development token": demo.token}
        if not short:
            tokens["an app of a citizen"] = Visitor(demo.origin, "Clara, for").sign_in().app()["access_token"]
            tokens["no token"] = ""
        for whose, token in tokens.items():
            name = re.sub(r"\W+", "-", f"schemathesis-{whose}")
            self.step(
                demo,
                f"schemathesis, {whose}",
                lambda: tools.schemathesis(
                    self.of("schemathesis"), demo.origin, token, words, 300 if short else 5400, self.folder, name
                ),
                Visitor(demo.origin, whose),
            )


def planted(proof, demo):
    """Each tool has to find the fault that is there for it; what each said."""
    visitor = Visitor(demo.origin, "nobody")
    endpoint = Endpoint()
    xss = tools.wapiti(
        proof.of("wapiti"), visitor, ["/planted"], [], endpoint.address, ["xss"], 60, proof.folder
    )
    endpoint.stop()
    target = Target("nobody", "GET", "/planted/lookup?name=Ada", "/planted/lookup")
    injected = tools.sqlmap(
        proof.of("sqlmap"), visitor, [target], "BEU", 300, proof.folder, "sqlmap-planted"
    )
    words = [
        "--checks", ",".join(CHECKS), "--continue-on-failure", "--phases", "examples,coverage,fuzzing", "-n", 20,
        "--include-path-regex", r"^/fhir/Patient$|^/oauth/keys$",
    ]
    broken = tools.schemathesis(
        proof.of("schemathesis"), demo.origin, demo.token, words, 300, proof.folder, "schemathesis-planted"
    )
    wanted = [
        ("wapiti", "markup that comes back as it was sent", xss, r"/planted/greeting: .*(XSS|Scripting)"),
        ("sqlmap", "a query that is spliced together", injected, r"/planted/lookup: name \(GET\)"),
        ("schemathesis", "a count that breaks the door", broken, r"GET /fhir/Patient: ST101 Server error"),
        ("schemathesis", "a key set without keys", broken, r"GET /oauth/keys: ST108 Response violates schema"),
    ]
    rows = []
    for tool, fault, found, pattern in wanted:
        hits = [finding for finding in found if re.search(pattern, str(finding))]
        rows.append((tool, fault, hits[0] if hits else None))
        print(f"planted: {tool}, {fault}: {'found' if hits else 'NOT FOUND'}", flush=True)
        if not hits:
            for finding in found:
                print(f"  {finding}")
    return rows


def allowed():
    """What tools say and is no fault: tool, pattern, reason."""
    rows = []
    for line in (HERE / "allowed.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            tool, pattern, reason = line.split("\t")
            rows.append((tool, re.compile(pattern), reason))
    return rows


def judge(proof, served):
    """What is left after the list of what is no fault; with which of it was used."""
    rules, left, used = allowed(), [], {}
    for finding in sorted(set(proof.findings), key=str):
        text = f"{finding.where}: {finding.what}"
        rule = next((rule for rule in rules if rule[0] == finding.tool and rule[1].search(text)), None)
        if rule:
            used[rule] = used.get(rule, 0) + 1
        else:
            left.append(finding)
    missed = [route for route in served if route not in proof.reached]
    return left, used, [rule for rule in rules if rule not in used], missed


def report(proof, served, judged, faults, given):
    left, used, _, missed = judged
    share = 100 * (len(served) - len(missed)) / len(served)
    lines = [
        "# Proof: scanners find nothing, and would", "",
        f"Date: {datetime.datetime.now(datetime.UTC).date()}. Commit: `{given.commit}`. {given.versions}.", "",
        "Three scanners are put on `sarsen demo`, on loopback alone, signed in as the people in the table: *wapiti* crawls the pages",
        "and attacks what it finds; *sqlmap* tries each parameter, each field and each part of an address that varies, of each route, as the",
        "first who comes to it; *schemathesis* sends what the OpenAPI document (`/fhir/openapi.json`) allows and what it does not. Then each is",
        f"put on a build with a fault planted for it (`cli/src/planted.rs`), and must find it. {given.network}", "",
        f"**{len(served) - len(missed)} of {len(served)} routes reached ({share:.1f} %)**: answered at least once with something other than",
        f"{', '.join(str(status) for status in sorted(TURNED_AWAY))}; and, at a page that wants somebody signed in, with more than a redirect,",
        "but for a form, when other answers of the same run show that the tool was signed in.", "",
        "| run | requests | routes | findings | seconds |", "|---|---|---|---|---|",
        *(f"| {label} | {requests} | {routes} | {found} | {seconds:.0f} |" for label, requests, routes, found, seconds in proof.rows),
        "", "## Planted faults", "", "| tool | fault | found as |", "|---|---|---|",
        *(f"| {tool} | {fault} | {cell(hit) if hit else '**not found**'} |" for tool, fault, hit in faults),
        "", "## Not reached", "", *([f"- `{method} {path}`" for method, path in missed] or ["None."]),
        "", "## Findings that are no faults", "", "| tool | finding | how many | why |", "|---|---|---|---|",
        *(f"| {rule[0]} | `{cell(rule[1].pattern)}` | {count} | {rule[2]} |" for rule, count in used.items()),
        "", "## Findings", "", *([f"- {cell(finding)}" for finding in left] or ["None."]), "",
    ]
    return "\n".join(lines)


def cell(what):
    text = str(what).replace("|", "\\|").replace("<", "‹").replace(">", "›")
    return text if len(text) < 220 else text[:220] + "…"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", required=True)
    parser.add_argument("--planted", required=True)
    parser.add_argument("--tools", required=True)
    parser.add_argument("--commit", required=True)
    parser.add_argument("--versions", required=True)
    parser.add_argument("--network", required=True)
    parser.add_argument("--report")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--keep", help="a folder for what the tools wrote, instead of one that goes away")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sarsen-scanners-") as folder:
        if given.keep:
            folder = given.keep
            Path(folder).mkdir(parents=True, exist_ok=True)
        proof = Proof(given, Path(folder))
        demo = Demo(given.planted)
        try:
            faults = planted(proof, demo)
        finally:
            demo.stop()
        demo = Demo(given.real)
        try:
            proof.scan(demo)
            served = demo.routes()
            proof.findings += [tools.Finding("log", "server", line) for line in demo.panics()]
        finally:
            demo.stop()
    judged = left, _, unused, missed = judge(proof, served)
    text = report(proof, served, judged, faults, given)
    if given.report:
        Path(given.report).write_text(text)
    print(text)
    share = 100 * (len(served) - len(missed)) / len(served)
    short = given.short
    wrong = [f"{len(left)} findings"] if left else []
    wrong += [f"only {share:.1f} % of the routes were reached"] if share < WANTED and not short else []
    wrong += [f"{tool} did not find {fault}" for tool, fault, hit in faults if hit is None]
    if not short:
        wrong += [f"nothing is like {rule[1].pattern!r} any more: take it out of allowed.tsv" for rule in unused]
    if wrong:
        sys.exit("the proof failed: " + "; ".join(wrong))
    print("the proof holds")


if __name__ == "__main__":
    main()
