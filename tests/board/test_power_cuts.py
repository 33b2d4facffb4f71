"""The power is cut at every call of masking, publishing and taking down: no public file without its publication."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Flask
from PIL import Image

from reporter.board.commands.exposures import publish, tick, withdraw
from reporter.board.commands.masks import confirm_mask, draft_mask
from reporter.board.commands.objections import decide_objection, file_objection, take_objection
from reporter.board.lifecycle import ObjectionAction, ObjectionKind, State
from reporter.board.queries import get_exposure, get_objection
from reporter.cases.models import Nature
from reporter.kernel.db import command
from reporter.kernel.policy import ANYONE, SYSTEM, Actor, Role
from reporter.ports import ports
from reporter.ports.queue import enqueue
from tests.board.copies import doctor
from tests.board.posts import PLATE, an_exposure
from tests.cuts import cut_at_every_call, due, files
from tests.make import a_category, a_user

FROM_PUBLIC = {"storage.iterate", "storage.delete", "commit"}
INTO_PUBLIC = {"storage.open", "storage.put_if_absent", "commit"}


def _masked() -> None:
    """Assert that every public file there is shows nothing under the box, power or none."""
    for key in files("storage"):
        if key.startswith("public/"):
            with Image.open(BytesIO(ports.storage.open(key))) as image:
                at = int((PLATE.x + PLATE.w / 2) * image.width), int((PLATE.y + PLATE.h / 2) * image.height)
                found: Any = image.convert("RGB").getpixel(at)
            assert max(found) < 50, f"{key} is not masked"


cut_everywhere = partial(cut_at_every_call, dead=_masked)


def _whole(exposure_id: int) -> State:
    """Assert that a post that is published is shown, and return where it stands."""
    exposure = get_exposure(exposure_id)
    assert exposure.state is not State.PUBLISHED or all(picture.ready for picture in exposure.used)
    return exposure.state


def _post(state: State) -> int:
    """Return the id of a post with one picture, nothing waiting to be done."""
    law = {"legal_basis": "《条例》第三条", "legal_source": "市人大", "legal_date": "2026-11-23"}
    exposure_id = an_exposure(state, category=a_category(nature=Nature.ACT, **law)).id
    due()
    return exposure_id


def test_judging_a_mask(app: Flask) -> None:
    def prepare() -> tuple[int, Actor]:
        return _post(State.PROPOSED), a_user(Role.REDACTOR).actor

    def step(begun: tuple[int, Actor]) -> None:
        exposure_id, redactor = begun
        picture_id = get_exposure(exposure_id).pictures[0].id
        draft_mask(get_exposure(exposure_id), picture_id, [PLATE], by=redactor)
        confirm_mask(get_exposure(exposure_id), picture_id, [PLATE], checked=True, by=redactor)

    def hold(begun: tuple[int, Actor]) -> None:
        picture = get_exposure(begun[0]).pictures[0]
        assert picture.confirmed == bool(picture.source_sha256)

    cuts = cut_everywhere(app, prepare, step, hold)

    assert set(cuts) == {"storage.open", "commit"}


def test_publishing(app: Flask) -> None:
    def prepare() -> tuple[int, Actor]:
        return _post(State.SECOND_REVIEW), a_user(Role.SECOND_REVIEWER).actor

    def step(begun: tuple[int, Actor]) -> None:
        exposure_id, reviewer = begun
        publish(get_exposure(exposure_id), by=reviewer)
        due()

    def hold(begun: tuple[int, Actor]) -> None:
        assert _whole(begun[0]) in {State.SECOND_REVIEW, State.PUBLISHED}

    cuts = cut_everywhere(app, prepare, step, hold)

    assert set(cuts) >= INTO_PUBLIC


def test_withdrawing(app: Flask) -> None:
    def step(exposure_id: int) -> None:
        withdraw(get_exposure(exposure_id), "不再适宜", by=SYSTEM)
        due()

    def hold(exposure_id: int) -> None:
        assert _whole(exposure_id) in {State.PUBLISHED, State.WITHDRAWN}

    cuts = cut_everywhere(app, lambda: _post(State.PUBLISHED), step, hold)

    assert set(cuts) == FROM_PUBLIC


def test_expiring(app: Flask) -> None:
    def prepare() -> int:
        exposure_id = _post(State.PUBLISHED)
        end = get_exposure(exposure_id).expires_at
        ports.clock.set(end)  # type: ignore[attr-defined]  # the tests' clock
        return exposure_id

    def step(_: int) -> None:
        tick()
        due()

    def hold(exposure_id: int) -> None:
        assert _whole(exposure_id) is State.EXPIRED

    cuts = cut_everywhere(app, prepare, step, hold)

    assert set(cuts) == FROM_PUBLIC


def test_hiding_by_an_objection(app: Flask) -> None:
    def step(exposure_id: int) -> None:
        file_objection(get_exposure(exposure_id), ObjectionKind.MINOR, "是我的孩子", by=ANYONE)
        due()

    def hold(exposure_id: int) -> None:
        assert _whole(exposure_id) in {State.PUBLISHED, State.HIDDEN}

    cuts = cut_everywhere(app, lambda: _post(State.PUBLISHED), step, hold)

    assert set(cuts) >= FROM_PUBLIC


def test_showing_again_what_an_objection_hid(app: Flask) -> None:
    def prepare() -> tuple[int, int, Actor]:
        judge = a_user(Role.LEADER).actor
        post = get_exposure(_post(State.PUBLISHED))
        objection = file_objection(post, ObjectionKind.MINOR, "是我的孩子", by=ANYONE)
        take_objection(objection, by=judge)
        return objection.exposure_id, objection.id, judge

    def step(begun: tuple[int, int, Actor]) -> None:
        _, objection_id, judge = begun
        decide_objection(get_objection(objection_id), ObjectionAction.DISMISS, "照片里没有孩子。", by=judge)
        due()

    def hold(begun: tuple[int, int, Actor]) -> None:
        assert _whole(begun[0]) in {State.HIDDEN, State.PUBLISHED}

    cuts = cut_everywhere(app, prepare, step, hold)

    assert set(cuts) == INTO_PUBLIC | FROM_PUBLIC


def test_making_copies_anew_that_have_older_names(app: Flask) -> None:
    def prepare() -> int:
        exposure_id = _post(State.PUBLISHED)
        picture, storage = get_exposure(exposure_id).pictures[0], ports.storage
        old = {name: f"{picture.folder}/{name}" for name in picture.copies}
        for name, key in picture.copies.items():
            storage.put_if_absent(old[name], storage.open(key))
            storage.delete(key)
        doctor(exposure_id, {"copies": old})
        command(enqueue)("board.burn", exposure_id=exposure_id)
        return exposure_id

    def hold(exposure_id: int) -> None:
        assert _whole(exposure_id) is State.PUBLISHED

    cuts = cut_everywhere(app, prepare, lambda _: due(), hold)

    assert set(cuts) == INTO_PUBLIC | FROM_PUBLIC
