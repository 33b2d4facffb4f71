"""A firm outside answers one work order by its link, and by nothing else; the link ends with the order."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from reporter.cases.commands import Outcome, advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history, result_of
from reporter.kernel.db import db, enter_city
from reporter.kernel.errors import BadInput, Gone, NotAllowed, NotFound, ReporterError, WrongStep
from reporter.kernel.policy import Role
from reporter.photos.models import Photo
from reporter.ports import Ports, ports
from reporter.routing.commands import reassign
from reporter.routing.firms import claim_by_link, hand_in_by_link, promise_by_link, send_back_by_link
from reporter.routing.links import (
    LASTS,
    lent_by,
    link_behind,
    link_of_order,
    link_path,
    links_of,
    make_link,
    revoke_links,
)
from reporter.routing.models import OrderLink
from tests.desks.residents import a_file, post
from tests.make import a_case, a_city, a_photo, a_unit, a_user

KEY = "test"  # of the tests' installation
SignIn = Callable[..., FlaskClient]


def a_firm_case(state: State = State.DISPATCHED) -> tuple[Case, OrderLink]:
    """Return a case that lies with a firm, and the link that was made at its dispatch."""
    case = a_case(State.DISPATCHED, unit=a_unit("某通信公司", external=True))
    link = links_of(case.id)[0]
    if state is State.HANDLING:
        claim_by_link(link.id)
    return get_case(case.id), link


def path(link: OrderLink, more: str = "") -> str:
    return link_path(link, KEY) + more


def sent(client: FlaskClient, link: OrderLink, what: str, **fields: object) -> TestResponse:
    version = get_case(link.case_id).version
    return post(client, path(link, f"/{what}"), {"version": str(version), **fields})


# ── The link ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_is_made_when_a_firm_gets_a_case_and_for_no_other_unit() -> None:
    case, link = a_firm_case()
    own = a_case(State.DISPATCHED, unit=a_unit())

    assert (link.case_id, link.expires_at - link.made_at) == (case.id, LASTS)
    assert links_of(own.id) == []
    with pytest.raises(BadInput):
        make_link(own, by=a_user(Role.DISPATCHER).actor)


@pytest.mark.parametrize("token", ["nothing", "MQ.AAAA", "", "a" * 500])
def test_what_was_not_signed_here_opens_nothing(token: str) -> None:
    a_firm_case()

    with pytest.raises(NotFound):
        link_behind(token, KEY)


def test_a_link_signed_with_another_key_or_of_another_city_opens_nothing() -> None:
    _, link = a_firm_case()
    token = path(link).removeprefix("/order/")
    assert link_behind(token, KEY).id == link.id

    with pytest.raises(NotFound):
        link_behind(token, "another key")
    enter_city(a_city().id)
    with pytest.raises(NotFound):
        link_behind(token, KEY)


@pytest.mark.parametrize("end", ["expired", "revoked", "reassigned", "sent back"])
def test_a_link_that_is_over_writes_nothing_and_says_why(fakes: Ports, end: str) -> None:
    case, link = a_firm_case()
    dispatcher = a_user(Role.DISPATCHER, Role.SHIFT_LEADER).actor
    if end == "expired":
        fakes.clock.move(LASTS)  # type: ignore[attr-defined]
    elif end == "revoked":
        assert revoke_links(case, by=dispatcher) == 1
    elif end == "reassigned":
        reassign(case, unit_id=a_unit().id, reason="改派", by=dispatcher)
    else:
        send_back_by_link(link.id, reason="不是我们的线")
        advance(get_case(case.id), Action.APPROVE_SEND_BACK, by=dispatcher)

    for act in (lambda: claim_by_link(link.id), lambda: link_behind(path(link)[7:], KEY)):
        with pytest.raises(Gone):
            act()

    assert link_of_order(case.id) is None


def test_a_new_link_is_made_after_one_was_taken_back_and_a_living_one_is_kept() -> None:
    case, link = a_firm_case()
    dispatcher = a_user(Role.DISPATCHER).actor
    assert make_link(case, by=dispatcher).id == link.id

    revoke_links(case, by=dispatcher)
    again = make_link(case, by=dispatcher)

    assert again.id != link.id
    with pytest.raises(NotAllowed):
        make_link(case, by=a_user(Role.ACCEPTOR).actor)
    with pytest.raises(WrongStep):
        make_link(a_case(), by=dispatcher)


# ── What a firm may do ───────────────────────────────────────────────────────────────────────────────────────────


def test_everything_a_firm_does_stands_in_the_trail_as_by_link_of_its_unit() -> None:
    case, link = a_firm_case(State.HANDLING)

    promise_by_link(link.id, ports.clock.now() + timedelta(hours=3))
    hand_in_by_link(link.id, Outcome("repair", "线已捆扎", photo_ids=[a_photo().id]))

    done = [entry for entry in history(get_case(case.id)) if entry.facts.get("link_id") == link.id]
    assert [entry.action for entry in done] == ["claim", "promise", "submit_result"]
    assert {(entry.actor_id, entry.actor_role, entry.facts["link_unit_id"]) for entry in done} == {
        (None, "link", link.unit_id)
    }
    assert get_case(case.id).state is State.HANDLED


def test_a_link_opens_no_other_case_of_the_same_firm() -> None:
    case, link = a_firm_case()
    other = a_case(State.DISPATCHED, unit=a_unit(external=True))
    other.lead_unit_id = link.unit_id
    db.session.commit()

    with pytest.raises(NotAllowed):
        advance(other, Action.CLAIM, by=lent_by(link))
    assert case.state is State.DISPATCHED


@pytest.mark.parametrize(
    "action", [one for one in Action if one not in {Action.CLAIM, Action.REQUEST_SEND_BACK, Action.REGISTER}]
)
def test_a_firm_takes_no_step_of_the_centre(action: Action) -> None:
    case, link = a_firm_case()

    with pytest.raises(ReporterError):
        advance(case, action, by=lent_by(link), reason="x", code="other")


@pytest.mark.parametrize("hours", [-1, 24 * 367])
def test_a_promise_lies_in_the_future_within_a_year(hours: int) -> None:
    _, link = a_firm_case(State.HANDLING)

    with pytest.raises(BadInput) as caught:
        promise_by_link(link.id, ports.clock.now() + timedelta(hours=hours))

    assert caught.value.field == "at"


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_shows_words_and_place_and_no_picture_to_nobodys_cache(client_as: SignIn) -> None:
    case, link = a_firm_case()

    page = client_as().get(path(link))

    assert page.status_code == 200
    assert case.title in page.text
    assert [photo.token for photo in db.session.scalars(select(Photo)) if photo.token in page.text] == []
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert links_of(case.id)[0].opened_at is not None


def test_a_firm_walks_from_taking_over_to_the_result(client_as: SignIn) -> None:
    case, link = a_firm_case()
    client = client_as()

    answers = [
        sent(client, link, "claim"),
        sent(client, link, "promise", **{"promise-at": "2026-11-24T10:00", "promise-version": "0"}),
    ]
    version = str(get_case(case.id).version)
    answers.append(
        post(client, path(link, "/promise"), {"promise-at": "2026-11-24T10:00", "promise-version": version})
    )
    answers.append(sent(client, link, "result", kind="repair", words="线已捆扎", photos=[a_file()]))

    assert [one.status_code for one in answers] == [302, 409, 302, 302]
    assert get_case(case.id).state is State.HANDLED
    result = result_of(case.id)
    assert result is not None
    assert result.words == "线已捆扎"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client_as: SignIn) -> None:
    _, link = a_firm_case(State.HANDLING)
    version = str(get_case(link.case_id).version)
    client = client_as()

    result = sent(client, link, "result", kind="repair", words="", photos=[a_file()])
    back = post(client, path(link, "/send-back"), {"back-version": version, "back-reason": "不是我们的线"})
    promise = post(
        client, path(link, "/promise"), {"promise-version": version, "promise-at": "2020-01-01T00:00"}
    )

    assert [one.status_code for one in (result, back, promise)] == [422, 422, 422]
    assert 'name="token"' in result.text
    assert "不是我们的线" in back.text
    assert "2020-01-01T00:00" in promise.text


def test_nine_large_pictures_are_read_and_a_damaged_form_is_said(client_as: SignIn) -> None:
    _, link = a_firm_case(State.HANDLING)
    client, large = client_as(), b"x" * (11 * 1024 * 1024)

    unreadable = sent(
        client, link, "result", kind="repair", words="线已捆扎", photos=[a_file(large), a_file(large)]
    )
    damaged = client.post(path(link, "/claim"), data={"version": "nonsense"})

    assert [unreadable.status_code, damaged.status_code] == [422, 422]
    assert "线已捆扎" in unreadable.text
    assert 'role="alert"' in damaged.text


@pytest.mark.parametrize(("end", "status"), [("wrong", 404), ("revoked", 410)])
def test_a_link_that_opens_nothing_has_a_page_with_the_way_out(
    client_as: SignIn, end: str, status: int
) -> None:
    case, link = a_firm_case()
    if end == "revoked":
        revoke_links(case, by=a_user(Role.DISPATCHER).actor)

    page = client_as().get(path(link) if end == "revoked" else "/order/nothing")

    assert page.status_code == status
    assert "tel:0474-12345" in page.text


def test_the_dispatcher_sees_the_link_takes_it_back_and_makes_another(client_as: SignIn) -> None:
    case, link = a_firm_case()
    desk = client_as(a_user(Role.DISPATCHER))
    shown = desk.get(f"/triage/cases/{case.id}").text

    desk.post(f"/triage/cases/{case.id}/link/revoke")
    without = desk.get(f"/triage/cases/{case.id}").text
    desk.post(f"/triage/cases/{case.id}/link")

    assert path(link) in shown
    assert "/order/" not in without
    assert links_of(case.id)[0].id != link.id
    assert "/order/" not in client_as(a_user(Role.INSPECTOR)).get(f"/triage/cases/{case.id}").text
