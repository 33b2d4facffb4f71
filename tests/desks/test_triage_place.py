"""A place is put right at the desk: by address, by point, without scripts; the area follows, undo puts it back."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.places.geometry import Point
from reporter.places.models import Area
from reporter.places.moved import Spotted
from reporter.reports.commands import triage
from reporter.reports.commands.intake import Spot
from reporter.reports.commands.triage import Judgement
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from tests.make import HERE, a_case, a_moderator, a_report, a_rule, a_unit, a_user, an_area, the_fallback
from tests.places.names import LAT, LON, a_gazetteer

Client = Callable[..., FlaskClient]
JSON = {"Accept": "application/json"}
THERE = (113.3, 41.032)
CHOICE = re.compile(r'name="(?:correct-)?found" value="([^"]+)"')


@pytest.fixture
def there() -> Area:
    """Return another area of the city, far from where reports are made."""
    an_area()
    return an_area("泉山街道", at=THERE, name_en="Quanshan Street")


def typed_of(report: Report, **typed: object) -> dict[str, object]:
    """Return the accept form as the page fills it, changed by `typed`."""
    return {
        "version": report.version, "category_id": report.category_id, "area_id": report.area_id or "",
        "subcategory_id": "", "unit_id": "", "title": "", "address": report.address,
        "placed": f"{report.lon:.6f},{report.lat:.6f},{report.area_id or ''}",
    } | typed  # fmt: skip


def on_xinhua() -> Report:
    """Return a report with a plain address."""
    return a_report(spot=Spot(source="picked", lon=HERE[0], lat=HERE[1], address="新华街"))


def put(lon: float, lat: float, source: str = "picked", accuracy: str = "") -> dict[str, str]:
    """Return what a page's script writes for a place."""
    return {"lon": f"{lon}", "lat": f"{lat}", "place_source": source, "accuracy": accuracy}


def accept(browser: FlaskClient, report: Report, **typed: object) -> TestResponse:
    """Send the accept form."""
    return browser.post(f"/triage/{report.id}/accept", data=typed_of(report, **typed))


def case_of(report: Report) -> Case:
    """Return the case that a report became."""
    db.session.expire_all()
    case_id = get_report(report.id).case_id
    assert case_id is not None
    return get_case(case_id)


@contextmanager
def waiting() -> Iterator[None]:
    """Let decisions wait, as they do for an operator who changes nothing."""
    current_app.config["UNDO_FOR"] = timedelta(seconds=10)
    yield
    current_app.config["UNDO_FOR"] = timedelta(0)


# ── A report ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_area_and_the_unit_follow_the_point(moderator: FlaskClient, there: Area) -> None:
    report, unit = a_report(), a_unit("泉山中队")
    a_rule(unit, area_id=there.id)

    answer = accept(moderator, report, **put(*THERE), address="泉山街 8 号")

    case = case_of(report)
    assert answer.status_code == 302
    assert (case.lon, case.lat, case.area_id, case.address) == (*THERE, there.id, "泉山街 8 号")
    assert case.lead_unit_id == unit.id


def test_an_area_that_the_person_chose_holds(moderator: FlaskClient, there: Area) -> None:
    report, chosen = a_report(), an_area("新体路街道", at=(113.5, 41.2))

    accept(moderator, report, **put(*THERE), area_id=chosen.id)

    assert case_of(report).area_id == chosen.id


def test_an_area_that_was_shown_for_the_new_point_is_the_persons_own_word(
    moderator: FlaskClient, there: Area
) -> None:
    report = a_report()
    shown = f"{THERE[0]:.6f},{THERE[1]:.6f},{there.id}"

    accept(moderator, report, **put(*THERE), area_id=report.area_id, placed=shown)

    assert case_of(report).area_id == report.area_id


