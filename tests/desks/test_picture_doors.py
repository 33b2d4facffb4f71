"""Every address that sends a picture: to whom, what no cache keeps, what the public's browser may ask for again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from config import TestConfig
from reporter.app import create_app
from reporter.board.commands.exposures import withdraw
from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.board.shown import picture_bytes
from reporter.kernel.db import db
from reporter.kernel.errors import ConfigError
from reporter.kernel.policy import APPOINTED, STAFF, Role
from reporter.photos.models import Photo
from reporter.ports import Ports
from reporter.ports.queue import run_next
from reporter.ports.storage import MemoryStorage, StorageUnavailable
from reporter.reports.queries import photo_ids_of
from tests.board.posts import an_exposure
from tests.desks import tus
from tests.make import a_photo, a_picture, a_report, a_unit, a_user

Client = Callable[..., FlaskClient]
ROLES = [None, *APPOINTED]
EDITORS = {Role.REDACTOR, Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.LEADER}
OPENERS = {Role.SHIFT_LEADER, Role.REDACTOR}
NOBODYS = "0" * 32


def public_address(exposure: Exposure, name: str = "960.webp") -> str:
    """Return the address of a copy of the first picture; of a copy that is not there, one that there never was."""
    picture = exposure.pictures[0]
    return f"/board/pictures/{picture.token}/{picture.file(name) if name in picture.copies else name}"


def public_bytes(exposure: Exposure) -> bytes:
    """Return what lies under `public_address`."""
    picture = exposure.pictures[0]
    return picture_bytes(picture, picture.file("960.webp"))


def signed_in(client_as: Client, role: Role | None) -> FlaskClient:
    unit = a_unit() if role in {Role.HANDLER, Role.UNIT_HEAD} else None
    return client_as(a_user(role, unit=unit) if role else None)


def status_for(role: Role | None, allowed: set[Role] | frozenset[Role]) -> int:
    """Return what the role is answered: nobody is led to the sign-in, who may not is refused."""
    if role is None:
        return 302
    return 200 if role in allowed else 403


@pytest.mark.parametrize("role", ROLES)
def test_a_clean_copy_is_for_staff_and_no_cache_keeps_it(client_as: Client, role: Role | None) -> None:
    answer = signed_in(client_as, role).get(f"/pictures/{a_photo().token}/1600.jpg")

    assert answer.status_code == status_for(role, STAFF)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.data.startswith(b"\xff\xd8") is (answer.status_code == 200)


@pytest.mark.parametrize("role", ROLES)
def test_an_original_is_for_those_who_open_it_for_a_purpose(client_as: Client, role: Role | None) -> None:
    address = f"/pictures/{a_photo().token}/original"

    answer = signed_in(client_as, role).post(address, data={"purpose": "proof for the court"})

    assert answer.status_code == (status_for(role, OPENERS) if role else 401)
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("size", ["preview", "small"])
@pytest.mark.parametrize("role", ROLES)
def test_a_preview_that_nobody_judged_is_for_redactors(
    client_as: Client, role: Role | None, size: str
) -> None:
    exposure = an_exposure()

    answer = signed_in(client_as, role).get(
        f"/editor/{exposure.id}/pictures/{exposure.pictures[0].id}/{size}.jpg"
    )

    assert answer.status_code == status_for(role, {Role.REDACTOR})
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("role", ROLES)
def test_a_masked_preview_is_for_editors_and_no_cache_keeps_it(client_as: Client, role: Role | None) -> None:
    exposure = an_exposure(State.FIRST_REVIEW)

    answer = signed_in(client_as, role).get(
        f"/editor/{exposure.id}/pictures/{exposure.pictures[0].id}/preview.jpg"
    )

    assert answer.status_code == status_for(role, EDITORS)
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("role", ROLES)
def test_a_reporters_picture_is_for_whoever_has_the_code(client_as: Client, role: Role | None) -> None:
    report, other = a_report(), a_report()
    token, others = (db.session.get_one(Photo, photo_ids_of(one.id)[0]).token for one in (report, other))
    client = signed_in(client_as, role)

    own = client.get(f"/track/{report.code}/photos/{token}/320")
    foreign = client.get(f"/track/{report.code}/photos/{others}/320")
    guessed = client.get(f"/track/{NOBODYS}/photos/{token}/320")

    assert (own.status_code, own.headers["Cache-Control"]) == (200, "private, no-store")
    assert (foreign.status_code, guessed.status_code) == (404, 404)


@pytest.mark.parametrize("role", ROLES)
def test_a_picture_on_its_way_is_for_the_session_that_sent_it(client_as: Client, role: Role | None) -> None:
    token = a_photo(uploader_key="this phone").token
    client = signed_in(client_as, role)

    foreign = client.get(f"/report/photos/{token}.jpg")
    with client.session_transaction() as session:
        session["uploader"] = "this phone"
    own = client.get(f"/report/photos/{token}.jpg")

    assert foreign.status_code == 404
    assert (own.status_code, own.headers["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize("role", ROLES)
def test_a_published_picture_is_for_everybody(client_as: Client, role: Role | None) -> None:
    exposure = an_exposure(State.PUBLISHED)

    answer = signed_in(client_as, role).get(public_address(exposure))

    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.data == public_bytes(exposure)


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.PROPOSED, 404), (State.REDACTING, 404), (State.FIRST_REVIEW, 404), (State.SECOND_REVIEW, 404),
     (State.REJECTED, 404), (State.HIDDEN, 410), (State.WITHDRAWN, 410), (State.EXPIRED, 410)],
)  # fmt: skip
def test_what_is_not_shown_is_refused_to_everybody_and_the_refusal_is_not_kept(
    client_as: Client, state: State, status: int
) -> None:
    exposure = an_exposure(state)

    for role in (None, Role.LEADER):
        answer = signed_in(client_as, role).get(public_address(exposure))
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [f"/board/pictures/{NOBODYS}/960.webp", "/board/pictures/{token}/961.webp", "/board/pictures/{token}/960",
     "/board/pictures/{token}/..%2F960.webp", f"/pictures/{NOBODYS}/320.jpg", f"/report/photos/{NOBODYS}.jpg"],
)  # fmt: skip
def test_guessing_finds_nothing(client_as: Client, path: str) -> None:
    token = an_exposure(State.PUBLISHED).pictures[0].token

    answer = client_as(a_user(Role.ACCEPTOR)).get(path.format(token=token))

    assert answer.status_code == 404


@pytest.fixture
def shown() -> Exposure:
    return an_exposure(State.PUBLISHED)


def test_a_browser_keeps_it_for_minutes_and_asks_by_its_tag(client_as: Client, shown: Exposure) -> None:
    client = client_as()
    first = client.get(public_address(shown))

    again = client.get(public_address(shown), headers={"If-None-Match": first.headers["ETag"]})
    other = client.get(public_address(shown), headers={"If-None-Match": '"another"'})

    assert first.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=0, immutable"
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert (other.status_code, other.data) == (200, first.data)


def test_sizes_and_forms_have_tags_of_their_own(client_as: Client, shown: Exposure) -> None:
    names = ("480.webp", "960.webp", "480.jpeg", "960.jpeg")

    assert len({client_as().get(public_address(shown, name)).headers["ETag"] for name in names}) == 4


def test_a_tag_of_what_was_taken_down_opens_nothing(client_as: Client, shown: Exposure) -> None:
    address = public_address(shown)
    tag = client_as().get(address).headers["ETag"]

    withdraw(shown, "不再适宜", by=a_user(Role.LEADER).actor)

    assert client_as().get(address, headers={"If-None-Match": tag}).status_code == 410


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [("bytes=0-99", 0, 100), ("bytes=100-199", 100, 200), ("bytes=-50", -50, None), ("bytes=10-", 10, None),
     ("bytes=0-99999999", 0, None)],
)  # fmt: skip
def test_a_part_is_sent_when_a_part_is_asked_for(
    client_as: Client, shown: Exposure, asked: str, begin: int, end: int | None
) -> None:
    whole = public_bytes(shown)

    answer = client_as().get(public_address(shown), headers={"Range": asked})

    assert (answer.status_code, answer.data) == (206, whole[begin:end])
    assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_part_beyond_the_end_is_refused_with_the_length(client_as: Client, shown: Exposure) -> None:
    length = len(public_bytes(shown))

    answer = client_as().get(public_address(shown), headers={"Range": f"bytes={length}-"})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{length}"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("asked", ["bytes=0-9,20-29", "bytes=abc", "lines=1-2", "bytes=9-2"])
def test_parts_that_are_asked_for_otherwise_get_the_whole(
    client_as: Client, shown: Exposure, asked: str
) -> None:
    answer = client_as().get(public_address(shown), headers={"Range": asked})

    assert (answer.status_code, answer.data) == (200, public_bytes(shown))


def test_a_part_of_what_changed_is_the_whole(client_as: Client, shown: Exposure) -> None:
    asked = {"Range": "bytes=0-9"}
    tag = client_as().get(public_address(shown)).headers["ETag"]

    same = client_as().get(public_address(shown), headers=asked | {"If-Range": tag})
    changed = client_as().get(public_address(shown), headers=asked | {"If-Range": '"another"'})

    assert (same.status_code, changed.status_code) == (206, 200)


def test_a_look_at_the_headers_reads_the_same(client_as: Client, shown: Exposure) -> None:
    got = client_as().get(public_address(shown))

    looked = client_as().head(public_address(shown), headers={"Range": "bytes=0-9"})

    assert (looked.status_code, looked.data) == (200, b"")
    assert looked.headers["ETag"] == got.headers["ETag"]
    assert looked.headers["Content-Length"] == got.headers["Content-Length"]


class Linking(MemoryStorage):
    """Has an address for everything, as a bucket has."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__()
        self.files = files

    def link(self, key: str, *, seconds: int, mimetype: str) -> str:  # type: ignore[override]  # memory has none
        return f"https://store.example.org/{key}?seconds={seconds}&type={mimetype}"


