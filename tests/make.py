"""Builders: one call puts one thing into the test's city, by the real commands where those make it what it is.

Everything not named gets a plain value; what a test is about is named in the test. All of it is committed.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from PIL import Image
from sqlalchemy import select

from reporter.accounts.models import User
from reporter.accounts.passwords import hashed
from reporter.cases import commands as cases
from reporter.cases.answers import Datatype
from reporter.cases.asking import save_question
from reporter.cases.commands import Finding, Outcome, register, submit_result
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Category, Nature, Subcategory
from reporter.cases.queries import categories, get_case
from reporter.cases.question_models import Question
from reporter.cities.commands import found_city
from reporter.cities.models import Jurisdiction
from reporter.kernel.db import Model, command, current_city_id, db, enter_city
from reporter.kernel.policy import ANYONE, SYSTEM, Actor, Role
from reporter.photos.commands.intake import keep, take_in
from reporter.photos.models import Photo, Region, Way
from reporter.photos.regions import RegionKind
from reporter.places.models import Area
from reporter.places.shapes import Level
from reporter.ports import ports
from reporter.reports.commands.intake import Spot, Submission, submit
from reporter.reports.models import Report
from reporter.routing.commands import dispatch
from reporter.routing.models import Rule, RuleSet, Unit
from reporter.routing.queries import rule_sets
from tests.remembered import remembered

HERE = (113.109, 41.032)  # degrees WGS 84, in the middle of the first city
STAFF_OF_CENTRE = (Role.ACCEPTOR, Role.DISPATCHER, Role.SHIFT_LEADER)
_number = count(1)

Row = TypeVar("Row", bound=Model)


@command
def put(row: Row) -> Row:
    """Write `row` and return it."""
    db.session.add(row)
    db.session.flush()
    return row


@remembered(keep=False)
def a_city(slug: str = "", **facts: Any) -> Jurisdiction:
    """Return another city; the test stays in its own (`enter_city` changes to it)."""
    before = current_city_id()
    slug = slug or f"city{next(_number)}"
    plain = {"code": f"15{next(_number):04d}", "name_zh": slug, "name_en": slug, "lon": 114.0, "lat": 41.9}
    plain["settings"] = {"hold_hours": 0}
    city = found_city({"slug": slug, **plain, **facts}, by=SYSTEM)
    enter_city(before)
    return city


@remembered(keep=False)
def a_user(*roles: Role, unit: Unit | None = None, password: str = "", **columns: Any) -> User:
    """Return a person who holds `roles`: a resident when none is given, a handler when only a unit is."""
    serial = next(_number)
    held = roles or ((Role.HANDLER,) if unit else (Role.RESIDENT,))
    plain = {"name": f"person {serial}", "email": f"person{serial}@example.org", "phone": None}
    return put(
        User(
            password_hash=hashed(password) if password else "", roles=[str(role) for role in held],
            unit_id=unit.id if unit else None, created_at=ports.clock.now(), **(plain | columns),
        )
    )  # fmt: skip


def a_moderator(**columns: Any) -> User:
    """Return a person of the centre who accepts and dispatches."""
    return a_user(Role.ACCEPTOR, Role.DISPATCHER, **columns)


@remembered(keep=False)
def a_category(
    name: str = "乱堆乱放", *, subtypes: Sequence[str | dict[str, Any]] = (), **columns: Any
) -> Category:
    """Return a kind: a condition with four hours to handle it, unless told otherwise.

    Args:
        subtypes: Chinese names, or columns of a sub-type.
    """
    serial = next(_number)
    plain = {
        "code": f"{serial:02d}", "slug": f"kind_{serial}", "name_zh": name, "name_en": f"Kind {serial}",
        "nature": Nature.CONDITION, "handle_limit": "4h", "urgent_limit": "30m", "sort": serial,
    }  # fmt: skip
    kind = Category(**(plain | columns))
    for place, facts in enumerate(subtypes, 1):
        own = facts if isinstance(facts, dict) else {"name_zh": facts}
        named = {"slug": f"sub_{place}", "name_zh": f"细类{place}", "name_en": f"Sub-type {place}"}
        kind.subcategories.append(Subcategory(**(named | {"sort": place} | own)))
    return put(kind)


def a_question(kind: Category, code: str = "lamp", datatype: Datatype = Datatype.STRING, **columns: Any) -> Question:  # fmt: skip
    """Return another question of a kind: one line that may stay empty, unless told otherwise."""
    plain = {"question_zh": "灯杆编号？", "question_en": "Number of the lamp?", "datatype": datatype}
    return save_question(kind, None, plain | columns | {"code": code}, by=SYSTEM)


@remembered(keep=False)
def an_area(
    name: str = "桥东街道", *, at: tuple[float, float] = HERE, half: float = 0.05, level: Level = Level.STREET, **columns: Any
) -> Area:  # fmt: skip
    """Return a square area around the WGS 84 point `at`, `half` degrees to each side."""
    lon, lat = at
    west, south, east, north = lon - half, lat - half, lon + half, lat + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    plain = {
        "code": f"150902{next(_number):03d}", "level": level, "parent_id": None, "name_zh": name,
        "name_en": "Qiaodong Street", "geometry": {"type": "Polygon", "coordinates": [ring]},
        "west": west, "south": south, "east": east, "north": north, "lon": lon, "lat": lat,
        "approximate": True,
    }  # fmt: skip
    return put(Area(**(plain | columns)))


@remembered(keep=False)
def a_unit(name: str = "城管一中队", *, fallback: bool = False, **columns: Any) -> Unit:
    """Return a unit."""
    serial = next(_number)
    plain = {"code": f"U{serial:03d}", "name_zh": name, "name_en": f"Unit {serial}", "fallback": fallback}
    return put(Unit(**(plain | columns)))


@remembered(keep=False)
def a_rule(unit: Unit, category: Category | None = None, **columns: Any) -> Rule:
    """Return a rule that sends what it matches to `unit`, tried after those made before."""
    rules = next(iter(rule_sets(limit=1)), None) or put(RuleSet(number=1, made_at=ports.clock.now()))
    plain: dict[str, Any] = {
        "rule_set_id": rules.id,
        "sort": next(_number),
        "category_id": category.id if category else None,
        "co_unit_ids": [],
    }
    return put(Rule(lead_unit_id=unit.id, **(plain | columns)))


def a_picture(seed: object = "", size: tuple[int, int] = (320, 240)) -> bytes:
    """Return a small JPEG: grey squares that follow from `seed`, so that no two seeds look alike."""
    squares = Image.frombytes("L", (8, 8), hashlib.sha512(str(seed).encode()).digest())
    file = BytesIO()
    squares.resize(size, Image.Resampling.NEAREST).convert("RGB").save(file, "JPEG")
    return file.getvalue()


@remembered(keep=False)
def a_photo(seed: object = None, *, uploader_key: str = "tests", way: Way = Way.REPORT) -> Photo:
    """Return a photo that was taken in but hangs on nothing yet; without a `seed` another one each time."""
    picture = a_picture(next(_number) if seed is None else seed)
    return take_in(picture, by=ANYONE, uploader_key=uploader_key, way=way)


def a_region(photo: Photo, kind: RegionKind = RegionKind.FACE, **facts: Any) -> Region:
    """Return a proposal for the middle of the photo, not yet written."""
    where = {"x": 0.4, "y": 0.4, "w": 0.2, "h": 0.2, "score": 0.9, "threshold": 0.25, "finder": "tests 1"}
    return Region(photo_id=photo.id, kind=kind, **where | facts)


def the_ground() -> Area:
    """Return an area of the city, made when there is none yet."""
    return db.session.scalar(select(Area).limit(1)) or an_area()


def the_fallback() -> Unit:
    """Return the city's fallback unit, made when there is none yet."""
    return db.session.scalar(select(Unit).where(Unit.fallback)) or a_unit("大数据中心", fallback=True)


