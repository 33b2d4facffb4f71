"""A PostgreSQL server for the length of one test run: its own folder, its own port, gone afterwards."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START_SECONDS = 30
# Nothing here outlives the run, so nothing has to reach the disk.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


@contextlib.contextmanager
def throwaway_server(programs: Path) -> Iterator[str]:
    """Yield the address (for SQLAlchemy, as superuser) of an empty server made of `programs`.

    Raises:
        RuntimeError: the server did not come up; the message is its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="reporter-postgres-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        who = _not_root(folder)
        _initialise(programs, folder, who)
        port = _free_port()
        server = _start(programs, folder, port, who)
        _wait(programs, server, folder, port)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _not_root(folder: Path) -> dict[str, Any]:
    """Return the Popen arguments under which PostgreSQL agrees to run, and hand it the folder."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    person = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, person.pw_uid, person.pw_gid)
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": ()}


def _initialise(programs: Path, folder: Path, who: dict[str, Any]) -> None:
    command = [
        str(programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    command += ["--locale=C", "--no-sync"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **who)
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stderr.strip()}")


def _start(programs: Path, folder: Path, port: int, who: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own: a Ctrl-C reaches us first and we stop it."""
    settings = SETTINGS | {"port": str(port), "unix_socket_directories": str(folder)}
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    for name, setting in settings.items():
        command += ["-c", f"{name}={setting}"]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **who)


def _wait(programs: Path, server: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        if subprocess.run(ready, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text().strip()}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop at once; a server that does not listen is ended."""
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
