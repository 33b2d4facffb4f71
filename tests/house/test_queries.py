"""Every page asks the database as often with fifty rows as with five."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from reporter.accounts.commands.codes import Asking, ask_for_code, link_token
from reporter.accounts.models import User
from reporter.board.lifecycle import State as PostState
from reporter.board.models import Exposure, Objection
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Category, ReadySentence
from reporter.cases.question_models import Question
from reporter.cases.ready import Purpose
from reporter.cases.rewording import Words, save_sentence
from reporter.editorial.lifecycle import State as Written
from reporter.editorial.models import Article, ArticlePicture, Honour, HonourKind, Rubric, ServiceNotice
from reporter.following.commands.choosing import Choice, follow
from reporter.following.commands.stopping import token_to_stop
from reporter.following.models import Digest, Follow
from reporter.following.rules import What
from reporter.kernel.db import command, db
from reporter.kernel.policy import ANYONE, SYSTEM, Role
from reporter.notices.letters import token_of
from reporter.photos.models import Photo
from reporter.reports.commands.appealing import appeal
from reporter.reports.commands.aside import set_aside
from reporter.reports.commands.handing import hand_over
from reporter.reports.commands.noting import write_note
from reporter.reports.commands.triage import decline, request_info
from reporter.reports.desk_models import Handover
from reporter.reports.models import Report
from reporter.routing.links import link_path
from reporter.routing.models import OrderLink, Pairing, Rule, RuleSet, Shift, Unit
from tests.board.posts import an_exposure, an_objection
from tests.browser.pages import NO_PAGE
from tests.crowd import copy_all
from tests.editorial.pieces import a_service_notice, an_article, an_honour
from tests.make import (
    HERE,
    a_case,
    a_question,
    a_report,
    a_request,
    a_rule,
    a_unit,
    a_user,
    put,
    the_fallback,
    the_ground,
    the_kind,
)
from tests.queries import counted

FEW, MANY = 5, 50
OK = 200
LEAD_ON = {
    "accounts.sign_in",
    "inspection.find",
}  # to another page, for somebody who signed in or asked for nothing
EVERYBODY = [role for role in Role if role not in {Role.SYSTEM, Role.REPORTER, Role.LINK}]
AMONG = re.compile(r"IN \((?:[^()]|\([^()]*\))*\)")  # how many values a list holds is no matter
OWN = re.compile(r"^/(unit|my|notices)\b")  # pages of one unit, or of one person
LISTS = {
    "/": ("",),
    "/board": ("", "?month=2026-11", "?area=1"),
    "/map": ("",),
    "/figures": ("", "?month=2026-11"),
    "/unit/": ("", "?at=claim", "?at=work", "?at=work&by=near", "?at=check", "?at=rework", "?at=done"),
    "/inspection/": ("", "?at=check", "?at=overdue", "?at=supervised", "?at=closed"),
    "/triage/": (
        "",
        "?list=urgent",
        "?list=alike",
        "?list=asked",
        "?list=aside",
        "?like=1",
        "?kind=1&area=1&words=a&hours=2",
    ),
    "/triage/requests": ("", "?list=check"),
    "/triage/dispatch": ("", "?list=paused"),
    "/editor/": (
        "",
        *(f"?at={at}" for at in ("redacting", "first", "second", "board", "objections", "ended")),
    ),
    "/editor/pieces": ("", "?kind=honours", "?kind=notices"),
    "/admin/trail": ("", "?subject=case"),
}


def one_of_each(person: User, unit: Unit) -> None:
    """Make a thing in every state that a page shows, all of it by the real steps."""
    moderator, supervisor = a_user(Role.ACCEPTOR).actor, a_user(Role.SUPERVISOR).actor
    a_rule(unit)
    put(Shift(unit_id=unit.id, name="白班", starts=480, ends=1200, weekdays=[], user_ids=[person.id]))
    a_case(State.DISPATCHED, unit=a_unit(external=True))
    put(Pairing(area_id=the_ground().id, organ="财政局", unit_id=unit.id))
    save_sentence("", Words("季节性", "", "撤摊后恢复。", ""), purpose=Purpose.DECLINE, by=SYSTEM)
    a_question(the_kind())
    a_report(by=person.actor, photos=2, answers={"lamp": ["K-12"]})
    request_info(a_report(by=person.actor), "哪个门？", by=moderator)
    decline(a_report(by=person.actor), "不在辖区", by=moderator)
    write_note(a_report(by=person.actor), "先问物业", by=moderator)
    hand_over("夜班", by=moderator)
    apart = a_report(by=person.actor)
    set_aside(apart, by=SYSTEM)
    appeal("不是垃圾信息", sender="somebody", report=apart, by=ANYONE)
    for state in (
        State.REGISTERED,
        State.DISPATCHED,
        State.HANDLING,
        State.SHELVED,
        State.HANDLED,
        State.CLOSED,
    ):
        a_case(state, unit=unit)
    advance(a_case(State.HANDLING, unit=unit), Action.SUPERVISE, by=supervisor, reason="久拖不决")
    redone = a_case(State.HANDLED, unit=unit)
    advance(redone, Action.INSPECT_FAIL, by=a_user(Role.INSPECTOR).actor, reason="还剩一半")
    a_request(unit=unit)
    for stage in (PostState.PROPOSED, PostState.REDACTING, PostState.FIRST_REVIEW, PostState.SECOND_REVIEW):
        an_exposure(stage, unit=unit)
    an_objection(to=an_exposure(PostState.PUBLISHED, unit=unit))
    an_exposure(PostState.REJECTED, unit=unit)
    made = follow(Choice(What.PLACE, place=HERE), by=person.actor)
    told = [{"follow": made.id, "number": 9, "posts": [one_in_each_state(Exposure, Exposure.id)[0]]}]
    at = made.made_at
    put(Digest(user_id=person.id, due_at=at, at=at, number=9, groups=told))
    for written in Written:
        an_article(written, pictures=2, people=["哈斯", "托娅"])
        an_honour(written, kind=HonourKind.PERSON)
        a_service_notice(written)


@command
def all_is_theirs(person_id: int, unit_id: int) -> None:
    """Give every case to the unit and every report to the person."""
    db.session.execute(update(Case).values(lead_unit_id=unit_id))
    db.session.execute(update(Report).values(reporter_id=person_id))


def one_in_each_state(model: Any, column: Any) -> list[Any]:
    """Return `column` of the oldest row in each state."""
    oldest = select(func.min(model.id)).group_by(model.state)
    return list(db.session.scalars(select(column).where(model.id.in_(oldest)).order_by(model.id)))


def the_oldest(column: Any) -> list[Any]:
    """Return `column` of the oldest row."""
    return list(db.session.scalars(select(column).order_by(column).limit(1)))


def living_links() -> list[OrderLink]:
    """Return the oldest link to a work order."""
    return list(db.session.scalars(select(OrderLink).order_by(OrderLink.id).limit(1)))


def pieces() -> list[dict[str, Any]]:
    """Return kind and id of what editors wrote, one in each state."""
    return [
        {"kind": kind, "piece_id": one}
        for kind, model in PIECES.items()
        for one in one_in_each_state(model, model.id)
    ]


PIECES: dict[str, Any] = {"articles": Article, "honours": Honour, "notices": ServiceNotice}
WHOLE: dict[
    str, Callable[[], list[dict[str, Any]]]
] = {  # by endpoint where several arguments belong together
    "columns.article": lambda: [
        {"column": Rubric.PROGRESS, "public_id": one} for one in one_in_each_state(Article, Article.public_id)
    ],
    "admin.kind_question": lambda: [
        {"kind_id": one.category_id, "question_id": one.id}
        for one in db.session.scalars(select(Question).order_by(Question.id).limit(1))
    ],
    "editor.piece": pieces,
    "editor.edit_piece": pieces,
    "editor.article_picture": lambda: [
        {"piece_id": one.article_id, "picture_id": one.id}
        for one in db.session.scalars(select(ArticlePicture).order_by(ArticlePicture.id).limit(1))
    ],
}
VALUES: dict[str, Callable[[], list[Any]]] = {  # by endpoint where an argument has another meaning there
    "report_id": lambda: one_in_each_state(Report, Report.id),
    "case_id": lambda: one_in_each_state(Case, Case.id),
    "exposure_id": lambda: one_in_each_state(Exposure, Exposure.id),
    "column": lambda: list(Rubric),
    "kind": lambda: list(PIECES),
    "objection_id": lambda: one_in_each_state(Objection, Objection.id),
    "public_id": lambda: one_in_each_state(Exposure, Exposure.public_id),
    "token": lambda: the_oldest(Photo.token),
    "code": lambda: one_in_each_state(Report, Report.code),
    "public.objection_receipt": lambda: one_in_each_state(Objection, Objection.code),
    "user_id": lambda: the_oldest(User.id),
    "unit_id": lambda: the_oldest(Unit.id),
    "shift_id": lambda: the_oldest(Shift.id),
    "kind_id": lambda: the_oldest(Category.id),
    "key": lambda: the_oldest(ReadySentence.key),
    "admin.rule": lambda: the_oldest(Rule.sort),
    "admin.rule_version": lambda: the_oldest(RuleSet.number),
    "firm.order": lambda: [link_path(one, "test").removeprefix("/order/") for one in living_links()],
    "page": lambda: ["privacy"],
    "accounts.by_link": lambda: [link_token(ask_for_code("13800138000", Asking(["tests"])))],
    "handover_id": lambda: the_oldest(Handover.id),
    "follow_id": lambda: the_oldest(Follow.id),
    "digest_id": lambda: the_oldest(Digest.id),
    "resident.stop": lambda: [token_to_stop(one) for one in the_oldest(Follow.user_id)],
    "notices.by_link": lambda: [token_of("contact:0")],
    "notices.stop": lambda: [token_of("contact:0")],
}


def addresses(app: Flask) -> Iterator[str]:
    """Yield the address of every page: each list, and the pages of one thing for a thing in each state."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGE:
            continue
        if whole := WHOLE.get(rule.endpoint):
            yield from (app.url_map.bind("").build(rule.endpoint, values) for values in whole())
            continue
        for argument in rule.arguments:
            values = VALUES.get(rule.endpoint) or VALUES[argument]
            yield from (re.sub(r"<[^>]+>", str(value), rule.rule) for value in values())
        if not rule.arguments:
            yield from (rule.rule + query for query in LISTS.get(rule.rule, ("",)))


