"""A power cut at any call of a store or at any commit, and what the city does when the power is back.

Whatever the process would do after the cut fails as well, its cleaning up included: a dead process cleans nothing up.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from reporter.board.lifecycle import State
from reporter.board.models import Exposure, PublicPicture
from reporter.kernel.db import db
from reporter.photos.models import Photo
from reporter.photos.pixels import LARGE, SMALL
from reporter.ports import ports
from reporter.ports.originals import MemoryOriginals, name_of
from reporter.ports.queue import run_next
from reporter.ports.storage import MemoryStorage
from reporter.serve import tick_all
from tests.conftest import fresh_city

KEYS = ["0dd1" * 16, "7e57" * 16]  # the second is that of the tests, see `TestConfig`
READS = ("open", "exists", "iterate")
T = TypeVar("T")


class PowerCut(BaseException):
    """The process is dead. Nothing in the product catches this by its name."""


class Moment(StrEnum):
    """When, of one call, the power goes."""

    BEFORE = "before it takes effect"
    AFTER = "after it took effect, before the caller hears of it"


@dataclass
class Power:
    """Counts calls, and goes off at the `last` one; 0: never."""

    last: int = 0
    moment: Moment = Moment.BEFORE
    calls: list[str] = field(default_factory=list)
    off: bool = False

    def let(self, name: str, call: Callable[[], T]) -> T:
        """Do `call` as long as there is power."""
        if self.off:
            raise PowerCut
        self.calls.append(name)
        if len(self.calls) != self.last:
            return call()
        self.off = True
        if self.moment is Moment.AFTER:
            call()
        raise PowerCut


class Powered(MemoryStorage):
    """The files of another store in memory, as long as there is power."""

    def __init__(self, files: dict[str, bytes], name: str, power: Power) -> None:
        super().__init__()
        self.files, self.name, self.power = files, name, power

    def put_if_absent(self, key: str, content: bytes) -> bool:
        return self.power.let(
            f"{self.name}.put_if_absent", lambda: super(Powered, self).put_if_absent(key, content)
        )

    def open(self, key: str) -> bytes:
        return self.power.let(f"{self.name}.open", lambda: super(Powered, self).open(key))

    def exists(self, key: str) -> bool:
        return self.power.let(f"{self.name}.exists", lambda: super(Powered, self).exists(key))

    def delete(self, key: str) -> None:
        self.power.let(f"{self.name}.delete", lambda: super(Powered, self).delete(key))

    def iterate(self, prefix: str = "") -> Iterator[str]:
        yield from self.power.let(f"{self.name}.iterate", lambda: list(super(Powered, self).iterate(prefix)))


@contextmanager
def powered(app: Flask, power: Power) -> Iterator[None]:
    """Let stores and database live on `power` inside the block; PowerCut ends it."""
    plain: Any = app.extensions["ports"]
    app.extensions["ports"] = replace(
        plain, storage=Powered(plain.storage.files, "storage", power),
        originals=MemoryOriginals(Powered(plain.originals.files, "originals", power), _keys(plain.originals)),
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        commit = Session.commit
        patch.setattr(Session, "commit", lambda session: power.let("commit", lambda: commit(session)))
        try:
            yield
        except PowerCut:
            pass
        finally:
            app.extensions["ports"] = plain
            db.session.rollback()  # what was not committed is lost


def _keys(originals: MemoryOriginals) -> list[str]:
    """Return the keys of the settings under which `originals` is opened."""
    return [key for key in KEYS if name_of(key) == originals.newest] + KEYS


def with_new_key(app: Flask) -> None:
    """Start again with a newer key on the same files."""
    plain: Any = app.extensions["ports"]
    storage = MemoryStorage()
    storage.files = plain.originals.files
    app.extensions["ports"] = replace(plain, originals=MemoryOriginals(storage, KEYS))


def cut_at_every_call(
    app: Flask, prepare: Callable[[], T], step: Callable[[T], object], hold: Callable[[T], None],
    *, dead: Callable[[], None] = lambda: None,
) -> Counter[str]:  # fmt: skip
    """Cut the power at every call of `step`; return at which calls, and how often.

    Where a call changes something it is cut twice, before and after it took effect.

    Args:
        app: whose city is founded anew for each cut.
        prepare: makes what the step is done with.
        hold: asserts what must be true once the power is back and the city has done its own work.
        dead: asserts what must be true even while there is no power.
    """
    cuts: Counter[str] = Counter()
    calls = _cut(app, Power(), prepare, step, hold, dead)
    for last, call in enumerate(calls, 1):
        for moment in [Moment.BEFORE] if call.endswith(READS) else Moment:
            done = _cut(app, Power(last, moment), prepare, step, hold, dead)
            assert done == calls[:last]
            cuts[done[-1]] += 1
    return cuts


def _cut(
    app: Flask, power: Power, prepare: Callable[[], T], step: Callable[[T], object], hold: Callable[[T], None],
    dead: Callable[[], None],
) -> list[str]:  # fmt: skip
    fresh_city(app)
    thing = prepare()
    try:
        with powered(app, power):
            step(thing)
        assert power.off == bool(power.last)
        dead()
        due()
        rows_have_their_files()
        _work_on(hours=1.1)  # leases are over and notes are due
        rows_have_their_files()
        hold(thing)
        nothing_lies_about()
    except AssertionError as error:
        error.add_note(f"The power was cut at call {power.last} of the step, {power.moment}.")
        raise
    return power.calls


def _work_on(*, hours: float) -> None:
    """Let time pass, and the city do what it does by itself."""
    clock: Any = ports.clock
    clock.move(timedelta(hours=hours))
    tick_all()
    due()


def due() -> None:
    """Do the work after commit."""
    while run_next():
        pass


def files(of: str) -> set[str]:
    """Return the names of all files in one of the stores."""
    fakes: Any = ports
    return set(getattr(fakes, of).files)


def originals_of(photo: Photo) -> set[str]:
    """Return the file under which the row says its original lies."""
    return set() if photo.original_gone_at else {".".join(photo.original)}


def rows_have_their_files() -> None:
    """Assert that every file lies there which a row names, and that each original can be read."""
    db.session.expire_all()
    for photo in db.session.scalars(select(Photo)):
        assert {photo.staff_key(LARGE), photo.staff_key(SMALL)} <= files("storage")
        assert originals_of(photo) <= files("originals")
        if photo.original_gone_at is None:
            ports.originals.open(*photo.original)
    for picture in db.session.scalars(select(PublicPicture)):
        assert set(picture.copies.values()) <= files("storage")


def nothing_lies_about() -> None:
    """Assert that no file lies there which no row names: clean copies, originals, public copies of posts on show."""
    photos = db.session.scalars(select(Photo)).all()
    shown = db.session.scalars(select(Exposure).where(Exposure.state == State.PUBLISHED))
    public = {key for post in shown for picture in post.used for key in picture.copies.values()}
    staff = {photo.staff_key(side) for photo in photos for side in (LARGE, SMALL)}
    assert files("storage") == staff | public
    assert files("originals") == {name for photo in photos for name in originals_of(photo)}
