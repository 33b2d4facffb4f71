"""Posts on show by the hundred thousand, with their pictures by name and the words by which they are found."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from bench.city import COPIES, photos
from bench.rows import Writer, filled, moment, table_of, writing
from reporter.board.cells import LEVELS
from reporter.board.commands.counting import count_cells_anew, count_numbers_anew
from reporter.board.models import Exposure, PostTerm, PublicPicture
from reporter.board.terms import terms_of
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.kernel.db import current_city_id, enter_city
from reporter.places.queries import areas
from reporter.ports import ports
from reporter.routing.queries import units

SHOWN_FOR = timedelta(days=90)
ROADS = [f"{name}{kind}" for name in ["解放", "新华", "工农", "怀远", "恩和", "察哈尔", "建设", "桥东", "民建", "九龙", "友谊", "团结", "正红", "杜尔伯特", "霸王河"] for kind in ("大街", "路", "东街", "西路")]  # fmt: skip
SPREAD = 0.06  # degrees around the centre
AT_A_TIME = 5_000  # posts written
POSTS, PICTURES, TERMS = TABLES = tuple(table_of(model) for model in (Exposure, PublicPicture, PostTerm))


@dataclass(frozen=True)
class Ground:
    """What posts are written from, read once."""

    city: Any
    kinds: Sequence[Any]
    streets: Sequence[Any]
    units: Sequence[Any]

    @classmethod
    def here(cls) -> "Ground":
        """Return what is there in the current city."""
        return cls(current_city(), categories(), areas(level="street"), units())


def write_posts(number: int, last: int) -> None:
    """Write `number` posts of the cases up to `last`, from the newest, into a board that is empty, and count them."""
    city_id, pair = current_city_id(), photos(2)
    enter_city(city_id)
    dice, ground = Random(number), Ground.here()  # noqa: S311 - places, not secrets
    with writing(TABLES) as writer:
        for start in range(0, number, AT_A_TIME):
            some = range(start, min(start + AT_A_TIME, number))
            _write(writer, [_post(n, last - n, number, dice, ground) for n in some], pair)
    enter_city(city_id)
    count_numbers_anew()
    for level in LEVELS:
        count_cells_anew(level)
    enter_city(city_id)


def _write(writer: Writer, posts: Sequence[dict[str, Any]], pair: Sequence[int]) -> None:
    pictures = [_picture(post, photo_id, sort) for post in posts for sort, photo_id in enumerate(pair)]
    for table, rows in ((POSTS, posts), (PICTURES, pictures)):
        for columns, part in filled(table, rows):
            writer.write(table, columns, part)
    writer.write(TERMS, ("city_id", "exposure_id", "published_at", "term"), _terms(posts))


def _post(n: int, case_id: int, number: int, dice: Random, ground: Ground) -> dict[str, Any]:
    city = ground.city
    kind, area, unit = (rows[n % len(rows)] for rows in (ground.kinds, ground.streets, ground.units))
    road, at = ROADS[n % len(ROADS)], ports.clock.now() - SHOWN_FOR * (n / number)
    return {
        "id": n + 1, "city_id": city.id, "public_id": f"p{n:09d}", "case_id": case_id, "state": "published",
        "kind_slug": kind.slug, "kind_zh": kind.name_zh, "kind_en": kind.name_en, "nature": "condition",
        "outcome": "put_right", "area_id": area.id, "area_zh": area.name_zh, "area_en": area.name_en, "road": road,
        "lon": round(city.lon + dice.uniform(-SPREAD, SPREAD), 3), "lat": round(city.lat + dice.uniform(-SPREAD, SPREAD), 3),
        "happened_at": _text(at), "unit_id": unit.id, "unit_zh": unit.name_zh, "unit_en": unit.name_en, "minutes_taken": 90,
        "title": f"{road}{kind.name_zh}，已整改", "basis": "《条例》", "basis_source": "市人大",
        "basis_date": "2026-11-23", "no_minor": True, "days": 90, "redactor_ids": "[]", "proposed_at": _text(at),
        "published_at": _text(at), "on_show": True, "expires_at": _text(at + SHOWN_FOR * 2), "version": 1,
    }  # fmt: skip


def _text(at: datetime) -> str:
    return moment(at.astimezone(UTC).replace(tzinfo=None))


def _picture(post: dict[str, Any], photo_id: int, sort: int) -> dict[str, Any]:
    one = PublicPicture(token=uuid4().hex, source_sha256="0" * 64, boxes=[])
    copies = {name: f"{one.folder}/{'0' * 32}-{name}" for name in COPIES}
    return {
        "city_id": post["city_id"], "exposure_id": post["id"], "photo_id": photo_id, "token": one.token,
        "stage": ("before", "after")[sort], "sort": sort, "used": True, "boxes": "[]", "source_sha256": one.source_sha256,
        "copies": json.dumps(copies), "width": 1600, "height": 1200,
    }  # fmt: skip


def _terms(posts: Sequence[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    names = ("title", "road", "kind_zh", "kind_en", "area_zh", "area_en", "unit_zh", "unit_en")
    for post in posts:
        for term in terms_of(*(post[name] for name in names)):
            yield post["city_id"], post["id"], post["published_at"], term
