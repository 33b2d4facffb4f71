"""The administrators' desk: people, units, kinds, areas, the trail."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from reporter.accounts.models import User
from reporter.accounts.queries import user_by_login, user_who_signs_in
from reporter.cases.models import Category
from reporter.cases.queries import categories, get_category
from reporter.editorial.lifecycle import State as PieceState
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.places.models import Area
from reporter.routing.models import Unit
from reporter.routing.queries import get_unit, units
from tests.editorial.pieces import an_article
from tests.make import a_case, a_category, a_unit, a_user, an_area

SignIn = Callable[..., FlaskClient]
UNIT = {"code": "07", "name_zh": "环卫三队", "name_en": "Sanitation 3", "family": "sanitation", "active": "y"}
KIND = {
    "code": "88", "slug": "new_kind", "name_zh": "乱占", "name_en": "Taking up", "nature": "condition",
    "register_limit": "2h", "dispatch_limit": "30m", "claim_limit": "15m", "handle_limit": "4h", "urgent_limit": "30m",
    "inspect_limit": "4wh", "min_photos": "1", "active": "y",
}  # fmt: skip


def square(west: float = 113.0, south: float = 41.0, side: float = 0.1, **properties: str) -> str:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    own = {"code": "150902001", "name_zh": "新体路街道", "name_en": "Xintilu", "level": "street"} | properties
    feature = {"type": "Feature", "properties": own, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def a_file(content: str | bytes, datum: str = "wgs84") -> dict[str, object]:
    raw = content.encode() if isinstance(content, str) else content
    return {"file": (BytesIO(raw), "areas.geojson"), "datum": datum}


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/admin/users", Role.SECURITY_ADMIN),
        ("/admin/units", Role.SYSTEM_ADMIN),
        ("/admin/kinds", Role.SYSTEM_ADMIN),
        ("/admin/areas", Role.SYSTEM_ADMIN),
        ("/admin/jobs", Role.SYSTEM_ADMIN),
        ("/admin/trail", Role.AUDIT_ADMIN),
    ],
)
def test_each_part_opens_to_its_administrator_alone(client_as: SignIn, path: str, role: Role) -> None:
    others = {Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.ACCEPTOR} - {role}

    assert client_as(a_user(role)).get(path).status_code == 200
    assert {client_as(a_user(other)).get(path).status_code for other in others} == {403}
    assert client_as().get(path).status_code == 302


def test_a_new_person_can_sign_in_and_has_the_roles(client_as: SignIn) -> None:
    unit = a_unit()
    who = {
        "name": "白音",
        "login": "baiyin@example.org",
        "password": "a good long one",
        "roles": ["handler"],
        "unit_id": unit.id,
    }

    answer = client_as(a_user(Role.SECURITY_ADMIN)).post("/admin/users/new", data=who)

    assert answer.status_code == 302
    user = user_who_signs_in("baiyin@example.org", "a good long one")
    assert user is not None
    assert (user.roles, user.unit_id) == (["handler"], unit.id)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "short"}, "10"),
        ({"login": "not an address"}, "手机号"),
        ({"name": ""}, "name"),
        ({"roles": ["audit_admin", "system_admin"]}, "审计"),
        ({"roles": ["system"]}, "roles"),
    ],
)
def test_a_wrong_account_is_refused_and_what_was_typed_stays(
    client_as: SignIn, change: dict[str, object], words: str
) -> None:
    who = {
        "name": "白音<script>",
        "login": "b@example.org",
        "password": "a good long one",
        "roles": ["handler"],
        "unit_id": 0,
    }

    answer = client_as(a_user(Role.SECURITY_ADMIN)).post("/admin/users/new", data=who | change)

    assert answer.status_code == 422
    assert words in answer.text
    assert "<script>" not in answer.text.replace("<script src", "").replace('<script type="module"', "")
    assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_nobody_takes_the_administration_from_themself(client_as: SignIn) -> None:
    admin = a_user(Role.SECURITY_ADMIN)
    data = {"roles": ["handler"], "unit_id": 0, "active": "y", "version": admin.version}

    answer = client_as(admin).post(f"/admin/users/{admin.id}", data=data)

    assert answer.status_code == 422
    assert db.session.get_one(User, admin.id).roles == ["security_admin"]


def test_two_administrators_change_one_person_and_one_wins(client_as: SignIn) -> None:
    admin, person = a_user(Role.SECURITY_ADMIN), a_user()
    data = {"roles": ["inspector"], "unit_id": 0, "active": "y", "version": person.version}
    client = client_as(admin)
    assert client.post(f"/admin/users/{person.id}", data=data).status_code == 302

    answer = client.post(f"/admin/users/{person.id}", data=data | {"roles": ["leader"]})

    assert answer.status_code == 409
    assert db.session.get_one(User, person.id).roles == ["inspector"]


def test_a_unit_is_made_and_changed(client_as: SignIn) -> None:
    client = client_as(a_user(Role.SYSTEM_ADMIN))
    assert client.post("/admin/units/new", data=UNIT).status_code == 302
    unit = units()[0]

    answer = client.post(
        f"/admin/units/{unit.id}", data=UNIT | {"head_name": "其其格", "version": unit.version}
    )

    assert answer.status_code == 302
    assert get_unit(unit.id).head_name == "其其格"
    assert client.get("/admin/units").text.count("环卫三队") == 1


def test_the_last_fallback_unit_cannot_be_closed(client_as: SignIn) -> None:
    unit = a_unit(fallback=True)

    answer = client_as(a_user(Role.SYSTEM_ADMIN)).post(
        f"/admin/units/{unit.id}", data=UNIT | {"version": unit.version}
    )

    assert answer.status_code == 422
    assert db.session.get_one(Unit, unit.id).fallback


def test_a_kind_is_made_and_a_case_under_way_keeps_its_limit(client_as: SignIn) -> None:
    client = client_as(a_user(Role.SYSTEM_ADMIN))
    assert client.post("/admin/kinds/new", data=KIND).status_code == 302
    kind = categories()[0]
    case = a_case(category=kind)

    answer = client.post(
        f"/admin/kinds/{kind.id}", data=KIND | {"handle_limit": "1h", "version": kind.version}
    )

    assert answer.status_code == 302
    assert get_category(kind.id).handle_limit == "1h"
    assert case.limits["handle"] == "4h"


@pytest.mark.parametrize("limit", ["soon", "4", "-3h", "1.5h", "4 days"])
def test_a_limit_that_is_none_is_refused_with_the_way_out(client_as: SignIn, limit: str) -> None:
    answer = client_as(a_user(Role.SYSTEM_ADMIN)).post(
        "/admin/kinds/new", data=KIND | {"handle_limit": limit}
    )

    assert answer.status_code == 422
    assert "4wh" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Category)) == 0


def test_a_subtype_is_added(client_as: SignIn) -> None:
    kind = a_category()
    data = {
        "name_zh": "占盲道",
        "name_en": "On tactile paving",
        "slug": "tactile",
        "urgent": "y",
        "handle_limit": "30m",
    }

    answer = client_as(a_user(Role.SYSTEM_ADMIN)).post(f"/admin/kinds/{kind.id}/subtypes", data=data)

    assert answer.status_code == 302
    assert [(sub.slug, sub.urgent) for sub in get_category(kind.id).subcategories] == [("tactile", True)]


def test_an_empty_city_starts_with_the_nine_kinds(client_as: SignIn) -> None:
    client = client_as(a_user(Role.SYSTEM_ADMIN))

    client.post("/admin/kinds/start")
    client.post("/admin/kinds/start")

    assert [kind.name_zh for kind in categories()][:3] == ["乱停乱放", "乱摆乱卖", "乱扔乱倒"]
    assert len(categories()) == 10


def test_areas_are_looked_at_first_and_imported_then(client_as: SignIn) -> None:
    client = client_as(a_user(Role.SYSTEM_ADMIN))

    seen = client.post("/admin/areas/preview", data=a_file(square(113.05, 41.0)))
    assert seen.status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Area)) == 0
    fields = hidden_fields(seen.text)
    answer = client.post("/admin/areas/import", data=fields | {"confirmed": "y"})

    assert answer.status_code == 302
    assert db.session.scalars(select(Area.name_zh)).all() == ["新体路街道"]


def hidden_fields(page: str) -> dict[str, str]:
    def value(name: str) -> str:
        tag = next(tag for tag in page.split("<input") if f'name="{name}"' in tag)
        return tag.split('value="')[1].split('"')[0]

    return {name: value(name) for name in ("upload", "datum", "edition")}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xd8\xff not json",
        b'{"type": "Point", "coordinates": [1, 2]}',
        square(113.0, 95.0).encode(),
        square(code="").encode(),
        square().replace("[113.1, 41.0], [113.1, 41.1]", "[113.1, 41.1], [113.1, 41.0]").encode(),
    ],
    ids=["empty", "broken", "picture", "point", "off the globe", "no code", "self-crossing"],
)
def test_a_bad_file_of_areas_is_refused_and_nothing_is_written(client_as: SignIn, content: bytes) -> None:
    client = client_as(a_user(Role.SYSTEM_ADMIN))

    answer = client.post("/admin/areas/preview", data=a_file(content))

    if answer.status_code == 200:  # the file can be read, but not imported
        assert "disabled" in answer.text
        answer = client.post("/admin/areas/import", data=hidden_fields(answer.text) | {"confirmed": "y"})
    assert answer.status_code in {200, 422}
    assert db.session.scalar(select(func.count()).select_from(Area)) == 0


def test_a_file_of_68_megabytes_is_refused_in_words(client_as: SignIn) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.geojson"\r\n\r\n'
    body = (
        head
        + b" " * 68_000_000
        + b'\r\n--x\r\nContent-Disposition: form-data; name="datum"\r\n\r\nwgs84\r\n--x--\r\n'
    )

    answer = client_as(a_user(Role.SYSTEM_ADMIN)).post(
        "/admin/areas/preview", data=body, content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == 413
    assert "MB" in answer.text


def test_a_file_in_another_datum_raises_a_doubt(client_as: SignIn) -> None:
    an_area(code="150902001", half=0.05)
    client = client_as(a_user(Role.SYSTEM_ADMIN))

    answer = client.post(
        "/admin/areas/preview", data=a_file(square(113.109 - 0.05 + 0.0073, 41.032 - 0.05 + 0.0019))
    )

    assert answer.status_code == 200
    assert 'name="confirmed"' in answer.text


def test_the_auditor_sees_entries_and_every_forgery(client_as: SignIn) -> None:
    number = a_case().id
    client = client_as(a_user(Role.AUDIT_ADMIN))
    assert "立案" in client.get("/admin/trail?subject=case").text
    assert "完好" in client.post("/admin/trail/verify").text
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(
            text(f"UPDATE trail_entries SET reason = 'x' WHERE subject = 'case' AND subject_id = {number}")
        )

    told = client.post("/admin/trail/verify").text

    assert f"内容被改动：案件 {number}，第 1 条" in told


def test_the_auditor_reads_what_editors_did_in_words(client_as: SignIn) -> None:
    an_article(PieceState.IN_REVIEW)

    page = client_as(a_user(Role.AUDIT_ADMIN)).get("/admin/trail?subject=article").text

    assert "提交</td>" in page
    assert "hand_in" not in page


def test_an_account_is_found_by_its_address(client_as: SignIn) -> None:
    person = a_user(email="find@example.org")

    page = client_as(a_user(Role.SECURITY_ADMIN)).get("/admin/users?q=find@example.org").text

    assert f"/admin/users/{person.id}" in page
    assert user_by_login("find@example.org") is not None
