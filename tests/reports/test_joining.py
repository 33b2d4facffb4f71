"""I saw this too: a report goes with a case that is open already, each person once, and nothing of theirs is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import get_case, photos_of
from reporter.kernel.audit import verify
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import ANYONE, Actor
from reporter.notices.queries import notices_for
from reporter.reports.alike import WITHIN, Sighting, case_to_join, joinable
from reporter.reports.commands.intake import Spot, Submission, submit
from reporter.reports.commands.joining import Apart
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.lifecycle import State
from reporter.reports.likeness import Ground
from reporter.reports.models import Report
from reporter.reports.queries import history, photo_ids_of, reports_of_case
from tests.make import (
    HERE,
    STAFF_OF_CENTRE,
    a_case,
    a_category,
    a_photo,
    a_report,
    a_unit,
    a_user,
    the_fallback,
    the_kind,
)

NEAR_BY = (HERE[0] + 0.0002, HERE[1])  # about 17 metres east


def joined(case: Case, *, by: Actor = ANYONE, **facts: Any) -> Report:
    """Return the report of somebody near `case` who says that they saw it too."""
    return a_report(
        at=NEAR_BY, by=by, joins_case_id=case.id, device=facts.pop("device", str(uuid4())), **facts
    )


def a_case_of(report: Report) -> Case:
    """Return the case that `report` became."""
    the_fallback()
    return accept(report, Judgement(unit_id=a_unit().id), by=a_user(*STAFF_OF_CENTRE).actor)


def test_whoever_saw_it_too_goes_with_the_case_at_once_with_their_picture() -> None:
    case = a_case()
    before = len(photos_of(case.id))

    report = joined(case)

    case = get_case(case.id)
    assert (report.state, report.case_id, report.due_at) == (State.DUPLICATE, case.id, None)
    assert case.report_count == 2
    assert [one.photo_id for one in photos_of(case.id)][before:] == photo_ids_of(report.id)
    assert [entry.action for entry in history(report)] == ["submit", "join"]
    assert list(verify("secret")) == []


def test_those_behind_the_case_hear_of_it_and_whoever_joined_is_not_told_that_somebody_joined() -> None:
    first, second = a_user(), a_user()
    case = a_case_of(a_report(by=first.actor))

    joined(case, by=second.actor)

    assert "case.join" in [notice.what for notice in notices_for(user_id=first.id)]
    assert [notice.what for notice in notices_for(user_id=second.id)] == ["report.join", "report.submit"]


def test_the_same_form_sent_again_joins_once_and_gives_the_same_receipt() -> None:
    case, client_id = a_case(), str(uuid4())

    first = joined(case, client_id=client_id)
    again = joined(case, client_id=client_id)

    assert (again.id, again.code) == (first.id, first.code)
    assert get_case(case.id).report_count == 2


@pytest.mark.parametrize("known_by", ["account", "browser"])
def test_nobody_joins_the_same_case_twice(known_by: str) -> None:
    case, person = a_case(), a_user().actor if known_by == "account" else ANYONE
    devices = [str(uuid4())] * 2 if known_by == "browser" else [str(uuid4()), str(uuid4())]
    joined(case, by=person, device=devices[0])

    with pytest.raises(BadInput, match="reported this case already") as refused:
        joined(case, by=person, device=devices[1])

    assert refused.value.field == "joins"
    assert get_case(case.id).report_count == 2


def test_whoever_reported_it_first_cannot_join_it_themselves() -> None:
    device = str(uuid4())
    case = a_case_of(a_report(device=device))

    with pytest.raises(BadInput, match="reported this case already"):
        joined(case, device=device)


def test_two_people_behind_one_address_both_saw_it() -> None:
    case = a_case()

    joined(case, origins=["an address"])
    joined(case, origins=["an address"])

    assert get_case(case.id).report_count == 3


def test_a_case_that_ended_meanwhile_leaves_a_report_of_ones_own() -> None:
    case = a_case(CaseState.CLOSED)

    report = joined(case)

    assert (report.state, report.case_id, report.joins_case_id) == (State.SUBMITTED, None, case.id)
    assert report.due_at is not None
    assert history(report)[0].facts["apart"] == Apart.ENDED
    assert get_case(case.id).report_count == 1


def test_a_picture_that_was_sent_before_is_looked_at_first() -> None:
    case, shot = a_case(), a_photo("a shot")
    a_report(photo_ids=[shot.id])
    again = a_photo("another")
    again.same_as = shot.id
    db.session.commit()

    report = joined(case, photo_ids=[again.id])

    assert (report.state, report.joins_case_id) == (State.SUBMITTED, case.id)
    assert history(report)[0].facts["apart"] == Apart.LOOKED_AT


def test_what_is_urgent_is_not_hidden_behind_what_is_not() -> None:
    kind = a_category("乱拉乱挂", subtypes=["电线坠地"])
    kind.subcategories[0].urgent = True
    db.session.commit()
    case = a_case(category=kind)

    report = joined(case, category=kind, subtype=kind.subcategories[0])

    assert report.state is State.SUBMITTED
    assert report.urgent


def test_only_a_case_that_lies_where_one_is_can_be_joined() -> None:
    far = a_case(lon=HERE[0] + 0.01)
    other = a_case(category=a_category("乱贴乱画"))

    reports = [joined(far), joined(other)]

    assert [(report.state, report.joins_case_id) for report in reports] == [(State.SUBMITTED, None)] * 2


def test_a_street_chosen_from_the_list_is_no_place_to_join_from() -> None:
    case = a_case()
    spot = Spot(source="typed", area_id=case.area_id, address="解放大街 3 号")

    report = a_report(spot=spot, joins_case_id=case.id)

    assert report.joins_case_id is None


def test_at_the_same_instant_one_browser_joins_once(app: Flask) -> None:
    case, here, together = a_case(), current_city_id(), Barrier(2)
    case_id, kind_id, device = case.id, the_kind().id, "one browser"
    photos = [a_photo().id, a_photo().id]
    spot = Spot(source="picked", lon=NEAR_BY[0], lat=NEAR_BY[1])

    def send(photo_id: int) -> bool:
        with app.app_context():
            enter_city(here)
            together.wait()
            try:
                submit(
                    Submission(
                        str(uuid4()),
                        kind_id,
                        None,
                        spot,
                        photo_ids=[photo_id],
                        joins_case_id=case_id,
                        device=device,
                    ),
                    by=ANYONE,
                )
            except BadInput:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(send, photos))
    db.session.rollback()

    assert sorted(sent) == [False, True]
    assert get_case(case_id).report_count == 2
    assert len(reports_of_case(case_id)) == 1


def test_at_the_same_instant_many_people_join_and_each_is_counted(app: Flask) -> None:
    case, here, together = a_case(), current_city_id(), Barrier(4)
    case_id, kind_id = case.id, the_kind().id
    photos = [a_photo().id for _ in range(4)]
    spot = Spot(source="picked", lon=NEAR_BY[0], lat=NEAR_BY[1])

    def send(photo_id: int) -> None:
        with app.app_context():
            enter_city(here)
            together.wait()
            own = Submission(str(uuid4()), kind_id, None, spot, photo_ids=[photo_id], joins_case_id=case_id)
            submit(own, by=ANYONE)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, photos))
    db.session.rollback()

    assert get_case(case_id).report_count == 5
    assert {one.photo_id for one in photos_of(case_id)} >= set(photos)
    assert list(verify("secret")) == []


def seen(**facts: Any) -> Sighting:
    return Sighting(**({"lon": HERE[0], "lat": HERE[1], "category_id": the_kind().id} | facts))


def test_what_is_like_it_in_more_ways_stands_first() -> None:
    kind = a_category("乱停乱放", subtypes=["占盲道"])
    sub = kind.subcategories[0].id
    farther = a_case(category=kind, subcategory_id=sub, lon=HERE[0] + 0.0007)
    nearest = a_case(category=kind, lon=HERE[0] + 0.0001)
    same = a_case(category=kind, subcategory_id=sub, lon=HERE[0] + 0.0002)

    found = joinable(seen(category_id=kind.id, subcategory_id=sub))

    assert [one.case.id for one in found] == [same.id, nearest.id, farther.id]
    assert found[0].grounds == (Ground.SPOT, Ground.SUBTYPE, Ground.DAY)


def test_a_case_of_another_kind_is_offered_when_a_picture_shows_the_same() -> None:
    mine = the_kind()
    shown, like, unlike = a_photo("this"), a_photo("this too"), a_photo("that")
    like.band0, like.band1, like.band2, like.band3 = shown.bands
    db.session.commit()
    case = a_case(category=a_category("乱贴乱画"), photo_ids=[shown.id])

    found = [joinable(seen(category_id=mine.id, photo_ids=[photo.id])) for photo in (like, unlike)]

    assert [[(one.case.id, one.grounds[0]) for one in some] for some in found] == [
        [(case.id, Ground.PICTURE)],
        [],
    ]


def test_by_moving_a_little_nobody_finds_out_where_a_case_lies() -> None:
    a_case(lon=HERE[0] + 0.0004)

    told = {
        one.metres
        for step in range(-2, 3)
        for one in joinable(seen(lon=round(HERE[0], 3) + step / 20_000, lat=round(HERE[1], 3)))
    }

    assert len(told) == 1


def test_beyond_a_hundred_metres_nothing_is_offered() -> None:
    inside, outside = a_case(lon=HERE[0] + 0.0011), a_case(lon=HERE[0] + 0.00125)

    found = joinable(seen())

    assert [one.case.id for one in found] == [inside.id]
    assert found[0].metres <= WITHIN
    assert case_to_join(seen(), outside.id) is None
