"""The picture beside "I saw this too": who is shown it, for how long, how a moderator lets it pass, and the city's switch."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case, Category
from reporter.kernel.policy import APPOINTED, Role
from reporter.ports import Ports
from reporter.reports.commands.flagging import mark_minors
from reporter.reports.commands.nearby import show_nearby, switch_nearby_pictures
from reporter.reports.models import Report
from reporter.reports.nearby import candidates, shown_nearby
from tests.desks.residents import a_city_to_report_in, filled, post, uploaded
from tests.make import HERE, a_moderator, a_unit, a_user
from tests.photos.pictures import opened
from tests.reports.passed import FACE, a_searched_report, judged, let_pass, look_through, photo_of

Open = Callable[..., FlaskClient]
NOBODYS = "/report/nearby/WzEsMV0.x.jpg"


def an_open_case(kind: Category) -> tuple[Report, Case]:
    """Return a report and its case, of which people nearby may see the picture."""
    report = a_searched_report(category=kind)
    return report, let_pass(report)


def around(client: FlaskClient, kind: Category, *tokens: str) -> str:
    """Return what the page of somebody at `HERE` asks for, with the pictures they have sent."""
    asked: list[tuple[str, str]] = [("lon", str(HERE[0])), ("lat", str(HERE[1])), ("kind", kind.slug)]
    return client.get("/report/nearby", query_string=[*asked, *(("token", one) for one in tokens)]).text


def address_in(page: str) -> str:
    """Return the address of the only picture on a page."""
    (found,) = re.findall(r'src="(/report/nearby/[^"]+)"', page)
    return str(found)


def test_who_has_taken_a_picture_too_is_shown_one_large_and_told_what_it_is(client_as: Open) -> None:
    kind = a_city_to_report_in(name_en="Parked wrongly")
    an_open_case(kind)
    client = client_as(a_user(locale="en"))

    page = around(client, kind, uploaded(client))
    answer = client.get(address_in(page))

    assert 'alt="Picture of the case: Parked wrongly, about 50 m away.' in page
    assert "占了人行道" not in page
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert max(opened(answer.data).size) <= 640


def test_the_plain_form_shows_it_as_well(client_as: Open) -> None:
    kind = a_city_to_report_in()
    an_open_case(kind)
    client = client_as()

    page = post(client, "/report", filled(kind, act="near"))

    assert client.get(address_in(page.text)).status_code == 200


def test_who_has_sent_no_picture_is_shown_none(client_as: Open) -> None:
    kind = a_city_to_report_in()
    an_open_case(kind)
    client, other = client_as(), client_as()

    pages = [around(client, kind), around(client, kind, uploaded(other))]

    assert all('data-near-count="1"' in page for page in pages)
    assert all("<img" not in page for page in pages)


def test_an_address_is_good_for_one_browser_and_some_minutes(client_as: Open, fakes: Ports) -> None:
    kind = a_city_to_report_in()
    an_open_case(kind)
    client, other = client_as(), client_as()
    uploaded(other)
    address = address_in(around(client, kind, uploaded(client)))

    foreign = other.get(address).status_code
    stranger = client_as().get(address).status_code
    fakes.clock.move(timedelta(minutes=16))  # type: ignore[attr-defined]  # the tests' clock
    late = client.get(address).status_code

    assert (foreign, stranger, late) == (404, 404, 404)
    assert client.get(NOBODYS).status_code == 404
    assert client.get(address.replace(".jpg", "x.jpg")).status_code == 404


def ends(report: Report, case: Case) -> None:
    advance(case, Action.VOID, by=a_user(Role.SHIFT_LEADER).actor, reason="重复")


def is_marked(report: Report, case: Case) -> None:
    mark_minors(report, [photo_of(report).id], by=a_moderator().actor)


def is_looked_through_anew(report: Report, case: Case) -> None:
    look_through(report, [FACE, FACE | {"x": 0.1}])


def is_switched_off(report: Report, case: Case) -> None:
    switch_nearby_pictures(wanted=False, by=a_user(Role.SYSTEM_ADMIN).actor)


@pytest.mark.parametrize("happens", [ends, is_marked, is_looked_through_anew, is_switched_off])
def test_an_address_that_was_given_shows_nothing_once_something_forbids_it(
    client_as: Open, happens: Callable[[Report, Case], None]
) -> None:
    kind = a_city_to_report_in()
    report, case = an_open_case(kind)
    client = client_as()
    address = address_in(around(client, kind, uploaded(client)))
    before = client.get(address).status_code

    happens(report, case)

    assert (before, client.get(address).status_code) == (200, 404)


@pytest.mark.parametrize("role", [None, *APPOINTED])
def test_what_it_would_look_like_is_for_those_who_decide_about_reports(
    client_as: Open, role: Role | None
) -> None:
    report = a_searched_report()
    unit = a_unit() if role in {Role.HANDLER, Role.UNIT_HEAD} else None
    client = client_as(a_user(role, unit=unit) if role else None)

    answer = client.get(f"/triage/{report.id}/nearby/{judged(report).look}.jpg")

    assert answer.status_code == (302 if role is None else 200 if role is Role.ACCEPTOR else 403)
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_moderator_sees_the_very_bytes_that_people_nearby_will_see(client_as: Open) -> None:
    kind = a_city_to_report_in()
    report, case = an_open_case(kind)
    moderator, resident = client_as(a_moderator()), client_as()

    judged_bytes = moderator.get(f"/triage/{report.id}/nearby/{judged(report).look}.jpg").data
    shown = resident.get(address_in(around(resident, kind, uploaded(resident)))).data

    assert judged_bytes == shown == shown_nearby([case])[case.id].copy()


def test_a_moderator_lets_it_pass_and_takes_it_back_on_the_page_of_the_report(client_as: Open) -> None:
    report = a_searched_report()
    moderator = client_as(a_moderator(locale="en"))
    page = moderator.get(f"/triage/{report.id}").text
    fields = {"look": judged(report).look}

    shown = moderator.post(
        f"/triage/{report.id}/nearby", data=fields | {"show": photo_of(report).id}, follow_redirects=True
    ).text
    passed = judged(report).shown
    hidden = moderator.post(
        f"/triage/{report.id}/nearby", data=fields | {"hide": photo_of(report).id}, follow_redirects=True
    ).text

    assert 'data-dialog="#dialog-nearby" data-key="u"' in page
    assert "1 place covered" in page
    assert "People nearby see 1 picture" in shown
    assert passed
    assert "Picture for people nearby" in hidden
    assert not judged(report).shown


def test_why_a_picture_cannot_be_shown_is_said_in_words(client_as: Open) -> None:
    report = a_searched_report(words="店主电话13847400001")

    page = client_as(a_moderator(locale="en")).get(f"/triage/{report.id}").text

    assert "The words hold a phone, identity or plate number." in page
    assert f"/triage/{report.id}/nearby/" not in page


def test_a_yes_to_another_look_is_refused_in_words(client_as: Open) -> None:
    report = a_searched_report()
    fields = {"look": judged(report).look, "show": photo_of(report).id}
    look_through(report, [FACE, FACE | {"x": 0.1}])

    answer = client_as(a_moderator(locale="en")).post(f"/triage/{report.id}/nearby", data=fields)

    assert answer.status_code == 409
    assert "Something else is covered on this picture by now." in answer.text


@pytest.mark.parametrize("photo", ["", "x", "-1", "9" * 30, "999999999"])
def test_what_is_no_picture_of_the_report_is_refused_in_words(client_as: Open, photo: str) -> None:
    report = a_searched_report()

    answer = client_as(a_moderator()).post(f"/triage/{report.id}/nearby", data={"look": "", "show": photo})

    assert answer.status_code == 422


def test_the_administrator_switches_it_off_and_on(client_as: Open) -> None:
    report = a_searched_report()
    admin = client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))

    off = admin.post("/admin/board/nearby", data={"on": "0"}, follow_redirects=True).text
    against = [str(one) for one in candidates(report)[0].hindrances]
    on = admin.post("/admin/board/nearby", data={"on": "1"}, follow_redirects=True).text

    assert "Nobody nearby sees pictures now." in off
    assert against == ["off"]
    assert "Moderators may show pictures to people nearby." in on
    show_nearby(report, photo_of(report).id, look=judged(report).look, by=a_moderator().actor)
