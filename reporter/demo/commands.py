"""Load the demo city: 乌兰察布 集宁区, with two months of invented history. Only `serve` and the operator call this."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import current_app

from reporter.accounts.commands.people import appoint
from reporter.accounts.models import User
from reporter.board.commands.exposures import tick as board_tick
from reporter.board.commands.showing import set_hold
from reporter.cases.asking import save_question
from reporter.cases.editing import default_kinds, save_category, save_subcategory
from reporter.cities.commands import found_city, keep_days
from reporter.cities.holidays import known_days
from reporter.demo.areas import county_file, line_file, place_file, street_file
from reporter.demo.asked import questions
from reporter.demo.columns import Newsroom
from reporter.demo.director import Director
from reporter.demo.efforts import keep_efforts, paces_of
from reporter.demo.scenes import forget
from reporter.demo.stories import STORIES, Story
from reporter.kernel.policy import SYSTEM, Role
from reporter.places.commands import import_areas, import_lines
from reporter.places.gazetteer import import_names
from reporter.places.geometry import Datum
from reporter.places.queries import areas
from reporter.points.commands import set_terms
from reporter.points.terms import AMOUNTS, Occasion, Terms
from reporter.ports import Ports
from reporter.ports.clock import FixedClock
from reporter.ports.mail import LogMail
from reporter.ports.queue import run_next
from reporter.ports.sms import LogSms
from reporter.reports.commands.filters import save_filter
from reporter.reports.narrowing import Narrowing
from reporter.reports.worklists import AtTriage
from reporter.routing.commands import save_rules, save_unit
from reporter.routing.models import Unit
from reporter.routing.pairings import import_pairs, read_pairs
from reporter.routing.roster import Days, minute_of
from reporter.routing.rostering import Line, save_shift
from reporter.routing.ticking import tick

HERE = Path(__file__).parent
SEED = 2026
MAIL = "jining.example"
CITY = {
    "slug": "jining", "code": "150902", "name_zh": "集宁区", "name_en": "Jining", "parent_zh": "乌兰察布",
    "parent_en": "Ulanqab", "phone": "0474-12345", "zone": "Asia/Shanghai", "lon": 113.109160, "lat": 41.032314,
    "demo": True, "settings": {"hold_hours": 0},
}  # fmt: skip
HOLD = 2  # hours, once the history is told
PUT_RIGHT = 5  # points, so that there is a line of every kind
WEST = ("150902001", "150902006", "150902007", "150902008")  # areas whose street work goes to the west office


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def demo_accounts() -> list[tuple[str, str, str]]:
    """Return title, login and password of each demo account that the start prints."""
    people = _table("people")
    rows = [(one["title_zh"], f"{one['key']}@{MAIL}", people["password"]) for one in people["person"]]
    units = [
        (f"{one['name_zh']} · {one['head']}", f"{one['key']}@{MAIL}", people["password"])
        for one in _table("units")["unit"]
    ]
    return [*rows, *units[1:3]]


def load_demo_city(
    *, seed: int = SEED, stories: Sequence[Story] = STORIES, between: Callable[[], None] = lambda: None
) -> int:
    """Found the demo city and play its history; return how many stories were played.

    The same seed gives the same city, query codes and tokens apart, counted back from now.

    Args:
        between: called between two steps, where nothing is half written; what it raises ends the loading.
    """
    with _time_machine() as clock:
        now = clock.now()
        found_city(CITY, by=SYSTEM)
        keep_days(known_days(now.year), by=SYSTEM)
        import_areas(county_file(), Datum.WGS84, by=SYSTEM)
        between()
        import_areas(street_file(), Datum.WGS84, by=SYSTEM)
        between()
        import_lines(line_file(), Datum.WGS84, by=SYSTEM)
        import_names(place_file(), Datum.WGS84, by=SYSTEM)
        units = _found_units()
        import_pairs(read_pairs((HERE / "pairings.csv").read_bytes()), by=SYSTEM)
        _found_kinds(units)
        people = _appoint_people(units)
        set_terms(Terms(given=True, amounts=AMOUNTS | {Occasion.PUT_RIGHT: PUT_RIGHT}), by=SYSTEM)
        played = Director(people, clock, now=now, seed=seed, stories=stories).play(between)
        Newsroom(people["redactor"].actor, people["first"].actor, clock, now=now).write()
        _keep_filters(people)
        _keep_efforts(people, clock)
        between()
        forget()
        tick()
        board_tick()
        set_hold(HOLD, by=SYSTEM)
    with _nothing_leaves():
        while run_next(slow=False):
            between()
    return played


@contextmanager
def _time_machine() -> Iterator[FixedClock]:
    """Let the commands believe a clock that is moved; the real one comes back afterwards."""
    ports: Ports = current_app.extensions["ports"]
    clock = FixedClock(ports.clock.now().replace(second=0, microsecond=0))
    current_app.extensions["ports"] = replace(ports, clock=clock)
    try:
        yield clock
    finally:
        current_app.extensions["ports"] = ports


@contextmanager
def _nothing_leaves() -> Iterator[None]:
    """Let no mail and no SMS of the invented history really go out."""
    ports: Ports = current_app.extensions["ports"]
    current_app.extensions["ports"] = replace(ports, mail=LogMail(), sms=LogSms())
    try:
        yield
    finally:
        current_app.extensions["ports"] = ports


def _keep_filters(people: dict[str, User]) -> None:
    """Let the shift leader share a filter, and an acceptor keep one."""
    waits, at_night = Narrowing(hours=8), Narrowing(words="烧烤")
    save_filter("等候超过八小时", AtTriage.WAITING, waits, shared=True, by=people["shift"].actor)
    save_filter("露天烧烤", AtTriage.WAITING, at_night, by=people["acceptor"].actor)


def _keep_efforts(people: dict[str, User], clock: FixedClock) -> None:
    rows, actors = _centre(), {key: user.actor for key, user in people.items()}
    keep_efforts(paces_of(rows, actors), clock, now=clock.now(), seed=SEED)


def _centre() -> list[dict[str, Any]]:
    table = _table("people")
    return [*table["person"], *table["colleague"]]


def _found_units() -> dict[str, Unit]:
    units = {}
    for row in _table("units")["unit"]:
        facts = {name: row[name] for name in ("code", "name_zh", "name_en", "family")}
        optional = {
            name: row[name]
            for name in ("phone", "night_shift", "fallback", "external", "contact")
            if name in row
        }
        units[row["key"]] = save_unit(None, facts | optional | {"head_name": row["head"]}, by=SYSTEM)
    return units


def _found_kinds(units: dict[str, Unit]) -> None:
    rules: list[dict[str, Any]] = []
    west = [area.id for area in areas(level="street") if area.code in WEST]
    for place, row in enumerate(default_kinds(), 1):
        subs, lead, co = row.pop("sub"), row.pop("lead"), row.pop("co", [])
        kind = save_category(None, row | {"sort": place}, by=SYSTEM)
        co_ids = [units[key].id for key in co]
        for order, sub in enumerate(subs, 1):
            special = sub.pop("lead", None)
            saved = save_subcategory(kind, None, sub | {"sort": order}, by=SYSTEM)
            if special:
                rules.append(
                    {"category_id": kind.id, "subcategory_id": saved.id, "lead_unit_id": units[special].id}
                )
        if lead == "streets":
            rules += [
                {
                    "category_id": kind.id,
                    "area_id": area,
                    "lead_unit_id": units["streets_west"].id,
                    "co_unit_ids": co_ids,
                }
                for area in west
            ]
        rules.append({"category_id": kind.id, "lead_unit_id": units[lead].id, "co_unit_ids": co_ids})
        for asked in questions():
            if asked["kind"] == kind.slug:
                save_question(kind, None, asked, by=SYSTEM)
    save_rules(rules, by=SYSTEM)


def _appoint_people(units: dict[str, Unit]) -> dict[str, User]:
    table, people = _table("people"), {}
    for row in _centre():
        roles = [Role(role) for role in row["roles"]]
        login = f"{row['key']}@{MAIL}"
        people[row["key"]] = appoint(
            row["name"], login, table["password"], roles=roles, unit_id=None, by=SYSTEM
        )
    for row in _table("units")["unit"]:
        if row["head"]:
            people[f"unit:{units[row['key']].id}"] = _staff_unit(units[row["key"]], row, table["password"])
    return people


def _staff_unit(unit: Unit, row: dict[str, Any], password: str) -> User:
    """Appoint a unit's head and members, write its roster, and return the head."""
    both = [Role.HANDLER, Role.UNIT_HEAD]
    head = appoint(row["head"], f"{row['key']}@{MAIL}", password, roles=both, unit_id=unit.id, by=SYSTEM)
    save_unit(unit, {"head_id": head.id}, by=SYSTEM)
    staff = [head]
    for number, name in enumerate(row.get("members", ()), 1):
        login = f"{row['key']}_member_{number}@{MAIL}"
        staff.append(appoint(name, login, password, roles=both[:1], unit_id=unit.id, by=SYSTEM))
    for line in row.get("shift", ()):
        hours = minute_of(line["from"]), minute_of(line["to"])
        on = [staff[place].id for place in line["people"]]
        save_shift(unit, Line(line["name"], *hours, Days(line.get("days", "every")), (), on), by=SYSTEM)
    return head
