"""A city to measure on: the demo city without its stories, and rows written straight into the tables.

`python -m bench.city SIZE [URL]` makes a large one that is kept, see `bench.large`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar
from uuid import uuid4

from flask import Flask
from flask_migrate import upgrade

from config import ROOT, Config
from reporter.app import create_app
from reporter.board.lifecycle import Outcome
from reporter.board.lifecycle import State as PostState
from reporter.board.models import Exposure, PublicPicture
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case, Category, Nature
from reporter.cases.queries import categories
from reporter.cities.queries import all_cities, current_city
from reporter.demo.commands import demo_accounts, load_demo_city
from reporter.kernel.db import command, db, enter_city
from reporter.photos.models import Photo, Way
from reporter.places.models import Area
from reporter.places.queries import areas
from reporter.ports import ports
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.models import Report, ReportPhoto
from reporter.routing.queries import units

SECRET = "bench"  # noqa: S105 - of a city that lives for a minute
SPREAD = 0.04  # degrees around the centre within which everything lies: some seven by nine kilometres
OPEN_STATES = (CaseState.DISPATCHED, CaseState.HANDLING, CaseState.HANDLED)
COPIES = [f"{width}.{form}" for width in (480, 960, 1600) for form in ("jpeg", "webp")]


def open_city(folder: Path, url: str, *, queue: str = "") -> Flask:
    """Return an app on the database at `url`, with its files in `folder` and workers behind `queue`."""
    plain = {
        "SECRET_KEY": SECRET, "DATA": folder, "UPLOADS": folder / "uploads", "SQLALCHEMY_DATABASE_URI": url,
        "QUEUE_URL": queue,
        "PROPOSALS": False,  # what is installed besides must not change what is measured
    }  # fmt: skip
    return create_app(type("BenchConfig", (Config,), plain))


def found() -> None:
    """Make the tables and the demo city's people, kinds, units, areas and rules; no history."""
    upgrade(directory=str(ROOT / "migrations"))
    load_demo_city(stories=())


def enter_first_city() -> None:
    """Let the current unit of work serve the only city there is."""
    city = all_cities()[0]
    enter_city(city.id, row=city)  # as a request does


def moderator() -> tuple[str, str]:
    """Return login and password of somebody who may accept and dispatch."""
    return next((login, password) for _, login, password in demo_accounts() if login.startswith("acceptor@"))


@command
def photos(number: int) -> list[int]:
    """Write `number` pictures that hang on nothing; return their ids."""
    return [photo.id for photo in _written([a_photo() for _ in range(number)])]


@command
def fill(number: int) -> None:
    """Write `number` reports, every other one waiting, as many open cases and as many posts."""
    dice = Random(number)  # noqa: S311 - places, not secrets
    spots = _spots(number, dice)
    photos = _written([a_photo(used=True) for _ in range(3 * number)])
    cases = _written([_case(spot, photo) for spot, photo in zip(spots, photos, strict=False)])
    for spot, *pair, case in zip(spots, photos, photos[number:], cases, strict=False):
        db.session.add(_post(spot, case, pair))
    apart = _spots(number, dice)
    seen = [spots[n] if n % 10 == 0 else apart[n] for n in range(number)]  # one in ten was reported before
    reports = _written([_report(spot, photo) for spot, photo in zip(seen, photos[2 * number :], strict=True)])
    db.session.add_all(ReportPhoto(report_id=one.id, photo_id=one.cover_photo_id, sort=0) for one in reports)


Row = TypeVar("Row", Photo, Case, Report)


def _written(rows: list[Row]) -> list[Row]:
    db.session.add_all(rows)
    db.session.flush()
    return rows


@dataclass(frozen=True)
class Spot:
    """Where and when the `n`th thing happened, and of which kind it is."""

    n: int
    lon: float
    lat: float
    at: datetime
    area: Area
    kind: Category
    unit_id: int


