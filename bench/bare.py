"""The bound of every page: a Flask page that does nothing, behind the same server with as many threads.

Run as `python -m bench.bare`; prints its address.
"""

import socket

from flask import Flask
from waitress.server import create_server

from reporter.serve import THREADS, address

PAGE = "<!doctype html><html lang=en><title>Bare</title><p>Nothing but the framework and the server.</html>\n"


def bare_app() -> Flask:
    """Return an app of one page that knows no template, no session and no database."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: PAGE)
    return app


def main() -> None:
    """Answer until stopped."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = create_server(bare_app(), sockets=[listener], threads=THREADS, ident=None)
    print(address(listener), flush=True)
    server.run()


if __name__ == "__main__":
    main()
