"""A picture of an open case for people who report the same: what forbids it, who lets it be seen, and what undoes that."""

from typing import Any

import pytest

from reporter.cases.queries import get_case
from reporter.kernel.audit import trail_of
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import SYSTEM, Role
from reporter.photos.pixels import FILL
from reporter.photos.regions import MOST_REGIONS
from reporter.ports import ports
from reporter.ports.finder import Unfound
from reporter.reports.commands.flagging import keep_flagged_words, mark_minors
from reporter.reports.commands.followup import withdraw
from reporter.reports.commands.nearby import hide_nearby, show_nearby, switch_nearby_pictures
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.nearby import SIDE, shown_nearby
from reporter.reports.showable import Facts, Hindrance, hindrances
from tests.make import a_category, a_moderator, a_report, a_user, the_fallback
from tests.photos.pictures import alike, opened
from tests.reports.passed import FACE, a_searched_report, judged, let_pass, look_through, photo_of

CLEAR = {
    "wanted": True, "exposable": True, "minor": False, "personal": False, "flagged": False, "searched": True,
    "crowded": False,
}  # fmt: skip


@pytest.mark.pure
@pytest.mark.parametrize(
    ("fact", "value", "hindrance"),
    [
        ("wanted", False, Hindrance.OFF),
        ("exposable", False, Hindrance.KIND),
        ("minor", True, Hindrance.MINOR),
        ("personal", True, Hindrance.PERSONAL),
        ("flagged", True, Hindrance.FLAGGED),
        ("searched", False, Hindrance.UNSEARCHED),
        ("crowded", True, Hindrance.CROWDED),
    ],
)
def test_each_fact_alone_forbids_it(fact: str, value: bool, hindrance: Hindrance) -> None:
    assert hindrances(Facts(**CLEAR)) == []
    assert hindrances(Facts(**CLEAR | {fact: value})) == [hindrance]


def test_nothing_is_shown_that_nobody_has_judged() -> None:
    report = a_searched_report()

    case = accept(report, Judgement(), by=a_moderator().actor)

    assert judged(report).hindrances == []
    assert shown_nearby([case]) == {}


