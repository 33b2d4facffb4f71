"""Photos that carry marks come in by every door; no byte that leaves carries one."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from reporter.board.lifecycle import State as Shown
from reporter.cases.lifecycle import State
from reporter.cases.queries import get_case, get_category
from reporter.kernel.db import db
from reporter.kernel.policy import ANYONE, Role
from reporter.photos.commands.intake import take_in
from reporter.photos.models import Photo, Way
from reporter.ports import ports
from reporter.reports.commands import triage
from tests.board.posts import an_exposure
from tests.desks import tus
from tests.desks.residents import a_file, post
from tests.house.cities.homes import ROOTS, Home, go_to
from tests.house.cities.test_city_pages import (
    HOMES_HOST,
    Visitor,
    addresses,
    lists,
    the_officer,
    unpacked,
    visitor,
)
from tests.make import HERE, a_case, a_moderator, a_report, a_unit, a_user
from tests.photos.marks import KINDS, MARK, SECONDS, marked

seeds = iter(range(0, 10_000, 2))


def files() -> list[FileStorage]:
    """Return one marked photo of each kind, none like any other."""
    return [a_file(marked(kind, next(seeds))) for kind in KINDS]


@pytest.fixture(scope="module")
def flooded(app: Flask, home: Home) -> Home:
    """Send marked photos of every kind through every door of the home, and publish some."""
    go_to("jining")
    sent = [*reported(app), *added(app), *handled(app), *objected(app)]
    assert [
        (one.request.path, one.status_code) for one in sent if one.status_code not in {200, 201, 302}
    ] == []
    go_to("jining")
    for one in KINDS:
        an_exposure(Shown.PUBLISHED, photo_ids=[taken_in(one), taken_in(one)])
    go_to("jining")
    return home


def send(who: Visitor, path: str, fields: dict[str, Any]) -> TestResponse:
    return post(
        who.client, path, fields, base_url=f"http://{who.host}", headers={"Accept": "application/json"}
    )


def in_parts(who: Visitor, path: str, photo: FileStorage) -> TestResponse:
    """Send a photo ahead of its form, and leave another one half sent."""
    content, base = photo.stream.read(), f"http://{who.host}"
    half = tus.begun(who.client, len(content), path, base=base)
    tus.patched(who.client, half.location, content[:-1], 0, base=base)
    return tus.sent(who.client, content, path, piece=len(content) // 3, base=base)


def taken_in(kind: str) -> int:
    return take_in(marked(kind, next(seeds)), by=ANYONE, uploader_key="tests").id


def reported(app: Flask) -> list[TestResponse]:
    """Report with photos in the form, and with photos that were sent ahead."""
    resident = visitor(app, HOMES_HOST)
    fields = {
        "act": "send_as_it_is", "lon": str(HERE[0]), "lat": str(HERE[1]), "place_source": "picked", "words": "占了盲道",
        "address": "解放大街", "category": get_category(a_report().category_id).slug, "anonymous": "y",
    }  # fmt: skip
    ahead = [in_parts(resident, tus.RESIDENTS, one) for one in files()]
    tokens = [one.get_json()["token"] for one in ahead]
    forms = [{"photos": files()}, {"token": tokens}]
    return ahead + [send(resident, "/report", fields | form | {"client_id": str(uuid4())}) for form in forms]


def added(app: Flask) -> list[TestResponse]:
    """Send photos after a report, unasked and asked for."""
    resident = visitor(app, HOMES_HOST)
    report, asked = a_report(), a_report()
    triage.request_info(asked, "哪个路口？", by=a_moderator().actor)
    paths = [f"/track/{report.code}/add", f"/track/{asked.code}/answer"]
    words = {"say-words": "更严重了"}
    return [
        send(resident, path, words | {"say-photos": files(), "say-client_id": str(uuid4())}) for path in paths
    ]


def handled(app: Flask) -> list[TestResponse]:
    """Hand in a result with photos, some ahead and some with the form."""
    unit = a_unit()
    case_id, handler = a_case(State.HANDLING, unit=unit).id, a_user(Role.HANDLER, unit=unit)
    desk = visitor(app, HOMES_HOST, handler)
    photos = files()
    ahead = [in_parts(desk, f"/unit/{case_id}/uploads", one) for one in photos[:4]]
    go_to("jining")
    result = {
        "kind": "repair", "words": "清走了", "token": [one.get_json()["token"] for one in ahead], "photos": photos[4:],
        "version": str(get_case(case_id).version),
    }  # fmt: skip
    return [*ahead, send(desk, f"/unit/{case_id}/result", result)]


def objected(app: Flask) -> list[TestResponse]:
    """Object to a post with photos, as many at a time as the form takes."""
    anybody, post_id, photos = visitor(app, HOMES_HOST), an_exposure(Shown.PUBLISHED).public_id, files()
    fields = {"kind": "not_true", "words": "当天就清走了"}
    return [
        send(
            anybody, f"/board/{post_id}/object",
            fields | {"client_id": str(uuid4()), "photos": photos[first : first + 3]},
        )
        for first in range(0, len(photos), 3)
    ]  # fmt: skip


def told(who: Visitor, app: Flask, home: Home, marks: tuple[str, ...]) -> Iterator[str]:
    """Yield every address at which `who` is sent one of `marks`."""
    for _, path in [*addresses(app, home, "GET"), *lists(app, home)]:
        answer = who.ask(path)
        sent = unpacked(answer.get_data()) + repr(list(answer.headers)).encode()
        if any(mark.encode() in sent or json.dumps(mark).encode() in sent for mark in marks):
            yield path


def test_the_photos_carry_marks_and_came_in_by_every_door(flooded: Home) -> None:
    assert all(marked(kind).count(MARK.encode()) >= 8 for kind in KINDS)
    came = [one for one in flooded.rows(Photo) if one.lon and f"{one.lon:.5f}" == SECONDS[1]]
    formats = Counter(one.format for one in came if one.used)

    # Two reports, two additions, a result, objections and an exposure of two: each with one photo of each kind.
    assert formats == {"JPEG": 8 * 3, "PNG": 8 * 2, "MPO": 8, "WEBP": 8, "HEIF": 8}
    assert {one.way for one in came} == {Way.REPORT, Way.RESULT, Way.OBJECTION}


def test_what_an_operator_tries_writes_no_mark(app: Flask, tmp_path: Path) -> None:
    for kind in KINDS:
        (tmp_path / kind).write_bytes(marked(kind))

    tried = app.test_cli_runner().invoke(
        args=["photo", "check", "--out", str(tmp_path / "out"), *(str(tmp_path / kind) for kind in KINDS)]
    )

    assert tried.exit_code == 0
    copies = [file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert len(copies) == 2 * len(KINDS)
    assert [copy for copy in (*copies, tried.stdout_bytes) if MARK.encode() in copy] == []


def test_no_page_and_no_picture_carries_a_mark_to_staff(app: Flask, flooded: Home) -> None:
    assert list(told(the_officer(app, HOMES_HOST), app, flooded, (MARK,))) == []


def test_nothing_that_the_public_gets_carries_a_mark_or_the_place(app: Flask, flooded: Home) -> None:
    assert list(told(visitor(app, HOMES_HOST), app, flooded, (MARK, *SECONDS))) == []


def test_no_file_in_the_stores_carries_a_mark(flooded: Home) -> None:
    files = {key: ports.storage.open(key) for key in ports.storage.iterate()}
    sealed: dict[str, bytes] = ports.originals.files  # type: ignore[attr-defined]

    assert [key for key, content in sealed.items() if MARK.encode() in content] == []
    assert len([key for key in sealed if key.startswith("arriving/")]) == len(KINDS) + 4
    assert len(files) > 2 * len(flooded.rows(Photo))
    assert [key for key, content in files.items() if MARK.encode() in content] == []


def test_no_row_and_no_message_carries_a_mark(flooded: Home) -> None:
    with db.engine.connect() as connection:
        rows = {table.name: repr(connection.execute(table.select()).all()) for table in ROOTS}

    assert rows
    assert [name for name, text in rows.items() if MARK in text] == []
    assert MARK not in repr((ports.mail.sent, ports.sms.sent))  # type: ignore[attr-defined]
