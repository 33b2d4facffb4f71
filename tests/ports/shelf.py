"""A server on this machine that gives one file, and breaks off when it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONTENT = bytes(range(256)) * 4000


class Shelf(BaseHTTPRequestHandler):
    """Gives `content`; breaks off once after half of it, and knows Range when it has a tag."""

    breaks, tag, asked, content = False, '"one"', list[str](), CONTENT

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/file")
            self.end_headers()
            return
        if self.path.partition("?")[0] != "/file":
            self.send_error(404)
            return
        wanted = self.headers.get("Range", "")
        self.asked.append(wanted)
        same = self.headers.get("If-Range") == self.tag
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and same else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(self.content) - start))
        if self.tag:
            self.send_header("ETag", self.tag)
        self.end_headers()
        end = len(self.content) // 2 if type(self).breaks else len(self.content)
        type(self).breaks = False
        self.wfile.write(self.content[start:end])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(**facts: Any) -> Iterator[tuple[str, list[str]]]:
    """Serve the file on this machine; give the address of the server and what was asked."""
    shelf = type("ThisShelf", (Shelf,), {"asked": [], **facts})
    with ThreadingHTTPServer(("127.0.0.1", 0), shelf) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", shelf.asked  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