def the_kind() -> Category:
    """Return the city's first kind, made when there is none yet."""
    return next(iter(categories()), None) or a_category()


@remembered(keep=True)
def a_report(
    *, category: Category | None = None, subtype: Subcategory | None = None, at: tuple[float, float] = HERE,
    photos: int = 1, by: Actor | None = None, spot: Spot | None = None, **facts: Any,
) -> Report:  # fmt: skip
    """Return a submitted report, sent by nobody who signed in unless `by` is given."""
    the_ground()
    category = category or the_kind()
    spot = spot or Spot(source="picked", lon=at[0], lat=at[1], address="解放大街维多利广场东侧")
    plain: dict[str, Any] = {"client_id": str(uuid4()), "words": "占了人行道，老人只能走马路。"}
    photo_ids = facts.pop("photo_ids", None) or [a_photo().id for _ in range(photos)]
    submission = Submission(
        category_id=category.id, subcategory_id=subtype.id if subtype else None, spot=spot, photo_ids=photo_ids,
        **(plain | facts),
    )  # fmt: skip
    return submit(submission, by=by or ANYONE)


@remembered(keep=True)
def a_case(
    state: State = State.REGISTERED, *, unit: Unit | None = None, category: Category | None = None,
    photos: int = 1, **facts: Any,
) -> Case:  # fmt: skip
    """Return a case that came to `state` by the real steps, taken by people made for it.

    Args:
        unit: whose it becomes when it is dispatched; the fallback unit when left out.
        facts: of the `Finding` it is registered from.
    """
    area, fallback = the_ground(), the_fallback()
    category = category or the_kind()
    if way := _WAYS.get(state):
        before, action = way
        case = a_case(before, unit=unit, category=category, photos=photos, **facts)
        _walk(case, action, unit or fallback)
        return get_case(case.id)
    plain: dict[str, Any] = {
        "subcategory_id": None, "area_id": area.id, "lon": HERE[0], "lat": HERE[1], "address": "解放大街",
        "words": "占道", "title": "解放大街占道", "photo_ids": [a_photo().id for _ in range(photos)],
        "reported_at": ports.clock.now(),
    }  # fmt: skip
    finding = Finding(category_id=category.id, **(plain | facts))
    keep(finding.photo_ids)
    return get_case(register(finding, by=a_moderator().actor).id)


