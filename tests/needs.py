"""What the tests need beside Python packages: found, else installed where that is allowed, else named."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config import Config

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SIGNING_SERVER = Path(__file__).parents[1] / "node_modules/@20minutes/s3rver"
OWN_BROWSER = (
    "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
)


@dataclass(frozen=True)
class Found:
    """Where a thing is, or how a person gets it."""

    path: Path | None
    how: str = ""


def postgresql() -> Found:
    """Return the folder of PostgreSQL's server programs; nothing is installed for it."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest_first = sorted(versions, key=lambda initdb: int(initdb.parts[-3]), reverse=True)
    asked = _output("pg_config", "--bindir") if shutil.which("pg_config") else ""
    on_path = shutil.which("initdb")
    candidates = [
        *newest_first,
        *([Path(on_path)] if on_path else []),
        *([Path(asked) / "initdb"] if asked else []),
    ]
    for initdb in candidates:
        if initdb.exists() and (initdb.parent / "postgres").exists():
            return Found(initdb.resolve().parent)
    return Found(None, "PostgreSQL's server is missing: apt-get install postgresql")


def redis() -> Found:
    """Return the program of the Redis server; nothing is installed for it."""
    program = shutil.which("redis-server")
    return Found(Path(program)) if program else Found(None, "Redis is missing: apt-get install redis-server")


def nginx() -> Found:
    """Return the program of nginx, wherever Debian puts it; nothing is installed for it."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Found(Path(program)) if program else Found(None, "nginx is missing: apt-get install nginx-light")


def signing_server() -> Found:
    """Return node, with which a store that checks signatures runs; `make node_modules/.test` installs both."""
    own = Path(sys.executable).parent / "node"
    node = shutil.which("node") or (str(own) if own.exists() else None)
    how = "node or the package s3rver is missing: make node_modules/.test"
    return Found(Path(node)) if node and SIGNING_SERVER.is_dir() else Found(None, how)


def browser() -> Found:
    """Return a Chromium: the machine's, else one from apt, else the one Playwright downloads."""
    path = _browser_of_the_machine()
    if path is None and apt_install("chromium"):
        path = _browser_of_the_machine()
    if path is None:
        path = _browser_of_playwright()
    return Found(
        path,
        ""
        if path
        else "Chromium is missing: apt-get install chromium (or .venv/bin/playwright install chromium)",
    )


def vision() -> Found:
    """Return the model for faces, which `make vision` brings last of all that it installs."""
    model = Path(Config.FACE_MODEL)
    if model.is_file():
        return Found(model)
    return Found(None, "what looks for faces, plates and phone numbers is an extra: make vision")


def learning() -> Found:
    """Return where scikit-learn lies, which `make learn` installs."""
    found = find_spec("sklearn")
    if found is not None and found.origin:
        return Found(Path(found.origin))
    return Found(None, "what learns kinds from decided reports is an extra: make learn")


def chinese_font() -> str:
    """Return a warning when no font for Chinese is there and none could be installed, else nothing."""
    if _has_chinese_font() or (apt_install("fonts-noto-cjk") and _has_chinese_font()):
        return ""
    return "no font for Chinese: pictures of pages show boxes (apt-get install fonts-noto-cjk)"


def apt_install(*packages: str) -> bool:
    """Install Debian packages when this is Debian and we are root; return whether that went well."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"    installing {' '.join(packages)} with apt-get ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _quietly("apt-get", "update", "-qq", env=quiet)
    return _quietly("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, env=quiet)


def _browser_of_the_machine() -> Path | None:
    named = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else []
    for name in (*named, *BROWSERS):
        path = shutil.which(name)
        if path and _quietly(path, "--version"):
            return Path(path)
    return None


def _browser_of_playwright() -> Path | None:
    path = Path(_output(sys.executable, "-c", OWN_BROWSER) or "missing")
    if not path.exists():
        print("    downloading Chromium with Playwright ...", flush=True)
        _quietly(sys.executable, "-m", "playwright", "install", "chromium")
    return path if path.exists() and _quietly(str(path), "--version") else None


def _has_chinese_font() -> bool:
    return not shutil.which("fc-list") or bool(_output("fc-list", ":lang=zh", "family"))


def _quietly(*command: str, env: dict[str, str] | None = None) -> bool:
    """Run `command` without a word; return whether it went well."""
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0


def _output(*command: str) -> str:
    """Return what `command` prints, nothing when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
