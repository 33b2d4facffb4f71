"""nginx with the settings of docs/nginx.conf, for the length of a test: its own folder, its own port, gone afterwards."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from config import ROOT

START_SECONDS = 20
FRAME = """
daemon off; {user}
worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/none1; uwsgi_temp_path {folder}/none2; scgi_temp_path {folder}/none3;
    upstream webs {{ {webs} keepalive 16; }}
    {settings}
}}
"""


def settings_of(folder: Path, port: int, log: Path | None = None) -> str:
    """Return docs/nginx.conf with the addresses, the port and the folder of this machine in their places."""
    text = (ROOT / "docs/nginx.conf").read_text(encoding="utf-8")
    changes = (
        (r"resolver [^\n]*\n", ""),
        (r"listen 8080;", f"listen 127.0.0.1:{port};"),
        (r"set \$web [^\n]*\n\s*proxy_pass \$web;", "proxy_pass http://webs;"),
        (r"/var/cache/nginx/reporter", str(folder / "cache")),
        (r"/var/log/nginx/access.log", str(log or folder / "access.log")),
        (r"/var/log/nginx/error.log", str((log.parent if log else folder) / "error.log")),
    )
    for pattern, here in changes:
        text, times = re.subn(pattern, here, text)
        if times != 1:
            raise RuntimeError(f"docs/nginx.conf has {times} of {pattern}")
    return text


@contextlib.contextmanager
def throwaway_nginx(
    program: Path, webs: Sequence[int], *, besides: str = "", log: Path | None = None
) -> Iterator[str]:
    """Yield the address of an nginx before the web processes on the ports `webs` of this machine.

    Args:
        besides: more of its language, beside the server.
        log: where it writes who asked for what; left out: what is gone afterwards.

    Raises:
        RuntimeError: it did not come up; the message is its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="reporter-nginx-"))
    port = free_port()
    frame = FRAME.format(
        folder=folder, user="user root;" if os.geteuid() == 0 else "",
        webs=" ".join(f"server 127.0.0.1:{one};" for one in webs), settings=settings_of(folder, port, log) + besides,
    )  # fmt: skip
    (folder / "nginx.conf").write_text(frame, encoding="utf-8")
    with (folder / "log").open("w") as said:
        process = subprocess.Popen(
            [program, "-p", folder, "-c", folder / "nginx.conf"],
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _await(process, port, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _await(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start: {(folder / 'log').read_text().strip()}")


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
