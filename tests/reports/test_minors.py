"""What a text says of people under age, a city's own words, and a moderator's mark on a picture."""

import pytest

from reporter.board.commands.masks import choose_picture, confirm_mask
from reporter.board.editing import checks_of
from reporter.board.lifecycle import State as Shown
from reporter.board.queries import get_exposure
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed
from reporter.kernel.policy import Role
from reporter.photos.queries import get_photo
from reporter.reports.commands.flagging import keep_flagged_words, mark_minors
from reporter.reports.minors import speaks_of_minors
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of
from reporter.reports.risk import CALM, Reason, Why
from tests.board.posts import an_exposure
from tests.make import a_moderator, a_photo, a_report, a_user

FAR = (113.13, 41.05)


def reasons(report: Report) -> list[Reason]:
    db.session.refresh(report)
    return [Reason.of(one) for one in report.reasons]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("两个小学生在马路上追跑", "小学生"),
        ("一群孩子翻护栏", "孩子"),
        ("戴红领巾的过马路闯红灯", "红领巾"),
        ("幼儿园门口有人占道卖玩具", "幼儿园"),
        ("小学放学时车辆乱停", "小学"),
        ("未成年骑电动车", "未成年"),
        ("A child nearly fell in.", "child"),
        ("Kidney Street 5", ""),
        ("儿童医院门口乱停车", ""),
        ("儿童公园门口堆垃圾", ""),
        ("学生公寓楼下晾衣", ""),
        ("大学生宿舍旁乱停车", ""),
        ("幼儿园东墙有小广告", ""),
        ("小学西侧路灯不亮", ""),
        ("占了人行道", ""),
        ("", ""),
    ],
)
def test_words_for_people_under_age_but_not_what_is_called_after_them(text: str, word: str) -> None:
    assert speaks_of_minors(text) == word


def test_a_report_that_speaks_of_children_stands_further_up_and_says_by_which_word() -> None:
    report = a_report(words="三个小学生爬上围挡")

    assert Reason(Why.MINORS, word="小学生") in reasons(report)
    assert report.risk == CALM - 3


def test_a_word_of_the_citys_list_lifts_what_comes_from_now_on() -> None:
    before = a_report(words="有人在发传销传单")
    keep_flagged_words("传销, 赌博\n 传销 ", by=a_user(Role.SYSTEM_ADMIN).actor)

    after = a_report(at=FAR, words="楼下又有人发传销传单，还赌博")

    assert reasons(before) == []
    assert [one.word for one in reasons(after) if one.why is Why.FLAGGED] == ["传销", "赌博"]


@pytest.mark.parametrize("typed", ["一", "长" * 21, "\n".join(f"词{number}" for number in range(201))])
def test_a_list_that_cannot_be_is_refused_on_its_field(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        keep_flagged_words(typed, by=a_user(Role.SYSTEM_ADMIN).actor)

    assert refused.value.field == "words"


def test_only_an_administrator_changes_the_list() -> None:
    with pytest.raises(NotAllowed):
        keep_flagged_words("传销", by=a_moderator().actor)


def test_a_moderators_mark_lifts_the_report_and_stays_in_the_trail_of_the_picture() -> None:
    report, by = a_report(photos=2), a_moderator().actor
    first, second = photo_ids_of(report.id)

    mark_minors(report, [first], by=by)

    assert reasons(report)[0].why is Why.MINOR_SEEN
    assert report.risk == CALM - 4
    assert [get_photo(one).minor for one in (first, second)] == [True, False]
    assert [one.action for one in trail_of(get_photo(first))][-1] == "mark_minor"

    mark_minors(report, [], by=by)

    assert reasons(report) == []
    assert [one.action for one in trail_of(get_photo(first))][-1] == "unmark_minor"


def test_of_two_who_mark_pictures_neither_takes_away_what_the_other_marked() -> None:
    report, by = a_report(photos=2), a_moderator().actor
    first, second = photo_ids_of(report.id)
    mark_minors(report, [first], shown=[], by=by)

    otherwise = mark_minors(report, [second], shown=[], by=a_moderator().actor)

    assert otherwise == [first]
    assert [get_photo(one).minor for one in (first, second)] == [True, True]
    assert mark_minors(report, [second], shown=[first, second], by=by) == []
    assert [get_photo(one).minor for one in (first, second)] == [False, True]


def test_a_picture_of_another_report_and_a_person_who_does_not_decide_are_refused() -> None:
    report, other = a_report(), a_photo()

    with pytest.raises(BadInput):
        mark_minors(report, [other.id], by=a_moderator().actor)
    with pytest.raises(NotAllowed):
        mark_minors(report, [], by=a_user(Role.DISPATCHER).actor)


def test_a_marked_picture_is_shown_only_with_something_covered() -> None:
    exposure, by = an_exposure(Shown.REDACTING), a_user(Role.REDACTOR).actor
    picture = next(one for one in exposure.pictures if one.used)
    get_photo(picture.photo_id).minor = True
    db.session.commit()

    with pytest.raises(BadInput, match="under age"):
        confirm_mask(get_exposure(exposure.id), picture.id, [], checked=True, by=by)
    choose_picture(get_exposure(exposure.id), picture.id, used=False, by=by)

    kept = confirm_mask(get_exposure(exposure.id), picture.id, [], checked=True, used=False, by=by)
    assert kept.confirmed


def test_a_mark_that_comes_after_the_mask_was_judged_asks_for_it_anew() -> None:
    exposure, by = an_exposure(Shown.REDACTING), a_user(Role.REDACTOR).actor
    for picture in list(exposure.pictures):
        confirm_mask(get_exposure(exposure.id), picture.id, [], checked=True, by=by)
    before = {one.name: one.met for one in checks_of(get_exposure(exposure.id))}
    get_photo(exposure.pictures[0].photo_id).minor = True
    db.session.commit()

    after = {one.name: one.met for one in checks_of(get_exposure(exposure.id))}

    assert (before["masks_confirmed"], after["masks_confirmed"]) == (True, False)
