"""Exposures and objections in whatever state a test needs, brought there by the real steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reporter.accounts.models import User
from reporter.board.boxes import Box
from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.exposures import pass_first, publish, reject, submit, tick, withdraw
from reporter.board.commands.masks import confirm_mask
from reporter.board.commands.objections import decide_objection, file_objection, take_objection
from reporter.board.commands.words import Wording, word
from reporter.board.lifecycle import ObjectionAction, ObjectionKind, ObjectionState, State
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure, get_objection, live_exposure_of
from reporter.cases.lifecycle import State as CaseState
from reporter.kernel.db import db
from reporter.kernel.policy import ANYONE, Role
from reporter.photos.models import Way
from reporter.ports import ports
from tests.make import a_case, a_category, a_photo, a_user
from tests.remembered import remembered

PLATE = Box(0.25, 0.5, 0.2, 0.1, "plate")
GOOD = Wording(
    title="解放大街占道，已整改", summary="物品已清走，通道恢复。", road="解放大街", no_minor=True, days=30,
    basis="《乌兰察布市市容和环境卫生管理条例》", basis_source="市人大网站", basis_date="2026-11-23 查阅",
)  # fmt: skip


@dataclass(frozen=True)
class Editors:
    """Three people, as the rules want it, and a leader."""

    redactor: User
    first: User
    second: User
    leader: User


@remembered(keep=False)
def editors() -> Editors:
    """Return four people made for one test."""
    return Editors(
        a_user(Role.REDACTOR, name="其其格"), a_user(Role.FIRST_REVIEWER, name="托娅"),
        a_user(Role.SECOND_REVIEWER, name="苏和"), a_user(Role.LEADER, name="巴图"),
    )  # fmt: skip


@remembered(keep=True)
def an_exposure(state: State = State.PROPOSED, *, team: Editors | None = None, **case: Any) -> Exposure:
    """Return an exposure that came to `state` by the real steps.

    Args:
        team: who takes the steps; people made for it when left out.
        case: of the case behind it, as `a_case` takes them.
    """
    if "category" not in case:
        law = {"legal_basis": "《条例》第三条", "legal_source": "市人大", "legal_date": "2026-11-23"}
        case["category"] = a_category(plate_expected=True, **law)
    if state is State.PROPOSED:
        proposed = live_exposure_of(a_case(CaseState.CLOSED, **case).id)
        assert proposed is not None
        return get_exposure(proposed.id)
    before, step = _WAYS[state]
    exposure = an_exposure(before, team=team, **case)
    step(exposure, team or editors())
    return get_exposure(exposure.id)


def brought(exposure: Exposure, state: State, team: Editors) -> Exposure:
    """Return a proposed exposure as it came to `state` by the real steps."""
    if state is not State.PROPOSED:
        before, step = _WAYS[state]
        step(brought(exposure, before, team), team)
    return get_exposure(exposure.id)


def finish(exposure: Exposure, team: Editors) -> None:
    """Judge every picture, write the words: all that handing it in needs."""
    for picture_id in [picture.id for picture in exposure.pictures]:
        confirm_mask(get_exposure(exposure.id), picture_id, [PLATE], checked=True, by=team.redactor.actor)
    word(get_exposure(exposure.id), GOOD, by=team.redactor.actor)


def _hand_in(exposure: Exposure, team: Editors) -> None:
    finish(exposure, team)
    submit(get_exposure(exposure.id), by=team.redactor.actor)


def _publish(exposure: Exposure, team: Editors) -> None:
    publish(exposure, by=team.second.actor)
    burn_pictures(exposure.id)


def _object(exposure: Exposure, _: Editors) -> None:
    file_objection(exposure, ObjectionKind.IDENTITY, "认得出是谁", by=ANYONE)


def _expire(exposure: Exposure, _: Editors) -> None:
    ports.clock.set(ports.clock.now() + timedelta(days=exposure.days))  # type: ignore[attr-defined]
    assert tick() == 1


_Step = Callable[[Exposure, Editors], object]
_WAYS: dict[State, tuple[State, _Step]] = {
    State.REDACTING: (
        State.PROPOSED, lambda one, team: confirm_mask(one, one.pictures[0].id, [PLATE], checked=True, by=team.redactor.actor)
    ),
    State.FIRST_REVIEW: (State.PROPOSED, _hand_in),
    State.SECOND_REVIEW: (State.FIRST_REVIEW, lambda one, team: pass_first(one, by=team.first.actor)),
    State.PUBLISHED: (State.SECOND_REVIEW, _publish),
    State.HIDDEN: (State.PUBLISHED, _object),
    State.WITHDRAWN: (
        State.PUBLISHED, lambda one, team: withdraw(one, "当事人已登报致歉", by=team.first.actor)
    ),
    State.EXPIRED: (State.PUBLISHED, _expire),
    State.REJECTED: (State.FIRST_REVIEW, lambda one, team: reject(one, "看不清路段", by=team.first.actor)),
}  # fmt: skip
_DECISIONS = {
    ObjectionState.UPHELD: ObjectionAction.UPHOLD,
    ObjectionState.PARTLY: ObjectionAction.UPHOLD_PARTLY,
    ObjectionState.DISMISSED: ObjectionAction.DISMISS,
}


@remembered(keep=True)
def an_objection(
    state: ObjectionState = ObjectionState.FILED, *, kind: ObjectionKind = ObjectionKind.NOT_TRUE,
    to: Exposure | None = None, contact: str = "13800001234", photos: int = 0, origins: Sequence[str] = (),
) -> Objection:  # fmt: skip
    """Return an objection that came to `state` by the real steps, to a published post unless `to` is given."""
    post = to or an_exposure(State.PUBLISHED)
    photo_ids = [a_photo(way=Way.OBJECTION).id for _ in range(photos)]
    objection = file_objection(
        get_exposure(post.id), kind, "物品当天就搬走了。", contact=contact, photo_ids=photo_ids, origins=origins,
        by=ANYONE,
    )  # fmt: skip
    judge = a_user(Role.LEADER).actor
    if state is not ObjectionState.FILED:
        take_objection(objection, by=judge)
    if state in _DECISIONS:
        decide_objection(objection, _DECISIONS[state], "已核实当天记录。", by=judge)
    db.session.expire_all()
    return get_objection(objection.id)


def decided(objection: Objection, action: ObjectionAction, outcome: str = "已核实当天记录。") -> Objection:
    """Return the objection as a leader with no hand in the post has decided it."""
    judge = a_user(Role.LEADER).actor
    take_objection(get_objection(objection.id), by=judge)
    decide_objection(get_objection(objection.id), action, outcome, by=judge)
    return get_objection(objection.id)
