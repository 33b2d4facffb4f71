"""A running city: pages by waitress and work after commit, each in a thread, on a free port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from waitress import wasyncore

from reporter.accounts.queries import user_by_login
from reporter.cities.queries import all_cities
from reporter.kernel.db import db, enter_city
from reporter.ports.drain import Drain
from reporter.serve import listen, web_server
from tests.browser.city import city_app

MAIL = "jining.example"
FIRST_ADDRESS = IPv4Address("198.18.0.1")  # RFC 2544: addresses for tests


class LiveCity:
    """The city of one worker while its tests run."""

    def __init__(self, data: Path) -> None:
        self.app: Flask = city_app(data)
        self._listener = listen("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._channels: dict[int, Any] = {}
        self._server = web_server(self.app, self._listener, self._channels)
        self._over = threading.Event()
        self._addresses = count()
        self._thread = threading.Thread(target=self._answer, name="pages")
        self._drain = Drain(self.app, every=0.2)

    def new_address(self) -> str:
        """Return an address that nobody asked from yet: all from one would be a flood, which is set aside."""
        return str(FIRST_ADDRESS + next(self._addresses))

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        self._drain.start()

    def stop(self) -> None:
        """End both threads and close everything they held."""
        self._over.set()
        self._thread.join(timeout=30)
        self._drain.stop()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _answer(self) -> None:
        while not self._over.is_set():
            wasyncore.loop(timeout=0.1, map=self._channels, count=1)
        self._server.task_dispatcher.shutdown()
        for channel in list(self._channels.values()):
            channel.close()

    @contextmanager
    def looked_into(self) -> Iterator[None]:
        """Let a test read the database of the running city."""
        with self.app.app_context():
            enter_city(all_cities()[0].id)
            yield
            db.session.remove()

    def cookie_of(self, login: str) -> str:
        """Return what the browser of a demo person keeps once signed in; `login` as in `people.toml`."""
        with self.looked_into():
            user = user_by_login(f"{login}@{MAIL}")
            if user is None:
                raise LookupError(login)
            user_id = str(user.id)
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = user_id
        cookie = client.get_cookie("session")
        if cookie is None:
            raise RuntimeError("no session was kept")
        return cookie.value