@pytest.fixture
def linking(app: Flask, fakes: Ports) -> Iterator[None]:
    """Let the store give links, and the city hand them out."""
    before = app.extensions["ports"], app.config["PICTURE_LINKS"]
    files = fakes.storage.files  # type: ignore[attr-defined]  # tests keep them in memory
    app.extensions["ports"], app.config["PICTURE_LINKS"] = replace(fakes, storage=Linking(files)), 120
    yield
    app.extensions["ports"], app.config["PICTURE_LINKS"] = before


def test_with_links_the_public_is_shown_the_way_for_less_time_than_it_lasts(
    client_as: Client, shown: Exposure, linking: None
) -> None:
    answer = client_as().get(public_address(shown))

    key = shown.pictures[0].copies["960.webp"]
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"https://store.example.org/{key}?seconds=120&type=image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=60, must-revalidate"


@pytest.mark.parametrize("state", [State.HIDDEN, State.WITHDRAWN, State.FIRST_REVIEW])
def test_there_is_no_way_to_what_is_not_shown(
    client_as: Client, state: State, app: Flask, fakes: Ports
) -> None:
    exposure = an_exposure(state)
    files = fakes.storage.files  # type: ignore[attr-defined]  # tests keep them in memory
    app.extensions["ports"], app.config["PICTURE_LINKS"] = replace(fakes, storage=Linking(files)), 120

    answer = client_as().get(public_address(exposure))

    app.config["PICTURE_LINKS"] = 0
    assert answer.status_code in {404, 410}
    assert "Location" not in answer.headers


