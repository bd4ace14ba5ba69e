"""A central system that behaves badly on purpose and writes down what it was told."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = (201, {}, {"id": "kept"})


class Central:
    """Keeps each fact once by its key; `script` decides what each request is answered."""

    def __init__(self, script=lambda _central, _body: GOOD):
        self.script = script
        self.effects = {}  # key → body
        self.asked = []  # (moment, key) of every fact, repetitions included
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def keep(self, key, body):
        self.effects.setdefault(key, body)

    def _handler(self):
        central = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(200, {}, {"items": [], "next": None})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key = self.headers["Idempotency-Key"]
                central.asked.append((time.monotonic(), key))
                decided = central.script(central, body)
                if decided is None:  # it is kept, and the answer is lost
                    central.keep(key, body)
                    self.close_connection = True
                    return
                status, headers, answer = decided
                if status < 300:
                    central.keep(key, body)
                self.answer(status, headers, answer)

            def answer(self, status, headers, body):
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_words):
                pass

        return Handler
