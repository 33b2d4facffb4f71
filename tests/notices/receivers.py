"""A real SMTP server and a real HTTP receiver, each of which can be told to behave badly."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

HERE = "127.0.0.1"
OK = b'{"errcode": 0, "errmsg": "ok"}'  # of a robot that took the message


@dataclass
class Postbox:
    """What an SMTP server took. `answer`: what it says after DATA, "" for yes; `to`: what it says to the address."""

    answer: str = ""
    to: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    tries: int = 0

    async def handle_RCPT(  # noqa: N802 - as the server calls it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.tries += 1
        if self.to:
            return self.to
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        message = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"


@contextmanager
def smtp_server(box: Postbox) -> Iterator[int]:
    """Run an SMTP server that keeps what it gets in `box`; yield its port."""
    controller = Controller(box, hostname=HERE, port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


@contextmanager
def silent_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen, and let `behave` deal with each connection; yield the port."""
    listener = socket.create_server((HERE, 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    behave(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def drip(connection: socket.socket) -> None:
    """Send a byte now and then, for a few seconds, never a whole line."""
    for _ in range(30):
        connection.sendall(b"2")
        time.sleep(0.1)


def drop(connection: socket.socket) -> None:
    """Hang up."""


def hang(connection: socket.socket) -> None:
    """Say nothing until the other side goes away, for a few seconds at most."""
    connection.settimeout(4)
    while connection.recv(1024):
        pass


@dataclass
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What an HTTP server was sent, and what it answers."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)


@contextmanager
def http_server(receiver: Receiver) -> Iterator[int]:
    """Run an HTTP server that keeps what it gets in `receiver`; yield its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.requests.append(Request(self.path, dict(self.headers.items()), body))
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(receiver.body)
            except OSError:
                self.close_connection = True

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HERE, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def address_of(receiver: Receiver, path: str = "/hook") -> str:
    """Return where a receiver is called."""
    return f"http://127.0.0.1:{receiver.headers['X-Port']}{path}"
