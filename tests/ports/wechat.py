"""微信's servers, as far as the city asks them: a stand-in on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

# What 微信's script does, for one picture and one place; it works when the page was signed.
SCRIPT = """
window.wx = {
  config: ({ signature, appId, nonceStr, timestamp }) => { window.signed = Boolean(appId && nonceStr && timestamp && signature.length === 40) },
  ready: (go) => setTimeout(() => window.signed && !window.wxRefuses && go(), 0),
  error: () => {},
  chooseImage: ({ success }) => success({ localIds: ["weixin://1"] }),
  getLocalImgData: ({ success }) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 })
    canvas.getContext("2d").fillRect(20, 20, 300, 200)
    success({ localData: canvas.toDataURL("image/jpeg").split(",")[1] })
  },
  getLocation: ({ success }) => success({ latitude: "41.0325", longitude: "113.1093", accuracy: "30" }),
}
"""


@dataclass
class StandIn:
    """微信's servers. `answers`: what stands in the place of the usual answer, by path, the first one first."""

    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tokens: int = 0

    def answer(self, path: str, wishes: dict[str, str]) -> Any:
        self.asked.append((path, wishes))
        if self.answers.get(path):
            return self.answers[path].pop(0)
        if path == "/cgi-bin/stable_token":
            self.tokens += 1
            return {"access_token": f"token{self.tokens}", "expires_in": 7200}
        if path == "/cgi-bin/ticket/getticket":
            return {
                "errcode": 0,
                "errmsg": "ok",
                "ticket": f"ticket of {wishes['access_token']}",
                "expires_in": 7200,
            }
        return {"access_token": "of the person", "expires_in": 7200, "openid": f"o-{wishes['code']}"}

    def times(self, path: str) -> int:
        return sum(one == path for one, _ in self.asked)


@contextmanager
def running(one: StandIn) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self.say(
                one.answer(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.say(one.answer(self.path, json.loads(body)))

        def say(self, answer: Any) -> None:
            status, body = (answer, b"") if isinstance(answer, int) else (200, json.dumps(answer).encode())
            self.hand_over(status, body, "application/json")

        def hand_over(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
