"""The place that wapiti asks a server to fetch from. Whoever asks here but wapiti was led to: that is a finding."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Endpoint:
    """On loopback, a free port. `led` are the addresses that the scanned server came for."""

    def __init__(self):
        led = self.led = []

        class Door(BaseHTTPRequestHandler):
            def do_GET(self):
                # wapiti asks for what came: we count that ourselves.
                if self.path.startswith("/ssrf/"):
                    led.append(self.path)
                body = json.dumps({}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
