"""The city of a test, served as `make run` does it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import wasyncore

from reporter.serve import listen, web_server


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Answer requests on a free port of this machine; yield the address."""
    listener, channels, over = listen("127.0.0.1", 0), dict[int, Any](), threading.Event()
    server = web_server(app, listener, channels)

    def answer() -> None:
        while not over.is_set():
            wasyncore.loop(timeout=0.05, map=channels, count=1)
        server.task_dispatcher.shutdown()
        for channel in list(channels.values()):
            channel.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join(timeout=30)