def test_the_history_says_from_where_to_where_and_not_to_the_doorstep(
    moderator: FlaskClient, there: Area
) -> None:
    report = on_xinhua()
    accept(moderator, report, **put(113.300149, 41.032149), address="泉山街")

    page = moderator.get(f"/triage/cases/{case_of(report).id}").text

    assert "place put right by 16.0 km: from 新华街 (41.0320, 113.1090) to 泉山街 (41.0321, 113.3001)" in page


def test_undo_puts_the_old_place_back(moderator: FlaskClient, there: Area) -> None:
    report = on_xinhua()
    area = report.area_id
    with waiting():
        page = moderator.post(
            f"/triage/{report.id}/accept", data=typed_of(report, **put(*THERE, "address", "30"), address="泉山街"),
            follow_redirects=True,
        )  # fmt: skip
        moved = get_report(report.id).lon
        batch = re.search(r'name="undo-batch"[^>]*value="(\w+)"', page.text)
        assert batch
        moderator.post("/triage/undo", data={"undo-batch": batch[1]})

    db.session.expire_all()
    back = get_report(report.id)
    assert moved == THERE[0]
    assert (back.lon, back.lat, back.area_id, back.address) == (*HERE, area, "新华街")
    assert (back.accuracy, back.place_source) == (report.accuracy, report.place_source)


def test_duplicates_and_area_are_weighed_from_the_place_in_the_form(
    moderator: FlaskClient, there: Area
) -> None:
    report = a_report()
    case = a_case(State.HANDLING, category=None, lon=THERE[0], lat=THERE[1])
    typed = typed_of(report, **put(*THERE))

    before = moderator.get(f"/triage/{report.id}").text
    after = moderator.get(f"/triage/{report.id}", query_string=typed).text

    assert f"/triage/cases/{case.id}" not in before
    assert f"/triage/cases/{case.id}" in after
    assert "16.0 km from where it was reported" in after
    assert re.search(rf'<option selected value="{there.id}">Quanshan Street', after)


def test_without_scripts_an_address_is_looked_up_chosen_and_weighed(moderator: FlaskClient) -> None:
    report = a_report()
    a_gazetteer()
    looking = typed_of(report, address="新华街与民族路", act="place")

    offered = moderator.post(f"/triage/{report.id}/accept", data=looking).text
    chosen = CHOICE.findall(offered)[0]
    weighed = moderator.post(
        f"/triage/{report.id}/accept", data=looking | {"found": chosen, "looked_up": "新华街与民族路"}
    )

    assert chosen == f"{LON},{LAT},30"
    assert weighed.status_code == 200
    assert re.search(rf'name="lon"[^>]*value="{LON:.6f}"', weighed.text)
    assert get_report(report.id).case_id is None


def test_a_choice_counts_when_it_is_accepted_at_once(moderator: FlaskClient) -> None:
    report = a_report()
    chosen = {"address": "新华街", "looked_up": "新华街", "found": f"{LON + 0.001},{LAT},30"}

    accept(moderator, report, **chosen)

    db.session.expire_all()
    kept = get_report(report.id)
    assert (kept.lon, kept.place_source, kept.accuracy) == (LON + 0.001, "address", 30)


def test_a_place_outside_the_city_is_said_on_the_address_and_nothing_is_written(
    moderator: FlaskClient,
) -> None:
    report = a_report()

    page = accept(moderator, report, **put(121.47, 31.23), title="门前杂物")

    assert page.status_code == 422
    assert "This place lies outside the city." in page.text
    assert 'value="门前杂物"' in page.text
    assert get_report(report.id).case_id is None


def test_a_place_in_no_area_asks_for_one(moderator: FlaskClient, there: Area) -> None:
    report = a_report()

    page = accept(moderator, report, **put(113.2, 41.032))

    assert page.status_code == 422
    assert "The place lies in no area; please choose one." in page.text


def test_damaged_points_in_an_address_are_let_go(moderator: FlaskClient) -> None:
    report = a_report()

    page = moderator.get(f"/triage/{report.id}", query_string=typed_of(report, lon="north", lat="?"))

    assert page.status_code == 200
    assert 'value="north"' not in page.text


