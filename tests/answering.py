"""The product's own server, in a thread on a free port, for the length of a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import wasyncore

from reporter.serve import listen, web_server


@contextmanager
def answering(app: Flask) -> Iterator[int]:
    """Yield the port of this machine at which `app` answers; every connection is closed afterwards, in its own thread."""
    listener, over = listen("127.0.0.1", 0), threading.Event()
    channels: dict[int, Any] = {}
    server = web_server(app, listener, channels)

    def answer() -> None:
        while not over.is_set():
            wasyncore.loop(timeout=0.05, map=channels, count=1)
        server.task_dispatcher.shutdown()
        for channel in list(channels.values()):
            channel.close()

    thread = threading.Thread(target=answer, name="pages")
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        thread.join(timeout=30)
