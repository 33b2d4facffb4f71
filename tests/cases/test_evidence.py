"""What pictures prove follows from the kind's rules; a lack lowers the level and refuses nothing."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.cases.evidence import Lack, Level, Rule, Shot, lacks, level
from reporter.kernel.db import command
from reporter.kernel.policy import Actor
from reporter.photos.models import View
from reporter.photos.queries import get_photo
from reporter.reports.commands.followup import add_material
from reporter.reports.commands.triage import Judgement, accept
from tests.make import a_case, a_category, a_moderator, a_photo, a_report, the_fallback

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FRESH = Shot(AT - timedelta(minutes=5), View.NEAR, in_app=True, seen=False)
WIDE = replace(FRESH, view=View.FAR, taken_at=AT - timedelta(minutes=4))


@dataclass
class Asked:
    min_photos: int = 1
    near_and_far: bool = False
    oldest_photo_hours: int = 0
    photos_apart_seconds: int = 0
    taken_in_app: bool = False


STRICT = Asked(2, near_and_far=True, oldest_photo_hours=24, photos_apart_seconds=10, taken_in_app=True)


@pytest.mark.pure
def test_pictures_that_show_all_that_is_asked_are_level_a() -> None:
    assert lacks(STRICT, [FRESH, WIDE], at=AT) == []
    assert level([]) is Level.A


@pytest.mark.pure
@pytest.mark.parametrize(
    ("shots", "lack", "worth"),
    [
        ([FRESH], Lack.FEW, Level.C),
        ([replace(FRESH, taken_at=AT - timedelta(hours=25)), WIDE], Lack.OLD, Level.C),
        ([FRESH, replace(WIDE, seen=True)], Lack.SEEN, Level.C),
        ([FRESH, replace(WIDE, taken_at=None)], Lack.NO_TIME, Level.B),
        ([FRESH, replace(WIDE, taken_at=FRESH.taken_at)], Lack.TOGETHER, Level.B),
        ([replace(FRESH, view=""), WIDE], Lack.NO_NEAR, Level.B),
        ([FRESH, replace(WIDE, view="")], Lack.NO_FAR, Level.B),
        ([FRESH, replace(WIDE, in_app=False)], Lack.NOT_IN_APP, Level.B),
    ],
)
def test_each_lack_is_named_and_lowers_the_level(shots: list[Shot], lack: Lack, worth: Level) -> None:
    missing = lacks(STRICT, shots, at=AT)

    assert lack in missing
    assert level([lack]) is worth
    assert lacks(Asked(), shots, at=AT) == ([Lack.SEEN] if lack is Lack.SEEN else [])


@pytest.mark.pure
@pytest.mark.parametrize(("seconds", "missing"), [(10, []), (9, [Lack.TOGETHER])])
def test_the_time_between_counts_from_the_first_to_the_last(seconds: int, missing: list[Lack]) -> None:
    rule: Rule = Asked(2, photos_apart_seconds=10)
    later = replace(FRESH, taken_at=AT - timedelta(minutes=5) + timedelta(seconds=seconds))

    assert lacks(rule, [later, FRESH], at=AT) == missing


shots = st.builds(
    Shot, st.none() | st.integers(0, 100).map(lambda hours: AT - timedelta(hours=hours)), st.sampled_from(["", *View]),
    st.booleans(), st.booleans(),
)  # fmt: skip


@pytest.mark.pure
@given(st.lists(shots, min_size=1, max_size=9), shots)
def test_a_further_picture_never_makes_them_too_few(some: list[Shot], more: Shot) -> None:
    before, after = (set(lacks(STRICT, taken, at=AT)) for taken in (some, [*some, more]))

    first_pair = {Lack.TOGETHER} if sum(1 for shot in some if shot.taken_at) < 2 else set()
    assert after - before <= {Lack.OLD, Lack.SEEN, Lack.NO_TIME, Lack.NOT_IN_APP} | first_pair
    assert lacks(STRICT, some, at=AT) == lacks(STRICT, some[::-1], at=AT)


@command
def mark(photo_ids: list[int]) -> None:
    for photo_id, view in zip(photo_ids, View, strict=True):
        get_photo(photo_id).view = view


def test_a_case_carries_the_level_of_its_pictures() -> None:
    kind = a_category(min_photos=2, near_and_far=True)
    pair = [a_photo().id, a_photo().id]
    mark(pair)

    assert a_case(category=kind).evidence == Level.C
    assert a_case(category=kind, photos=2).evidence == Level.B
    assert a_case(category=kind, photo_ids=pair).evidence == Level.A


def test_a_picture_sent_later_raises_the_level() -> None:
    the_fallback()
    report = a_report(category=a_category(min_photos=2))
    case = accept(report, Judgement(), by=a_moderator().actor)
    assert case.evidence == Level.C

    add_material(report, "", [a_photo("another").id], by=Actor(id=None, report_id=report.id))

    assert case.evidence == Level.A