def test_what_a_moderator_lets_pass_is_small_and_covered_and_stays_in_its_trail() -> None:
    report = a_searched_report()

    case = let_pass(report)

    copy = shown_nearby([case])[case.id].copy()
    image = opened(copy)
    middle = image.getpixel((image.width // 2, image.height // 2))
    assert max(image.size) <= SIDE
    assert isinstance(middle, tuple)
    assert alike(middle, FILL)
    assert image.info.get("exif") is None
    entry = trail_of(photo_of(report))[-1]
    assert (entry.action, entry.facts["covered"], entry.facts["report"]) == ("show_nearby", 1, report.number)


@pytest.mark.parametrize(
    ("facts", "hindrance"),
    [
        ({"words": "三个小学生爬上围挡"}, Hindrance.MINOR),
        ({"words": "店主电话13847400001"}, Hindrance.PERSONAL),
        ({"words": "有人集会"}, Hindrance.FLAGGED),
        ({"boxes": MOST_REGIONS}, Hindrance.CROWDED),
    ],
)
def test_what_a_report_says_or_shows_forbids_it(facts: dict[str, Any], hindrance: Hindrance) -> None:
    keep_flagged_words("集会", by=SYSTEM)
    report = a_searched_report(**facts)

    with pytest.raises(WrongStep):
        show_nearby(report, photo_of(report).id, look=judged(report).look, by=a_moderator().actor)

    assert judged(report).hindrances == [hindrance]


def test_without_a_program_that_looked_no_picture() -> None:
    report = a_report()

    with pytest.raises(WrongStep):
        show_nearby(report, photo_of(report).id, look=judged(report).look, by=a_moderator().actor)

    assert judged(report).hindrances == [Hindrance.UNSEARCHED]


def test_a_program_that_fails_later_takes_it_away() -> None:
    report = a_searched_report()
    case = let_pass(report)

    with pytest.raises(Unfound):
        look_through(report, Unfound("it ended"))

    assert judged(report).hindrances == [Hindrance.UNSEARCHED]
    assert shown_nearby([case]) == {}


def test_a_kind_that_is_never_published_shows_none() -> None:
    report = a_searched_report(category=a_category("乱吐乱泼", exposable=False))

    assert judged(report).hindrances == [Hindrance.KIND]


def test_the_citys_switch_takes_all_of_them_away_and_gives_them_back() -> None:
    case = let_pass(a_searched_report())
    admin = a_user(Role.SYSTEM_ADMIN).actor

    switch_nearby_pictures(wanted=False, by=admin)
    off = shown_nearby([case])
    switch_nearby_pictures(wanted=True, by=admin)

    assert off == {}
    assert list(shown_nearby([case])) == [case.id]


def test_only_a_system_administrator_switches() -> None:
    with pytest.raises(NotAllowed):
        switch_nearby_pictures(wanted=False, by=a_moderator().actor)


def test_what_is_found_later_takes_it_away_until_somebody_looks_again() -> None:
    report = a_searched_report()
    case = let_pass(report)

    look_through(report, [FACE, FACE | {"x": 0.1}])

    assert shown_nearby([case]) == {}
    show_nearby(report, photo_of(report).id, look=judged(report).look, by=a_moderator().actor)
    assert list(shown_nearby([case])) == [case.id]


def test_a_yes_to_what_is_covered_otherwise_by_now_is_no_yes() -> None:
    report = a_searched_report()
    seen = judged(report).look
    look_through(report, [FACE, FACE | {"x": 0.1}])

    with pytest.raises(Conflict):
        show_nearby(report, photo_of(report).id, look=seen, by=a_moderator().actor)

    assert not judged(report).shown


def test_a_mark_that_somebody_under_age_is_on_it_takes_it_away_for_good() -> None:
    report = a_searched_report()
    case, moderator, photo_id = let_pass(report), a_moderator().actor, photo_of(report).id

    mark_minors(report, [photo_id], by=moderator)
    marked = shown_nearby([case])
    mark_minors(report, [], by=moderator)

    assert (marked, shown_nearby([case])) == ({}, {})


def test_it_is_taken_back() -> None:
    report = a_searched_report()
    case = let_pass(report)

    hide_nearby(report, photo_of(report).id, by=a_moderator().actor)

    assert shown_nearby([case]) == {}
    assert trail_of(photo_of(report))[-1].action == "hide_nearby"


def test_a_picture_of_another_report_is_not_judged_here() -> None:
    report, other = a_searched_report(), a_searched_report()

    with pytest.raises(BadInput):
        show_nearby(report, photo_of(other).id, look=judged(other).look, by=a_moderator().actor)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ACCEPTOR])
def test_only_who_decides_about_reports_lets_it_pass(role: Role) -> None:
    report = a_searched_report()
    person = a_user(role).actor

    with pytest.raises(NotAllowed):
        show_nearby(report, photo_of(report).id, look=judged(report).look, by=person)


def test_a_picture_that_left_the_case_is_shown_no_more() -> None:
    sender = a_user().actor
    the_fallback()
    first = a_report()
    case = accept(first, Judgement(), by=a_moderator().actor)
    joined = a_searched_report(by=sender, joins_case_id=case.id)
    show_nearby(joined, photo_of(joined).id, look=judged(joined).look, by=a_moderator().actor)
    before = shown_nearby([get_case(case.id)])

    withdraw(joined, by=sender)

    assert list(before) == [case.id]
    assert shown_nearby([get_case(case.id)]) == {}


def test_a_copy_that_is_not_the_one_looked_through_is_never_burnt() -> None:
    report = a_searched_report()
    case, photo = let_pass(report), photo_of(report)
    ports.storage.delete(photo.staff_key(1600))
    ports.storage.put_if_absent(photo.staff_key(1600), ports.storage.open(photo.staff_key(320)))

    with pytest.raises(NotFound):
        shown_nearby([case])[case.id].copy()
