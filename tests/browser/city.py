"""The city that the stories happen in: the demo city with one story of each kind, made once for a run."""

import fcntl
import shutil
from pathlib import Path
from typing import Any

from flask import Flask

from config import Config, TestConfig
from reporter.app import create_app
from reporter.board.commands.showing import set_hold
from reporter.demo.commands import load_demo_city
from reporter.demo.stories import STORIES, Story
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM

PORTS = TestConfig.PORTS | {"clock": Config.PORTS["clock"], "storage": Config.PORTS["storage"]}
TWICE = ("submitted", "published", "first_review")  # lists with more than one row


def chosen_stories() -> tuple[Story, ...]:
    """Return one story of every kind, and two where a list should be seen."""
    kept: list[Story] = []
    for story in STORIES:
        had = sum(other.goal == story.goal for other in kept)
        if had < (2 if story.goal in TWICE else 1):
            kept.append(story)
    return tuple(kept)


def city_app(data: Path) -> Flask:
    """Return an app as a city runs it, with everything it owns under `data`; only the limits are off."""
    settings: dict[str, Any] = {
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{data / 'reporter.db'}", "DATA": data, "UPLOADS": data / "uploads",
        "TESTING": False, "WTF_CSRF_ENABLED": True, "PORTS": PORTS,
        "PROXIES": "127.0.0.1",  # each browser says that it is asked from a place of its own
    }  # fmt: skip
    return create_app(type("CityConfig", (TestConfig,), settings))


def city_copied(shared: Path, own: Path) -> Path:
    """Return a folder with the city in it, a worker's own: the first worker makes the city, all copy it."""
    shared.mkdir(parents=True, exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            _make(shared / "city")
            (shared / "made").touch()
    shutil.copytree(shared / "city", own)
    return own


def _make(folder: Path) -> None:
    folder.mkdir()
    app = city_app(folder)
    with app.app_context():
        db.create_all()
        load_demo_city(stories=chosen_stories())
        set_hold(0, by=SYSTEM)
        db.session.remove()
        db.engine.dispose()