Costs = dict[str, Counter[str]]


def costs(client: FlaskClient, paths: Iterable[str]) -> Costs:
    """Return the statements of each page that opens."""
    found = {}
    for path in paths:
        db.session.expunge_all()  # a request begins with nothing in memory
        with counted() as statements:
            status = client.get(path).status_code
        if status == OK:
            found[path] = Counter(AMONG.sub("IN (…)", statement) for statement in statements)
    return found


def dearer(few: Costs, many: Costs) -> dict[str, list[str]]:
    """Return what is asked more often with many rows, by page."""
    more = {path: many[path] - few[path] for path in few}
    return {path: sorted(statements) for path, statements in more.items() if statements}


@pytest.mark.once
def test_every_page_asks_as_often_with_fifty_rows_of_each_kind_as_with_five(
    app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    unit = the_fallback()
    person = a_user(*EVERYBODY, unit=unit)
    client = client_as(person)
    one_of_each(person, unit)
    paths, theirs = list(addresses(app)), (person.id, unit.id)

    copy_all(1, FEW - 1)
    costs(client, paths)  # so that what is kept in memory is there
    few = costs(client, paths)
    all_is_theirs(*theirs)
    few_of_ones_own = costs(client, filter(OWN.match, paths))
    copy_all(FEW, MANY - 1)
    many = costs(client, paths)
    all_is_theirs(*theirs)
    many_of_ones_own = costs(client, filter(OWN.match, paths))

    endpoints = {endpoint_of(app, path) for path in few}
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} - set(
        NO_PAGE
    )
    assert pages - endpoints == LEAD_ON
    assert dearer(few, many) == {}
    assert dearer(few_of_ones_own, many_of_ones_own) == {}


def endpoint_of(app: Flask, path: str) -> str:
    """Return the endpoint behind a path."""
    return str(app.url_map.bind("").match(path.partition("?")[0])[0])
