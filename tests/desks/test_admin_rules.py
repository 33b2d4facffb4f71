"""The rules in the browser: each change is a version, tried before; nothing typed is lost, and two at once do not overwrite."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.cases.lifecycle import State
from reporter.cases.models import Category
from reporter.kernel.policy import SYSTEM, Role
from reporter.routing.commands import dispatch, save_rules
from reporter.routing.models import Unit
from reporter.routing.queries import newest_number, rule_sets, rules
from tests.make import a_case, a_category, a_unit, a_user, the_fallback

SignIn = Callable[..., FlaskClient]
TRY = {"act": "try"}


@pytest.fixture
def admin(client_as: SignIn) -> FlaskClient:
    """Return the browser of a system administrator, in English."""
    the_fallback()
    return client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))


@pytest.fixture
def kind(admin: FlaskClient) -> Category:
    """Return a kind whose cases the first of two rules sends to the first unit."""
    return a_category("乱堆乱放", name_en="Piling", subtypes=["堵通道"])


@pytest.fixture
def squads(kind: Category) -> tuple[Unit, Unit]:
    """Return two units, with a rule for each: the kind to the first, everything to the second."""
    first, second = a_unit("甲队", name_en="Squad A"), a_unit("乙队", name_en="Squad B")
    save_rules([{"category_id": kind.id, "lead_unit_id": first.id}, {"lead_unit_id": second.id}], by=SYSTEM)
    return first, second


def send(admin: FlaskClient, path: str, unit: Unit, **typed: object) -> TestResponse:
    """Send the form of a rule about the version that holds."""
    filled = {"version": newest_number(), "lead_unit_id": unit.id, "place": 1} | typed
    return admin.post(path, data=filled)


def test_the_list_says_each_rule_as_its_cases_will(admin: FlaskClient, squads: tuple[Unit, Unit]) -> None:
    page = admin.get("/admin/rules").text

    assert "Rule 1: Piling is this unit" in page
    assert "Rule 2, which holds for everything." in page
    assert "Squad A" in page
    assert "Everything else" in page


def test_it_opens_to_system_administrators_alone(client_as: SignIn, squads: tuple[Unit, Unit]) -> None:
    other = client_as(a_user(Role.DISPATCHER, Role.LEADER))

    answers = [
        other.get("/admin/rules"),
        other.get("/admin/rules/1"),
        send(other, "/admin/rules/1", squads[1]),
        other.post("/admin/rules/1/move", data={"by": "1", "version": "1"}),
        other.post("/admin/rules/versions/1/restore", data={"version": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert newest_number() == 1


def test_a_rule_is_added_where_it_is_said_and_is_a_version(
    admin: FlaskClient, kind: Category, squads: tuple[Unit, Unit]
) -> None:
    sub = kind.subcategories[0].id

    answer = send(
        admin, "/admin/rules/new", squads[1], category_id=kind.id, subcategory_id=sub, co_unit_ids=[squads[0].id],
        when="outside", source="hotline", claim_limit="5m", handle_limit="2h", place=1, note="夜里由乙队办",
    )  # fmt: skip

    assert answer.status_code == 302
    first, *rest = rules()
    assert (first.subcategory_id, first.when, first.source, first.claim_limit) == (
        sub,
        "outside",
        "hotline",
        "5m",
    )
    assert first.co_unit_ids == [squads[0].id]
    assert len(rest) == 2
    assert (rule_sets()[0].number, rule_sets()[0].note) == (2, "夜里由乙队办")


def test_trying_shows_who_would_lose_what_to_whom_and_changes_nothing(
    admin: FlaskClient, kind: Category, squads: tuple[Unit, Unit]
) -> None:
    case = a_case(State.REGISTERED, category=kind)
    dispatch(case, by=SYSTEM)

    page = send(admin, "/admin/rules/1", squads[1], category_id=kind.id, note="kept words", **TRY).text

    assert "1 case was looked at;" in page
    assert "1 would have gone to another unit." in page
    assert page.index("Squad A") < page.index("Squad B")
    assert "kept words" in page
    assert "Never holds: rule 1 takes all of it." not in page
    assert newest_number() == 1


def test_without_the_last_rule_what_has_no_owner_is_named(
    admin: FlaskClient, squads: tuple[Unit, Unit]
) -> None:
    other = a_category("其他", name_en="Other")
    case = a_case(State.REGISTERED, category=other)

    page = send(admin, "/admin/rules/2", squads[1], act="drop_try").text

    assert "Other: 1" in page
    assert case.number in page
    assert newest_number() == 1
    send(admin, "/admin/rules/2", squads[1], act="drop")
    assert [rule.lead_unit_id for rule in rules()] == [squads[0].id]


def test_a_rule_that_another_one_covers_is_named_on_the_list(
    admin: FlaskClient, kind: Category, squads: tuple[Unit, Unit]
) -> None:
    admin.post("/admin/rules/2/move", data={"by": "-1", "version": newest_number()})

    page = admin.get("/admin/rules").text

    assert [rule.lead_unit_id for rule in rules()] == [squads[1].id, squads[0].id]
    assert "Never holds and contradicts rule 1" in page
    assert rule_sets()[0].note == "Rule 2 is tried at place 1."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lead_unit_id": ""}, "Please choose from what is offered here."),
        ({"lead_unit_id": "99999"}, "Please choose from what is offered here."),
        ({"category_id": "99999"}, "Please choose from what is offered here."),
        ({"claim_limit": "soon"}, "Write a number and a unit"),
        ({"handle_limit": "0h"}, "Write a number and a unit"),
        ({"place": "first"}, "Please write a whole number."),
        ({"place": ""}, "Please give a place, from 1 on."),
        ({"when": "never"}, "Please choose from what is offered here."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_stays_typed(
    admin: FlaskClient, squads: tuple[Unit, Unit], wrong: dict[str, str], words: str
) -> None:
    page = send(admin, "/admin/rules/1", squads[0], **({"note": "kept words"} | wrong))

    assert page.status_code == 422
    assert words in page.text
    assert "kept words" in page.text
    assert newest_number() == 1


def test_a_sub_type_of_another_kind_is_refused(
    admin: FlaskClient, kind: Category, squads: tuple[Unit, Unit]
) -> None:
    other = a_category()

    page = send(
        admin, "/admin/rules/1", squads[0], category_id=other.id, subcategory_id=kind.subcategories[0].id
    )

    assert page.status_code == 422
    assert "This sub-type belongs to another kind." in page.text


def test_of_two_at_once_the_second_reads_what_the_first_did_and_loses_nothing(
    admin: FlaskClient, kind: Category, squads: tuple[Unit, Unit]
) -> None:
    seen = newest_number()
    third = a_unit("丙队", name_en="Squad C")
    send(admin, "/admin/rules/new", third, category_id=kind.id)

    late = send(admin, "/admin/rules/1", squads[1], version=seen, note="kept words")
    again = send(admin, "/admin/rules/1", squads[1], note="kept words")

    assert late.status_code == 409
    assert "Changed meanwhile:" in late.text
    assert "Squad C" in late.text
    assert "kept words" in late.text
    assert f'name="version" type="hidden" value="{seen + 1}"' in late.text
    assert again.status_code == 302


def test_a_move_about_an_older_version_moves_nothing(admin: FlaskClient, squads: tuple[Unit, Unit]) -> None:
    save_rules([{"lead_unit_id": squads[0].id}], by=SYSTEM)

    answers = [
        admin.post("/admin/rules/1/move", data={"by": "1", "version": "1"}),
        admin.post("/admin/rules/9/move", data={"by": "1", "version": "2"}),
        admin.post("/admin/rules/1/move", data={"by": "x", "version": "2"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert newest_number() == 2


def test_an_earlier_version_is_looked_at_tried_and_holds_again(
    admin: FlaskClient, kind: Category, squads: tuple[Unit, Unit]
) -> None:
    save_rules([{"lead_unit_id": squads[1].id}], by=SYSTEM, note="乙队全办")
    a_case(State.REGISTERED, category=kind)

    listed = admin.get("/admin/rules/versions").text
    page = admin.get("/admin/rules/versions/1").text
    admin.post("/admin/rules/versions/1/restore", data={"version": 2})

    assert "乙队全办" in listed
    assert "1 would have gone to another unit." in page
    assert "Its rules hold again as version 3" in page
    assert [rule.lead_unit_id for rule in rules()] == [squads[0].id, squads[1].id]
    assert rule_sets()[0].note == "Back to version 1"
    assert admin.get("/admin/rules/versions/9").status_code == 404
    assert admin.get("/admin/rules/9").status_code == 404


def test_the_list_is_narrowed_to_a_kind_or_a_unit(
    admin: FlaskClient, kind: Category, squads: tuple[Unit, Unit]
) -> None:
    by_kind = admin.get(f"/admin/rules?kind={kind.id}").text
    by_unit = admin.get(f"/admin/rules?unit={squads[1].id}").text
    nothing = admin.get("/admin/rules?kind=99999").text

    assert 'id="rule-1"' in by_kind
    assert 'id="rule-2"' not in by_kind
    assert 'id="rule-2"' in by_unit
    assert 'id="rule-1"' not in by_unit
    assert "No rule is like that" in nothing
