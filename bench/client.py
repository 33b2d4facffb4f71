"""A client as small as can be: it shares the machine with what it measures, so it must cost next to nothing."""

import re
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from bench.figures import Load
from bench.servers import Server

CONNECTIONS = 4
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)
HANGS_UP = re.compile(rb"\r\nConnection: close\r\n", re.IGNORECASE)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


ANY, NEVER = "any", "NEVER"
AGENT = "bench"  # a session is bound to it: who signed in as one browser asks as the same


@dataclass(frozen=True)
class Target:
    """A page of a server, asked for by whoever the cookie says.

    Attributes:
        anew: not what the server keeps of it before its application. `NEVER` in the path is another word every time, so
            that neither is what the application keeps by the address.
        tag: of the page as it is known already; the answer is then 304.
        whence: the address that a proxy would name; `ANY`: another one for every request.
        form: what is sent, as a browser writes a form.
        wanted: the status of the answer, 302 of a form that was taken.
    """

    server: Server
    path: str
    cookie: str = ""
    anew: bool = False
    tag: str = ""
    whence: str = ""
    form: str = ""
    wanted: int = 200

    @property
    def request(self) -> bytes:
        """Return what goes over the wire."""
        said = {"Host": "127.0.0.1", "User-Agent": AGENT}
        if self.cookie:
            said["Cookie"] = self.cookie
        if self.anew:
            said["Cache-Control"] = "no-cache"
        if self.tag:
            said["If-None-Match"] = self.tag
        if self.whence:
            said["X-Forwarded-For"] = _an_address() if self.whence == ANY else self.whence
        if self.form:
            said |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Content-Length": str(len(self.form)),
            }
        headers = "".join(f"{name}: {text}\r\n" for name, text in said.items())
        path = self.path.replace(NEVER, secrets.token_hex(4))
        return f"{'POST' if self.form else 'GET'} {path} HTTP/1.1\r\n{headers}\r\n{self.form}".encode()


def _an_address() -> str:
    return ".".join(["11", *(str(secrets.randbelow(256)) for _ in range(3))])


def sign_in(server: Server, login: str, password: str) -> str:
    """Return the cookie of somebody who signed in through the form."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    browser.addheaders = [("User-Agent", AGENT)]
    address = f"http://127.0.0.1:{server.port}/sign-in"
    token = TOKEN.search(browser.open(address).read().decode())
    assert token, "the sign-in form has no token"
    form = {"login": login, "password": password, "csrf_token": token[1]}
    browser.open(address, urlencode(form).encode())
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def load(target: Target, seconds: float) -> Load:
    """Ask for the page on a few connections for `seconds`, each asking again as soon as it has its answer.

    Returns requests answered in a second and the server's CPU for each.
    """
    counts: list[int] = []
    until = time.monotonic() + seconds
    askers = [threading.Thread(target=lambda: counts.append(_ask(target, until))) for _ in range(CONNECTIONS)]
    cpu, began = target.server.cpu(), time.monotonic()
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    took, answered = time.monotonic() - began, sum(counts)
    assert len(counts) == CONNECTIONS, f"a connection to {target.path} broke"
    return Load(answered / took, (target.server.cpu() - cpu) * 1000 / answered)


def fetch(target: Target) -> str:
    """Return the page once. Raises `AssertionError` when the answer is not a page."""
    with socket.create_connection(("127.0.0.1", target.server.port)) as link:
        return _answer(link, target.request, target.wanted).page.decode()


def _ask(target: Target, until: float) -> int:
    answered = 0
    link = socket.create_connection(("127.0.0.1", target.server.port))
    try:
        while answered == 0 or time.monotonic() < until:
            if not _answer(link, target.request, target.wanted).stays:
                link.close()
                link = socket.create_connection(("127.0.0.1", target.server.port))
            answered += 1
    finally:
        link.close()
    return answered


class Answer(NamedTuple):
    """What came back, and whether the connection takes another question."""

    page: bytes
    stays: bool


def _answer(link: socket.socket, request: bytes, wanted: int = 200) -> Answer:
    """Return the page; an empty one for 304."""
    link.sendall(request)
    answer = b""
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += _more(link)
    stays = not HANGS_UP.search(answer[: end + 2])
    if answer.startswith(b"HTTP/1.1 304 "):
        return Answer(b"", stays)
    assert answer.startswith(b"HTTP/1.1 %d " % wanted), answer[:300]
    length = LENGTH.search(answer)
    assert length, "an answer without a length"
    whole = end + 4 + int(length[1])
    while len(answer) < whole:
        answer += _more(link)
    return Answer(answer[end + 4 : whole], stays)


def _more(link: socket.socket) -> bytes:
    part = link.recv(1 << 18)
    assert part, "the server closed the connection"
    return part
