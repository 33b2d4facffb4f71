"""Thousands of broken files through the one door: taken and clean, or refused with words, and nothing in between."""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from reporter.kernel.db import db
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import ANYONE
from reporter.photos.commands.intake import discard, take_in
from reporter.photos.models import Photo
from reporter.photos.pixels import LARGE, SMALL
from reporter.ports import Ports
from tests.cuts import due
from tests.photos.hostile import CHANGES, corpus
from tests.photos.marks import MARK
from tests.photos.pictures import opened

pytestmark = pytest.mark.once

SEED = int(os.environ.get("HOSTILE_SEED", "20261128"))
NUMBER = 6000 if os.environ.get("DEPTH") == "deep" else 350
SECONDS = 5.0
MEGABYTES = 64  # by which memory may grow over the second half: what is kept by mistake for each file is seen


@dataclass
class Came:
    """What became of the corpus."""

    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    grown: float = 0.0


def memory() -> float:
    """Return the megabytes that this process holds; 0 where the system does not tell."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if told.exists() else 0.0


def kept(fakes: Ports) -> list[str]:
    return [*fakes.storage.iterate(), *fakes.originals.iterate()]


def unclean(photo: Photo, fakes: Ports) -> str:
    """Return what is wrong with the copies of a photo that was taken; empty when nothing is."""
    for side in (LARGE, SMALL):
        copy = fakes.storage.open(photo.staff_key(side))
        picture = opened(copy)
        picture.load()
        if picture.format != "JPEG" or picture.mode != "RGB" or max(picture.size) > side:
            return f"{picture.format} {picture.mode} {picture.size}"
        if MARK.encode() in copy or set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}:
            return f"carries {sorted(picture.info)}"
    return ""


def sent(name: str, upload: bytes, came: Came, fakes: Ports) -> None:
    """Send one file through the door, note what became of it, and give it up again."""
    began = time.monotonic()
    try:
        photo = take_in(upload, by=ANYONE, uploader_key="hostile")
    except ReporterError as refused:
        came.refused[name] += 1
        if not str(refused) or refused.field != "photos":
            came.wrong.append(f"{name}: refused without words")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        came.wrong.append(f"{name}: {error!r}")
    else:
        came.taken[name] += 1
        if fault := unclean(photo, fakes):
            came.wrong.append(f"{name}: {fault}")
        discard(photo.token, uploader_key="hostile")
        due()
    came.slowest = max(came.slowest, time.monotonic() - began)
    if kept(fakes):
        came.wrong.append(f"{name}: left something behind")


def test_every_broken_file_is_taken_and_clean_or_refused_with_words(fakes: Ports) -> None:
    came, half = Came(), 0.0
    for number, (name, upload) in enumerate(corpus(SEED, NUMBER)):
        half = memory() if number == NUMBER // 2 else half
        sent(name, upload, came, fakes)
    came.grown = memory() - half

    told = (
        f"HOSTILE_SEED={SEED}: {NUMBER} files, {came.taken.total()} taken, {came.refused.total()} refused, "
        f"slowest {came.slowest:.2f} s, grown by {came.grown:.0f} MB"
    )
    print(told)  # noqa: T201 - the seed of a run that failed is needed again
    assert came.wrong == [], told
    assert came.slowest < SECONDS, told
    assert came.grown < MEGABYTES, told
    assert db.session.scalars(select(Photo.id)).all() == [], told
    seen = {name.partition(", ")[2] for name in (*came.taken, *came.refused)}
    assert seen == {change.__name__ for change in CHANGES}, told
    assert came.taken.total() > NUMBER / 20, told
    assert came.refused.total() > NUMBER / 5, told
