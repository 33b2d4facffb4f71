"""How many photos a second arrive whole, in parts, through the server as it is shipped: `python -m bench.uploads`.

Four phones send twelve-megapixel photos, each another one, as the pages do: begun, then half a megabyte at a time, and
taken in with the last part. The bound is what the processors could do if a photo cost nothing but its cleaning, as this
process does it alone. Phones and server share the machine.
"""

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from queue import Empty, Queue

from bench import servers
from bench.city import enter_first_city, fill, found, open_city
from bench.client import TOKEN
from bench.databases import databases
from bench.photo_intake import ZONE, a_street_photo, as_jpeg, cpu_of
from bench.servers import Server
from reporter.kernel.db import db
from reporter.photos.pixels import clean

PHONES, PHOTOS, PART = 4, 24, 512 * 1024
ROWS = 50  # of each kind in the city


@dataclass(frozen=True)
class Figures:
    """Photos a second through the server, CPU milliseconds of the server for each, and the bound."""

    rate: float
    cpu: float
    bound: float
    megabytes: float  # of a photo


class Phone:
    """A connection with a session, as a browser has one."""

    def __init__(self, server: Server) -> None:
        self.link = HTTPConnection("127.0.0.1", server.port, timeout=60)
        page = self._ask("GET", "/report")
        token = TOKEN.search(page[1].decode())
        assert token, "the form has no token"
        cookies = [value.partition(";")[0] for value in page[0].headers.get_all("Set-Cookie", [])]
        self.said = {"Cookie": "; ".join(cookies), "X-CSRFToken": token[1], "Tus-Resumable": "1.0.0"}

    def send(self, photo: bytes) -> None:
        """Send one photo in parts."""
        begun, _ = self._ask("POST", "/report/uploads", {**self.said, "Upload-Length": str(len(photo))})
        assert begun.status == 201, begun.status
        place = begun.headers["Location"]
        for offset in range(0, len(photo), PART):
            told = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            answer, body = self._ask("PATCH", place, self.said | told, photo[offset : offset + PART])
            last = offset + PART >= len(photo)
            assert answer.status == (200 if last else 204), (answer.status, body[:200])

    def _ask(
        self, verb: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[HTTPResponse, bytes]:
        self.link.request(verb, path, body, headers or {})
        answer = self.link.getresponse()
        return answer, answer.read()


def measured(url: str, folder: Path, photos: Sequence[bytes]) -> Figures:
    """Send each of `photos` once to a server on the database at `url`, which has a city in it."""
    with servers.city(url, folder) as server:
        phones = [Phone(server) for _ in range(PHONES)]
        phones[0].send(photos[0])  # the first one of a process loads the libraries
        left: Queue[bytes] = Queue()
        for photo in photos[1:]:
            left.put(photo)
        senders = [threading.Thread(target=partial(_send_all, phone, left)) for phone in phones]
        cpu, began = server.cpu(), time.monotonic()
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        took, used = time.monotonic() - began, server.cpu() - cpu
    sent = len(photos) - 1
    alone = statistics.median(cpu_of(partial(clean, photo, zone=ZONE)) for photo in photos[:5])
    return Figures(
        sent / took,
        used * 1000 / sent,
        (os.cpu_count() or 1) / alone,
        sum(map(len, photos)) / len(photos) / 1e6,
    )


def _send_all(phone: Phone, left: Queue[bytes]) -> None:
    while True:
        try:
            photo = left.get_nowait()
        except Empty:
            return
        phone.send(photo)


def other_photos(number: int = PHOTOS) -> list[bytes]:
    """Return photos of which none looks like another."""
    return [as_jpeg(a_street_photo(seed)) for seed in range(number)]


def main() -> None:
    """Print one line: on SQLite, or on the PostgreSQL server that `DATABASE_URL` names."""
    photos = other_photos()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with databases(folder, os.environ.get("DATABASE_URL", "")) as made:
            app = open_city(folder / "files", made.url("uploads"))
            with app.app_context():
                found()
            with app.app_context():
                enter_first_city()
                fill(ROWS)
                db.session.remove()
                db.engine.dispose()
            one = measured(made.url("uploads"), folder / "server", photos)
            print(
                f"{made.kind}, {PHONES} phones, {len(photos) - 1} photos of {one.megabytes:.1f} MB: {one.rate:.1f} a second, "
                f"{one.cpu:.0f} ms CPU each; {one.bound:.1f} a second if cleaning were all ({one.rate / one.bound:.2f} of it); "
                f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
            )


if __name__ == "__main__":
    main()
