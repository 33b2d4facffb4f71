"""The administrators' desk: what cannot be used is refused in words, at its field, with all that was typed kept."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from reporter.accounts.models import User
from reporter.accounts.queries import get_user
from reporter.cases.models import Category, Subcategory
from reporter.cases.queries import get_category
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.routing.models import Unit
from reporter.routing.queries import get_unit
from tests.make import a_category, a_unit, a_user

SignIn = Callable[..., FlaskClient]
Typed = dict[str, Any]
UNIT = {"code": "07", "name_zh": "环卫三队", "name_en": "Sanitation 3", "phone": "0474-777", "active": "y"}
KIND = {
    "code": "88", "slug": "new_kind", "name_zh": "乱占", "name_en": "Taking up", "nature": "condition",
    "register_limit": "2h", "dispatch_limit": "30m", "claim_limit": "15m", "handle_limit": "4h", "urgent_limit": "30m",
    "inspect_limit": "4wh", "min_photos": "1", "active": "y", "legal_basis": "第七条",
}  # fmt: skip
SUBTYPE = {"name_zh": "占盲道", "name_en": "On tactile paving", "slug": "tactile"}
USER = {
    "name": "白音",
    "login": "b@example.org",
    "password": "a good long one",
    "roles": ["leader"],
    "unit_id": 0,
}


@pytest.fixture
def admin(client_as: SignIn) -> FlaskClient:
    """Return the browser of a system administrator who looks after people too."""
    return client_as(a_user(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN))


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# ── In use already ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_units_code_is_given_once_to_new_and_to_known_units(admin: FlaskClient) -> None:
    a_unit(code="07")
    other = a_unit(code="08")

    new = admin.post("/admin/units/new", data=UNIT)
    known = admin.post(f"/admin/units/{other.id}", data=UNIT | {"version": other.version})

    assert [new.status_code, known.status_code] == [422, 422]
    assert 'id="code-err"' in new.text
    assert 'id="code-err"' in known.text
    assert "0474-777" in new.text
    assert (count(Unit), get_unit(other.id).code) == (2, "08")


@pytest.mark.parametrize("field", ["code", "slug"])
def test_a_kinds_code_and_short_name_are_given_once(admin: FlaskClient, field: str) -> None:
    a_category(**{field: KIND[field]})
    other = a_category()

    new = admin.post("/admin/kinds/new", data=KIND)
    known = admin.post(f"/admin/kinds/{other.id}", data=KIND | {"version": other.version})

    assert [new.status_code, known.status_code] == [422, 422]
    assert f'id="{field}-err"' in new.text
    assert f'id="{field}-err"' in known.text
    assert "第七条" in new.text
    assert count(Category) == 2


def test_a_subtypes_short_name_is_given_once_within_its_kind(admin: FlaskClient) -> None:
    kind, other = a_category(), a_category()
    first = admin.post(f"/admin/kinds/{kind.id}/subtypes", data=SUBTYPE)

    second = admin.post(f"/admin/kinds/{kind.id}/subtypes", data=SUBTYPE)
    elsewhere = admin.post(f"/admin/kinds/{other.id}/subtypes", data=SUBTYPE)

    assert [first.status_code, second.status_code, elsewhere.status_code] == [302, 422, 302]
    assert 'id="sub-slug-err"' in second.text
    assert count(Subcategory) == 2


# ── Changed meanwhile, grown old, damaged ────────────────────────────────────────────────────────────────────────


def a_unit_to_change() -> tuple[str, Typed, Callable[[], object]]:
    unit = a_unit(code="07", phone="before")
    return f"/admin/units/{unit.id}", UNIT | {"version": unit.version}, lambda: get_unit(unit.id).phone


def a_kind_to_change() -> tuple[str, Typed, Callable[[], object]]:
    kind = a_category(code="88", slug="new_kind", legal_basis="before")
    return (
        f"/admin/kinds/{kind.id}",
        KIND | {"version": kind.version},
        lambda: get_category(kind.id).legal_basis,
    )


def a_person_to_change() -> tuple[str, Typed, Callable[[], object]]:
    person = a_user(Role.INSPECTOR)
    typed = {"roles": ["leader"], "unit_id": 0, "active": "y", "version": person.version}
    return f"/admin/users/{person.id}", typed, lambda: get_user(person.id).roles


CHANGES = pytest.mark.parametrize(
    ("make", "kept"),
    [
        (a_unit_to_change, 'value="0474-777"'),
        (a_kind_to_change, "第七条"),
        (a_person_to_change, 'value="leader" checked'),
    ],
    ids=["unit", "kind", "person"],
)


@CHANGES
def test_who_comes_second_keeps_what_was_typed_and_may_save_it_over_the_first(
    admin: FlaskClient, make: Callable[[], tuple[str, Typed, Any]], kept: str
) -> None:
    path, typed, _ = make()
    first = admin.post(path, data=typed)
    second = admin.post(path, data=typed)

    new = second.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    third = admin.post(path, data=typed | {"version": new})

    assert [first.status_code, second.status_code, third.status_code] == [302, 409, 302]
    assert kept in second.text
    assert "刚刚" in second.text


@CHANGES
@pytest.mark.parametrize("version", [None, "", "abc", "1.5"])
def test_a_form_that_does_not_say_which_version_it_is_about_changes_nothing(
    admin: FlaskClient, make: Callable[[], tuple[str, Typed, Any]], kept: str, version: str | None
) -> None:
    path, typed, now = make()
    before = now()
    damaged = {name: value for name, value in typed.items() if name != "version"}

    answer = admin.post(path, data=damaged | ({} if version is None else {"version": version}))

    assert answer.status_code == 422
    assert kept in answer.text
    assert "重新加载" in answer.text
    assert "Version" not in answer.text
    assert now() == before


@CHANGES
def test_a_session_that_was_forgotten_loses_nothing_that_was_typed(
    app: Flask, client_as: SignIn, make: Callable[[], tuple[str, Typed, Any]], kept: str
) -> None:
    admin = client_as(a_user(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN))
    path, typed, now = make()
    before = now()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = admin.post(path, data=typed | {"csrf_token": "of yesterday"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    assert answer.status_code == 422
    assert kept in answer.text
    assert now() == before


# ── Blanks, foreign digits, what is not offered ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("field", ["code", "name_zh", "name_en"])
def test_blanks_are_no_code_and_no_name_of_a_unit(admin: FlaskClient, field: str) -> None:
    answer = admin.post("/admin/units/new", data=UNIT | {field: " \t "})

    assert answer.status_code == 422
    assert f'id="{field}-err"' in answer.text
    assert count(Unit) == 0


def test_blanks_around_words_are_not_stored(admin: FlaskClient) -> None:
    admin.post("/admin/units/new", data=UNIT | {"code": " 07 ", "name_zh": "环卫三队\n"})

    unit = db.session.scalars(select(Unit)).one()
    assert (unit.code, unit.name_zh) == ("07", "环卫三队")


def test_a_line_end_is_no_part_of_a_short_name(admin: FlaskClient) -> None:
    kind = a_category()

    admin.post("/admin/kinds/new", data=KIND | {"slug": "abc_x\n"})
    admin.post(f"/admin/kinds/{kind.id}/subtypes", data=SUBTYPE | {"slug": "sub_x\n"})

    assert db.session.scalars(select(Category.slug).where(Category.id != kind.id)).all() == ["abc_x"]
    assert db.session.scalars(select(Subcategory.slug)).all() == ["sub_x"]


def test_a_limit_in_digits_of_another_script_is_refused(admin: FlaskClient) -> None:
    answer = admin.post("/admin/kinds/new", data=KIND | {"handle_limit": "1٣h"})

    assert answer.status_code == 422
    assert 'id="handle_limit-err"' in answer.text
    assert count(Category) == 0


@pytest.mark.parametrize(
    ("path", "typed", "field"),
    [
        ("/admin/users/new", USER | {"roles": ["emperor"]}, "roles"),
        ("/admin/users/new", USER | {"unit_id": "abc"}, "unit_id"),
        ("/admin/users/new", USER | {"unit_id": "77"}, "unit_id"),
        ("/admin/kinds/new", KIND | {"nature": "miracle"}, "nature"),
        ("/admin/kinds/new", KIND | {"min_photos": "many"}, "min_photos"),
    ],
)
def test_what_is_not_offered_is_refused_in_the_language_of_the_page(
    admin: FlaskClient, path: str, typed: Typed, field: str
) -> None:
    answer = admin.post(path, data=typed)

    words = answer.text.split(f'id="{field}-err"')[1].split("</p>")[0]
    assert answer.status_code == 422
    assert "请" in words
    assert not {"valid", "emperor", "coerce"} & set(words.replace("<", " ").split())


# ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "0987654321",
        "abcdefghij",
        "aaaaaaaaaaaa",
        " " * 10,
        "b@example.org",
        "Password123",
        "1212121212",
    ],
)
def test_a_password_that_anybody_would_try_first_is_refused_with_what_helps(
    admin: FlaskClient, password: str
) -> None:
    answer = admin.post("/admin/users/new", data=USER | {"password": password})

    assert answer.status_code == 422
    assert 'id="password-err"' in answer.text
    assert count(User) == 1


@pytest.mark.parametrize("login", ["١٢٣٤٥٦٧", chr(0xFF11) + "3800000000"])
def test_a_phone_number_has_the_ten_digits_of_a_telephone(admin: FlaskClient, login: str) -> None:
    answer = admin.post("/admin/users/new", data=USER | {"login": login})

    assert answer.status_code == 422
    assert 'id="login-err"' in answer.text
    assert count(User) == 1


@pytest.mark.parametrize("role", ["handler", "unit_head"])
def test_whoever_works_in_a_unit_has_one(admin: FlaskClient, role: str) -> None:
    person = a_user(Role.INSPECTOR)
    changed = {"roles": [role], "unit_id": 0, "active": "y", "version": person.version}

    new = admin.post("/admin/users/new", data=USER | {"roles": [role]})
    known = admin.post(f"/admin/users/{person.id}", data=changed)

    assert [new.status_code, known.status_code] == [422, 422]
    assert 'id="unit_id-err"' in new.text
    assert 'id="unit_id-err"' in known.text
    assert (count(User), get_user(person.id).roles) == (2, ["inspector"])