def _spots(number: int, dice: Random) -> list[Spot]:
    streets, kinds, lead = areas(level="street"), categories(), units()[0].id
    city, now = current_city(), ports.clock.now()
    return [
        Spot(
            n, city.lon + dice.uniform(-SPREAD, SPREAD), city.lat + dice.uniform(-SPREAD, SPREAD),
            now - timedelta(minutes=n), streets[n % len(streets)], kinds[n % len(kinds)], lead,
        )
        for n in range(number)
    ]  # fmt: skip


def a_photo(*, used: bool = False) -> Photo:
    """Return a picture that nobody has taken in: its row alone."""
    token = uuid4().hex
    return Photo(
        token=token, uploader_key="bench", created_at=ports.clock.now(), used=used, format="JPEG",
        size=1, sha256=token * 2, width=1600, height=1200, staff_sha256=token * 2, camera="", way=Way.DEMO, flags=[], looks=[],
        band0=int(token[:4], 16), band1=int(token[4:8], 16), band2=int(token[8:12], 16), band3=int(token[12:16], 16),
    )  # fmt: skip


def _report(spot: Spot, photo: Photo) -> Report:
    return Report(
        number=f"R-{spot.n:06d}", code=f"C{spot.n:015d}", client_id=f"bench-{spot.n}", category_id=spot.kind.id,
        area_id=spot.area.id, state=(ReportState.SUBMITTED, ReportState.DECLINED)[spot.n % 2],
        lon=spot.lon, lat=spot.lat, given_lon=spot.lon, given_lat=spot.lat, datum="wgs84", place_source="gps",
        address="解放大街", words="占了人行道", flags=[], submitted_at=spot.at, due_at=spot.at + timedelta(hours=2),
        cover_photo_id=photo.id, photo_count=1,
    )  # fmt: skip


def _case(spot: Spot, photo: Photo) -> Case:
    return Case(
        number=f"C-{spot.n:06d}", state=OPEN_STATES[spot.n % 3], category_id=spot.kind.id, nature=Nature.CONDITION,
        area_id=spot.area.id, lon=spot.lon, lat=spot.lat, title="解放大街占道", address="解放大街",
        limits={"handle": "4h"}, co_unit_ids=[], refused_unit_ids=[], route_reason={}, lead_unit_id=spot.unit_id,
        cover_photo_id=photo.id, reported_at=spot.at, registered_at=spot.at, due_at=spot.at + timedelta(hours=6),
    )  # fmt: skip


def _post(spot: Spot, case: Case, photos: list[Photo]) -> Exposure:
    return Exposure(
        public_id=f"p{spot.n:09d}", case_id=case.id, state=PostState.PUBLISHED, kind_slug=spot.kind.slug,
        kind_zh=spot.kind.name_zh, kind_en=spot.kind.name_en, nature="condition", outcome=Outcome.PUT_RIGHT, on_show=True, area_id=spot.area.id,
        area_zh=spot.area.name_zh, area_en=spot.area.name_en, road="解放大街", lon=spot.lon, lat=spot.lat,
        happened_at=spot.at, unit_zh="执法局", unit_en="Enforcement", minutes_taken=90, title="解放大街占道，已整改",
        redactor_ids=[], proposed_at=spot.at, published_at=spot.at, expires_at=spot.at + timedelta(days=30),
        pictures=[_public_picture(photo, sort) for sort, photo in enumerate(photos)],
    )  # fmt: skip


def _public_picture(photo: Photo, sort: int) -> PublicPicture:
    """Return a picture whose copies are named and not made: pages only write their addresses."""
    picture = PublicPicture(
        photo_id=photo.id, token=uuid4().hex, stage=("before", "after")[sort], sort=sort, boxes=[], copies={},
        source_sha256=photo.staff_sha256, width=1600, height=1200,
    )  # fmt: skip
    folder = picture.folder
    picture.copies = {name: f"{folder}/{uuid4().hex}-{name}" for name in COPIES}
    return picture


if __name__ == "__main__":
    from bench.large import main

    main()
