"""A city to measure on: rows written straight into the tables, as many as asked for."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask

from config import Config
from reporter.accounts.models import User
from reporter.app import create_app
from reporter.board.lifecycle import State as Shown
from reporter.board.models import Exposure, PublicPicture
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case, Nature
from reporter.demo.commands import CITY, demo_city_without_history
from reporter.kernel.db import command, db
from reporter.photos.models import Photo
from reporter.ports import ports
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.models import Report

STATES = (CaseState.DISPATCHED, CaseState.HANDLING, CaseState.HANDLED, CaseState.CLOSED)


def open_city(folder: Path, **settings: Any) -> Flask:
    """Return an app on a database of its own in `folder`, brought up to date."""
    plain = {
        "SECRET_KEY": "bench", "DATA": folder, "UPLOADS": folder / "uploads",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'bench.db'}", "RATELIMIT_ENABLED": False,
        "WTF_CSRF_ENABLED": False,
    }  # fmt: skip
    return create_app(type("BenchConfig", (Config,), plain | settings))


@command
def photos(number: int) -> list[int]:
    """Write `number` pictures that hang on nothing; return their ids."""
    now = ports.clock.now()
    rows = [
        Photo(
            token=str(uuid4()), sha256=uuid4().hex * 2, size=1, width=1600, height=1200, format="JPEG",
            band0=n % 65536, band1=0, band2=0, band3=0, used=False, created_at=now, uploader_key="bench",
        )
        for n in range(number)
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


@command
def fill(number: int) -> User:
    """Write `number` waiting reports, as many cases and a tenth of posts; return a moderator."""
    people, kind, area, unit = demo_city_without_history()
    now = ports.clock.now()
    for n in range(number):
        at = now - timedelta(minutes=n)
        place = {"lon": CITY["lon"] + n % 100 / 5000, "lat": CITY["lat"] + n // 100 % 100 / 5000}
        db.session.add(
            Report(
                number=f"R-{n}", code=f"C{n:015d}", client_id=f"bench-{n}", state=ReportState.SUBMITTED,
                category_id=kind, area_id=area, given_lon=place["lon"], given_lat=place["lat"], datum="wgs84",
                place_source="gps", address="解放大街", words="占道", flags=[], submitted_at=at,
                due_at=at + timedelta(hours=2), **place,
            )
        )  # fmt: skip
        db.session.add(
            Case(
                number=f"C-{n}", state=STATES[n % 4], category_id=kind, nature=Nature.CONDITION, area_id=area,
                title="解放大街占道", address="解放大街", limits={"handle": "4h"}, co_unit_ids=[], route_reason={},
                lead_unit_id=unit, reported_at=at, registered_at=at, due_at=at + timedelta(hours=6), **place,
            )
        )  # fmt: skip
    db.session.flush()
    for n in range(number // 10):
        _post(n, area, now - timedelta(hours=n % 600))
    return people


def _post(n: int, area: int, at: Any) -> None:
    post = Exposure(
        public_id=f"p{n:09d}", case_id=n + 1, state=Shown.PUBLISHED, kind_slug="illegal_parking", kind_zh="乱停乱放",
        kind_en="Illegal parking", nature="condition", area_id=area, area_zh="桥东街道", area_en="Qiaodong",
        road="解放大街", lon=113.1, lat=41.0, happened_at=at, unit_zh="交警二中队", unit_en="Traffic Police Squad 2",
        minutes_taken=90, title="解放大街占道，已整改", proposed_at=at, published_at=at, expires_at=at + timedelta(days=30),
    )  # fmt: skip
    for stage in ("before", "after"):
        copies = {f"{width}.{form}": "" for width in (480, 960, 1600) for form in ("webp", "jpeg")}
        post.pictures.append(
            PublicPicture(
                photo_id=1, token=uuid4().hex, stage=stage, sort=0, boxes=[], copies=copies, width=1600, height=1200
            )
        )
    db.session.add(post)
