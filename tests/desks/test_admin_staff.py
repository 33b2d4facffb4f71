"""The pages of units' people and rosters: who sees and changes what, what is warned of, what is kept of what was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.accounts.queries import get_user, user_by_login
from reporter.cases.lifecycle import State
from reporter.kernel.audit import trail_of
from reporter.kernel.policy import SYSTEM, Role
from reporter.routing.duty import roster_of, rosters
from reporter.routing.families import Family, family_of
from reporter.routing.models import Unit
from reporter.routing.queries import get_unit
from reporter.routing.roster import DAY, Days, Span
from reporter.routing.rostering import Line, save_shift
from tests.conftest import NOW
from tests.desks.test_admin import UNIT
from tests.make import a_case, a_rule, a_unit, a_user

SignIn = Callable[..., FlaskClient]
SHIFT = {"name": "白班", "starts": "08:00", "ends": "20:00", "days": "every"}


def system(client_as: SignIn) -> FlaskClient:
    return client_as(a_user(Role.SYSTEM_ADMIN))


def shifts_of(unit: Unit) -> list[Any]:
    return list(roster_of(get_unit(unit.id), Span(NOW, NOW + DAY)).shifts)


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_of_one_family_when_asked(client_as: SignIn) -> None:
    a_unit("环卫一队", family="sanitation")
    a_unit("城管一中队", family="enforcement")
    a_unit("旧单位", family="从前写的")
    client = system(client_as)

    assert "城管一中队" not in client.get("/admin/units?family=sanitation").text
    everything = client.get("/admin/units?family=nonsense").text
    assert all(words in everything for words in ("环卫一队", "城管一中队", "从前写的"))
    assert (family_of("sanitation"), family_of("从前写的")) == (Family.SANITATION, None)


def test_the_list_warns_of_units_without_people_of_gaps_and_of_rules_for_closed_ones(
    client_as: SignIn,
) -> None:
    a_unit("没人的队")
    closed, staffed = a_unit("停用的队", active=False), a_unit("有缺口的队")
    rule = a_rule(closed)
    person = a_user(unit=staffed)
    save_shift(staffed, Line("白班", 300, 180, user_ids=[person.id]), by=SYSTEM)
    a_unit("外部公司", external=True)

    page = system(client_as).get("/admin/units").text

    assert page.count("本单位没有可以领办案件的人员") == 1
    assert "星期二 03:00–05:00" in page
    assert f"规则 {rule.sort} 仍指向它" in page
    assert "未登记联系方式" in page


def test_words_from_before_there_were_families_can_stay(client_as: SignIn) -> None:
    unit = a_unit(family="从前写的", code="07")
    client = system(client_as)

    kept = client.post(
        f"/admin/units/{unit.id}", data=UNIT | {"family": "从前写的", "version": get_unit(unit.id).version}
    )
    wrong = client.post("/admin/units/new", data=UNIT | {"code": "9", "family": "nonsense"})

    assert (kept.status_code, get_unit(unit.id).family) == (302, "从前写的")
    assert wrong.status_code == 422


def test_a_unit_that_cases_lie_with_is_not_closed_and_the_form_says_what_to_do(client_as: SignIn) -> None:
    unit = a_unit(code="07")
    a_case(State.HANDLING, unit=unit)
    form = {name: value for name, value in UNIT.items() if name != "active"}

    answer = system(client_as).post(
        f"/admin/units/{unit.id}", data=form | {"version": get_unit(unit.id).version}
    )

    assert answer.status_code == 422
    assert "还有 1 件未办结案件" in answer.text


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_security_administrator_changes_who_works_in_a_unit_and_a_system_administrator_sees_it(
    client_as: SignIn,
) -> None:
    unit, person = a_unit(), a_user(email="suhe@example.org", name="苏和")
    path, add = f"/admin/units/{unit.id}/people", {"login": "suhe@example.org", "role": "unit_head"}
    security, sysadmin = client_as(a_user(Role.SECURITY_ADMIN)), system(client_as)

    refused = sysadmin.post(path, data=add)
    added = security.post(path, data=add)

    assert (refused.status_code, added.status_code) == (403, 302)
    assert get_unit(unit.id).head_id == person.id
    assert "苏和" in sysadmin.get(path).text
    assert "/out" not in sysadmin.get(path).text
    assert client_as(a_user(Role.ACCEPTOR)).get(path).status_code == 403
    assert security.post(f"{path}/{person.id}/out").status_code == 302
    assert get_user(person.id).unit_id is None


def test_the_last_person_stays_and_both_pages_say_why(client_as: SignIn) -> None:
    unit = a_unit()
    last = a_user(unit=unit)
    a_case(State.DISPATCHED, unit=unit)
    security = client_as(a_user(Role.SECURITY_ADMIN))

    out = security.post(f"/admin/units/{unit.id}/people/{last.id}/out")
    roles = security.post(
        f"/admin/users/{last.id}", data={"roles": ["inspector"], "unit_id": 0, "active": "y", "version": last.version}
    )  # fmt: skip

    assert [out.status_code, roles.status_code] == [422, 422]
    assert "最后一名办理人员" in out.text
    assert "最后一名办理人员" in roles.text
    assert get_user(last.id).unit_id == unit.id


def test_an_unknown_login_comes_back_as_it_was_typed(client_as: SignIn) -> None:
    unit = a_unit()

    answer = client_as(a_user(Role.SECURITY_ADMIN)).post(
        f"/admin/units/{unit.id}/people", data={"login": "nobody@example.org", "role": "handler"}
    )

    assert answer.status_code == 422
    assert 'value="nobody@example.org"' in answer.text


@pytest.mark.parametrize(("language", "word"), [("zh_Hans_CN", "处置人员"), ("en", "handler")])
def test_roles_are_said_in_the_readers_language(client_as: SignIn, language: str, word: str) -> None:
    unit = a_unit()
    a_user(unit=unit)
    client = client_as(a_user(Role.SECURITY_ADMIN))
    for other in ("zh_Hans_CN", "en", language):
        client.set_cookie("locale", other)
        page = client.get(f"/admin/units/{unit.id}/people").text

    assert page.count(word) >= 2


# ── The roster ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_is_made_changed_and_taken_out_and_a_gap_is_said_but_not_refused(client_as: SignIn) -> None:
    unit = a_unit()
    person = a_user(unit=unit, name="苏和")
    client, path = system(client_as), f"/admin/units/{unit.id}/roster"

    made = client.post(path, data=SHIFT | {"user_ids": [person.id]}, follow_redirects=True)
    [shift] = shifts_of(unit)
    changed = client.post(
        f"{path}/{shift.id}", data=SHIFT | {"name": "大白班", "weekdays": [0, 4], "days": "working"}
    )
    [after] = shifts_of(unit)
    told = (after.name, after.weekdays, after.days, after.user_ids)

    assert "无人值班" in made.text
    assert "苏和" in made.text
    assert changed.status_code == 302
    assert told == ("大白班", [0, 4], Days.WORKING, [])
    assert 'value="大白班"' in client.get(f"{path}/{after.id}").text
    assert client.post(f"{path}/{after.id}/drop").status_code == 302
    assert shifts_of(unit) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"starts": "25:00"},
        {"ends": ""},
        {"days": "never"},
        {"user_ids": [999]},
        {"weekdays": [9]},
    ],
)
def test_a_wrong_line_comes_back_with_what_was_typed(client_as: SignIn, wrong: dict[str, Any]) -> None:
    unit = a_unit()

    answer = system(client_as).post(
        f"/admin/units/{unit.id}/roster", data=SHIFT | {"name": "特别的班"} | wrong
    )

    assert answer.status_code == 422
    assert "err" in answer.text
    assert "name" in wrong or 'value="特别的班"' in answer.text
    assert shifts_of(unit) == []


def test_somebody_else_is_on_for_a_day_and_the_roster_holds_again(client_as: SignIn) -> None:
    unit = a_unit()
    one, other = a_user(unit=unit, name="甲某"), a_user(unit=unit, name="乙某")
    shift = save_shift(unit, Line("白班", 480, 1200, user_ids=[one.id]), by=SYSTEM)
    client, form = system(client_as), {"swap-shift_id": shift.id, "swap-day": "2026-11-23"}

    swapped = client.post(f"/admin/units/{unit.id}/swaps", data=form | {"swap-user_ids": [other.id]})
    on = rosters([get_unit(unit.id)], Span(NOW, NOW + DAY))[unit.id].turns[0].user_ids
    back = client.post(f"/admin/units/{unit.id}/swaps", data=form | {"swap-back": "y"})
    again = rosters([get_unit(unit.id)], Span(NOW, NOW + DAY))[unit.id].turns[0].user_ids
    wrong = client.post(
        f"/admin/units/{unit.id}/swaps", data=form | {"swap-day": "tomorrow", "swap-note": "有事"}
    )

    assert [swapped.status_code, back.status_code, wrong.status_code] == [302, 302, 422]
    assert (on, again) == ((other.id,), (one.id,))
    assert 'value="有事"' in wrong.text


@pytest.mark.parametrize("week", ["nonsense", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_a_week_that_cannot_be_shown_is_no_page(client_as: SignIn, week: str) -> None:
    unit = a_unit()

    assert system(client_as).get(f"/admin/units/{unit.id}/roster?week={week}").status_code == 404


def test_who_is_on_duty_stands_above_the_units_lists(client_as: SignIn) -> None:
    unit = a_unit()
    person = a_user(unit=unit, name="苏和")
    client = client_as(person)
    assert "值班" not in client.get("/unit/").text

    save_shift(unit, Line("白班", 480, 1200, user_ids=[person.id]), by=SYSTEM)

    assert "现在值班：苏和" in client.get("/unit/").text


def test_a_head_keeps_the_own_roster_and_opens_no_other(client_as: SignIn) -> None:
    unit, other = a_unit(), a_unit()
    head = a_user(Role.UNIT_HEAD, unit=unit)
    client, path = client_as(head), f"/admin/units/{unit.id}/roster"

    saved = client.post(path, data=SHIFT | {"user_ids": [head.id]})

    assert saved.status_code == 302
    assert path in client.get("/unit/").text
    assert client.get(path).status_code == 200
    assert client.get(f"/admin/units/{other.id}/roster").status_code == 403
    assert client.post(f"/admin/units/{other.id}/roster", data=SHIFT).status_code == 403
    assert client_as(a_user(unit=unit)).get(path).status_code == 403


# ── The person's own number ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["138 0000-1234", "+86 13800001234", "0086 138 0000 1234", "13800001234"])
def test_a_persons_own_number_is_kept_in_one_way_of_writing_it(client_as: SignIn, typed: str) -> None:
    person = a_user(Role.REDACTOR)
    client, path = client_as(a_user(Role.SECURITY_ADMIN)), f"/admin/users/{person.id}"
    sent = {"roles": ["redactor"], "unit_id": 0, "active": "y", "version": person.version}

    answer = client.post(path, data=sent | {"mobile": typed})

    changed = trail_of(get_user(person.id))[-1]
    assert answer.status_code == 302
    assert get_user(person.id).mobile == "13800001234"
    assert 'value="13800001234"' in client.get(path).text
    assert changed.facts["fields"] == ["mobile"]
    assert "13800001234" not in repr(changed.facts)


def test_what_is_no_number_comes_back_at_its_field(client_as: SignIn) -> None:
    person = a_user(Role.REDACTOR, mobile="13800001234")
    sent = {
        "roles": ["redactor"],
        "unit_id": 0,
        "active": "y",
        "version": person.version,
        "mobile": "call me",
    }

    answer = client_as(a_user(Role.SECURITY_ADMIN)).post(f"/admin/users/{person.id}", data=sent)

    assert answer.status_code == 422
    assert 'id="mobile-err"' in answer.text
    assert 'value="call me"' in answer.text
    assert get_user(person.id).mobile == "13800001234"


def test_a_new_account_has_the_number_it_signs_in_with_unless_another_is_given(client_as: SignIn) -> None:
    client = client_as(a_user(Role.SECURITY_ADMIN))
    who = {
        "name": "其其格",
        "password": "correct horse battery",
        "roles": ["redactor"],
        "unit_id": 0,
        "active": "y",
    }

    client.post("/admin/users/new", data=who | {"login": "+8613800001234"})
    client.post("/admin/users/new", data=who | {"login": "qiqige@example.org", "mobile": "138 0000 1234"})

    people = [user_by_login(login) for login in ("+8613800001234", "qiqige@example.org")]
    assert [one.mobile for one in people if one] == ["13800001234"] * 2