def test_against_another_decision_the_places_are_told_in_words(client_as: Client, there: Area) -> None:
    the_fallback()
    report = on_xinhua()
    seen = typed_of(report)
    triage.accept(
        report, Judgement(spot=Spotted(Point(HERE[0] + 0.001, HERE[1])), address="民族路口"), by=a_moderator().actor
    )  # fmt: skip

    page = client_as(a_moderator(locale="en")).post(f"/triage/{report.id}/accept", data=seen)

    assert page.status_code == 409
    assert "新华街, 84 m from where it stands now" in page.text
    assert "民族路口" in page.text


# ── A case ───────────────────────────────────────────────────────────────────────────────────────────────────────


def correct(browser: FlaskClient, case: Case, **typed: object) -> TestResponse:
    """Send the dialog of a correction as the page fills it, changed by `typed`."""
    filled = {
        "version": case.version, "category_id": case.category_id, "subcategory_id": case.subcategory_id or "",
        "area_id": case.area_id or "", "address": case.address, "reason": "地点有误",
        "placed": f"{case.lon:.6f},{case.lat:.6f},{case.area_id or ''}",
    }  # fmt: skip
    sent = {f"correct-{key}": value for key, value in (filled | typed).items() if key != "act"}
    extra = {"act": typed["act"]} if "act" in typed else {}
    return browser.post(f"/triage/cases/{case.id}/correct", data=sent | extra)


def test_a_case_is_moved_and_given_to_the_unit_of_its_new_area(moderator: FlaskClient, there: Area) -> None:
    case, unit = a_case(State.HANDLING), a_unit("泉山中队")
    a_rule(unit, area_id=there.id)

    correct(moderator, case, **put(*THERE))

    db.session.expire_all()
    moved = get_case(case.id)
    assert (moved.lon, moved.lat, moved.area_id, moved.lead_unit_id) == (*THERE, there.id, unit.id)


def test_without_scripts_the_dialog_of_a_case_offers_places_and_keeps_what_was_typed(
    moderator: FlaskClient,
) -> None:
    case = a_case(State.HANDLING)
    a_gazetteer()

    page = correct(moderator, case, address="新华街与民族路", act="place", reason="写错了路口")

    assert page.status_code == 200
    assert CHOICE.findall(page.text)[0] == f"{LON},{LAT},30"
    assert "写错了路口" in page.text
    assert re.search(r'id="dialog-correct"[^>]*data-open', page.text)


# ── What the scripts ask ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_desk_is_offered_the_citys_places(moderator: FlaskClient) -> None:
    an_area()
    a_gazetteer()

    told = moderator.get("/triage/addresses?q=新华街与民族路", headers=JSON).get_json()

    assert [one["name"] for one in told["found"]] == ["Crossing of Xinhua Street and Minzu Road"]
    assert told["more"] is False


def test_a_point_is_told_by_area_and_road(moderator: FlaskClient) -> None:
    area = an_area()
    a_gazetteer()

    told = moderator.get(f"/triage/where?lon={LON}&lat={LAT}", headers=JSON).get_json()

    assert told == {
        "area_id": area.id,
        "words": "Qiaodong Street · Xinhua Street, near the crossing with Minzu Road",
    }


@pytest.mark.parametrize("query", ["", "?lon=1", "?lon=121.47&lat=31.23"])
def test_a_point_of_no_city_is_refused_in_words(moderator: FlaskClient, query: str) -> None:
    an_area()

    answer = moderator.get(f"/triage/where{query}", headers=JSON)

    assert answer.status_code == 422
    assert answer.get_json()["error"]


def test_only_the_centre_asks(client_as: Client) -> None:
    handler = client_as(a_user(Role.HANDLER, unit=a_unit()))

    codes = [
        handler.get(path, headers=JSON).status_code for path in ("/triage/addresses?q=x", "/triage/where")
    ]

    assert codes == [403, 403]
