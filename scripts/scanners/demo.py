"""The server that is scanned: `sarsen demo` of a small region, on loopback and a free port, in a folder of its own."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

# The region is poured first.
PATIENCE = 300
SCOPE = "launch launch/patient openid fhirUser offline_access patient/*.rs"
BACK = "http://127.0.0.1:1/back"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
ANSWERED = re.compile(r"answered method=\"?(\w+)\"? route=\"?([^\s\"]+|no route)\"? status=(\d+)")
SERVED = re.compile(r"served method=\"?(\w+)\"? route=\"?([^\s\"]+)\"?")
# What says that whoever asked was not let in, or did not ask what the route is for.
TURNED_AWAY = {401, 403, 404, 405, 429}
SENT_ON = {302, 303}
# Pages for whoever is not signed in.
OPEN = ("/sign-in", "/set-up", "/oauth/authorize")


class Demo:
    """A running server; its log says which routes it has and which were asked for."""

    def __init__(self, binary, people=60):
        self.folder = Path(tempfile.mkdtemp(prefix="sarsen-scanned-"))
        self.log = self.folder / "log"
        client = f'{{id="charts",name="Growth charts",scopes="{SCOPE}",redirect_uris=["{BACK}"],launch_uri="{BACK}"}}'
        settings = {
            "SARSEN_LOG": "debug",
            "SARSEN_ACCESS__CLIENTS": f"[{client}]",
            # Scanners ask more than anybody may.
            "SARSEN_LIMITS__ACTOR_RATE": "0",
            "SARSEN_LIMITS__ADDRESS_RATE": "0",
            "SARSEN_LIMITS__BEGINNING_RATE": "0",
        }
        words = ["demo", "--address", "127.0.0.1:0", "--data", str(self.folder / "data"), "--people", str(people)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [binary, *words], env={**os.environ, **settings}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.origin, self.token = self._said()
        self.seen = 0

    def _said(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = COLOURS.sub("", self.log.read_text(errors="replace"))
            address = re.search(r"listening on (http://[\w.:]+)", text)
            token = re.search(r"development token: (\S+)", text)
            if address and token and "the region is whole" in text:
                return address[1], token[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.3)
        self.stop()
        raise SystemExit(f"the server did not start:\n{text[-2000:]}")

    def alive(self):
        return self.process.poll() is None

    def routes(self):
        """Every route that is served, as (method, path)."""
        text = COLOURS.sub("", self.log.read_text(errors="replace"))
        return sorted(set(SERVED.findall(text)))

    def mark(self):
        """From here on the log is counted."""
        self.seen = self.log.stat().st_size

    def reached(self):
        """Since the mark: how many requests came, and for each route its answers' statuses, with how many of each."""
        with self.log.open("rb") as log:
            log.seek(self.seen)
            text = COLOURS.sub("", log.read().decode(errors="replace"))
        requests, routes = 0, {}
        for method, route, status in ANSWERED.findall(text):
            requests += 1
            of = routes.setdefault((method, route), {})
            of[int(status)] = of.get(int(status), 0) + 1
        return requests, routes

    def panics(self):
        """Lines of the log that say that something broke."""
        text = COLOURS.sub("", self.log.read_text(errors="replace"))
        return [line for line in text.splitlines() if "panicked at" in line]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def is_reached(method, route, statuses, is_in):
    """Whether somebody who may ask was answered by what the route is for. Pages that want somebody signed in send others to the
    sign-in page, so that a redirect counts there for a form alone, and when it is known that the tool `is_in`."""
    for status in statuses:
        if status in TURNED_AWAY:
            continue
        if status not in SENT_ON or route.startswith(OPEN) or (method == "POST" and is_in):
            return True
    return False