def brought(case: Case, state: State) -> Case:
    """Return a registered case as it came to `state` by the real steps."""
    if way := _WAYS.get(state):
        before, action = way
        _walk(brought(case, before), action, the_fallback())
    return get_case(case.id)


_A = Action
_WAYS: dict[State, tuple[State, Action]] = {
    State.DISPATCHED: (State.REGISTERED, _A.DISPATCH),
    State.HANDLING: (State.DISPATCHED, _A.CLAIM),
    State.SHELVED: (State.HANDLING, _A.REQUEST_SHELVE),
    State.DEFERRED: (State.HANDLING, _A.REQUEST_DEFER),
    State.WAITING: (State.HANDLING, _A.ASK_REPORTER),
    State.HANDLED: (State.HANDLING, _A.SUBMIT_RESULT),
    State.CLOSED: (State.HANDLED, _A.INSPECT_PASS),
    State.CLOSED_UNFIXED: (State.HANDLED, _A.CLOSE_UNFIXED),
    State.ARCHIVED: (State.CLOSED, _A.ARCHIVE),
    State.VOID: (State.REGISTERED, _A.VOID),
}
_ALLOWED = {_A.REQUEST_SHELVE: _A.APPROVE_SHELVE, _A.REQUEST_DEFER: _A.APPROVE_DEFER}
_WHO = {
    _A.CLAIM: Role.HANDLER,
    _A.REQUEST_SEND_BACK: Role.HANDLER,
    _A.REQUEST_EXTENSION: Role.HANDLER,
    _A.REQUEST_SHELVE: Role.HANDLER,
    _A.REQUEST_DEFER: Role.HANDLER,
    _A.ASK_REPORTER: Role.HANDLER,
    _A.SUBMIT_RESULT: Role.HANDLER,
    _A.INSPECT_PASS: Role.INSPECTOR,
}


def _walk(case: Case, action: Action, unit: Unit) -> None:
    role = _WHO.get(action)
    at_unit = unit if role is Role.HANDLER else None
    by = a_user(role, unit=at_unit).actor if role else a_user(*STAFF_OF_CENTRE).actor
    if action is Action.DISPATCH:
        dispatch(case, by=by, unit_id=unit.id)
    elif action is Action.SUBMIT_RESULT:
        hand_in(case, by=by)
    elif action is Action.ARCHIVE:
        closed = case.closed_at or ports.clock.now()
        ports.clock.set(closed + timedelta(days=30))  # type: ignore[attr-defined]  # the tests' clock
        cases.advance(case, action, by=SYSTEM)
    else:
        review_at = ports.clock.now() + timedelta(days=3)
        cases.advance(case, action, by=by, reason="照章办理", review_at=review_at, reports=1)
        if action in _ALLOWED:
            _walk(case, _ALLOWED[action], unit)


def hand_in(case: Case, *, by: Actor) -> None:
    """Hand in what this nature of case needs: an after-photo, or a record."""
    if case.nature is Nature.ACT:
        submit_result(case, Outcome("penalty", "依法处罚", document="示例-2026-1"), by=by)
    else:
        submit_result(case, Outcome("repair", "已清理", photo_ids=[a_photo().id]), by=by)


@remembered(keep=True)
def a_request(
    kind: str = "send_back", *, case: Case | None = None, unit: Unit | None = None, **facts: Any
) -> Case:
    """Return a case whose unit has asked for something: send_back, extension, shelve or defer."""
    unit = unit or the_fallback()
    case = case or a_case(State.HANDLING, unit=unit)
    handler = a_user(Role.HANDLER, unit=unit).actor
    plain: dict[str, Any] = {"reason": "不在辖区", "review_at": ports.clock.now() + timedelta(days=10)}
    cases.advance(case, Action(f"request_{kind}"), by=handler, **(plain | facts))
    return get_case(case.id)