def test_staff_and_reporters_never_get_a_link(client_as: Client, app: Flask, linking: None) -> None:
    report = a_report()
    token = db.session.get_one(Photo, photo_ids_of(report.id)[0]).token
    staff = client_as(a_user(Role.REDACTOR))

    for answer in (
        staff.get(f"/pictures/{token}/1600.jpg"),
        staff.post(f"/pictures/{token}/original", data={"purpose": "proof"}),
        client_as().get(f"/track/{report.code}/photos/{token}/320"),
    ):
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_without_an_address_of_its_own_the_city_sends_it(
    client_as: Client, app: Flask, shown: Exposure
) -> None:
    app.config["PICTURE_LINKS"] = 120

    answer = client_as().get(public_address(shown))

    app.config["PICTURE_LINKS"] = 0
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"PICTURE_LINKS": "soon"}, "PICTURE_LINKS=soon is not a number of seconds"),
     ({"PICTURE_LINKS": "59"}, "60 to 3600"), ({"PICTURE_LINKS": "3601"}, "60 to 3600"),
     ({"PICTURE_LINKS": "60", "S3_ENDPOINT": "http://minio:9000"}, "S3_ENDPOINT to begin with https://")],
)  # fmt: skip
def test_links_that_cannot_be_stop_the_start(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        create_app(type("Linked", (TestConfig,), settings))


class Down(MemoryStorage):
    """Is not there."""

    def open(self, key: str) -> bytes:
        raise StorageUnavailable("it is not there")

    def put_if_absent(self, key: str, content: bytes) -> bool:
        raise StorageUnavailable("it is not there")


def test_a_store_that_is_down_is_told_in_words_at_every_door(
    client_as: Client, app: Flask, fakes: Ports
) -> None:
    shown, proposed, report = an_exposure(State.PUBLISHED), an_exposure(), a_report()
    token = db.session.get_one(Photo, photo_ids_of(report.id)[0]).token
    redactor = client_as(a_user(Role.REDACTOR))
    app.extensions["ports"] = replace(fakes, storage=Down(), originals=fakes.originals)

    for answer in (
        client_as().get(public_address(shown)),
        redactor.get(f"/pictures/{token}/1600.jpg"),
        redactor.get(f"/editor/{proposed.id}/pictures/{proposed.pictures[0].id}/preview.jpg"),
        client_as().get(f"/track/{report.code}/photos/{token}/320"),
    ):
        assert answer.status_code == 503
        assert "照片暂时无法保存或读取" in answer.text
        assert "it is not there" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_upload_to_a_store_that_is_down_is_told_and_leaves_no_row(
    client_as: Client, app: Flask, fakes: Ports
) -> None:
    app.extensions["ports"] = replace(fakes, storage=Down())

    answer = tus.sent(client_as(), a_picture())

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["error"] == "照片暂时无法保存或读取，请过几分钟再试。"
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 0


def test_a_form_sent_while_the_store_is_down_comes_back_as_it_was_filled_in(
    client_as: Client, app: Flask, fakes: Ports
) -> None:
    app.extensions["ports"] = replace(fakes, storage=Down())
    form = {"photos": (BytesIO(a_picture()), "one.jpg"), "words": "门口堆了建筑垃圾", "act": "send"}

    answer = client_as().post("/report", data=form)

    assert answer.status_code == 422
    assert "门口堆了建筑垃圾" in answer.text
    assert "one.jpg：照片暂时无法保存或读取" in answer.text


def test_pages_stand_while_the_store_is_down(client_as: Client, app: Flask, fakes: Ports) -> None:
    exposure = an_exposure(State.PUBLISHED)
    app.extensions["ports"] = replace(fakes, storage=Down())

    for path in ("/", "/board", f"/board/{exposure.public_id}", "/map"):
        assert client_as().get(path).status_code == 200


def test_copies_are_gone_from_the_store_when_their_post_is(fakes: Ports, shown: Exposure) -> None:
    withdraw(get_exposure(shown.id), "不再适宜", by=a_user(Role.LEADER).actor)

    while run_next():
        pass

    assert list(fakes.storage.iterate("public/")) == []
