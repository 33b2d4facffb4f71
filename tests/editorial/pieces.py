"""Articles, entries of the honour list and notices in whatever state a test needs, brought there by the real steps."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from reporter.accounts.models import User
from reporter.board.boxes import Box
from reporter.editorial.commands.articles import Text, write_article
from reporter.editorial.commands.consents import Agreement, record_consent
from reporter.editorial.commands.copies import burn_pictures
from reporter.editorial.commands.honours import Deed, write_honour
from reporter.editorial.commands.pictures import Caption, add_picture, judge_mask
from reporter.editorial.commands.pieces import hand_in, release, withdraw
from reporter.editorial.commands.service_notices import Appeal, write_service_notice
from reporter.editorial.lifecycle import State
from reporter.editorial.models import Article, ConsentWay, Giver, Honour, HonourKind, Rubric, ServiceNotice
from reporter.editorial.queries import get_article, today
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from tests.make import a_photo, a_user
from tests.remembered import remembered

Written = TypeVar("Written", Article, Honour, ServiceNotice)
FACE = Box(0.25, 0.25, 0.25, 0.25, "face")


@dataclass(frozen=True)
class Pens:
    """Whoever writes, and whoever releases."""

    writer: User
    releaser: User


@remembered(keep=False)
def pens() -> Pens:
    """Return two people made for one test."""
    return Pens(a_user(Role.REDACTOR, name="其其格"), a_user(Role.FIRST_REVIEWER, name="托娅"))


def a_text(**words: Any) -> Text:
    """Return the words of an article."""
    plain: dict[str, Any] = {
        "rubric": Rubric.PROGRESS, "title": "老旧小区换了新貌", "standfirst": "二十个小区的路面修好了。",
        "body": "## 修了什么\n\n路面、**路灯**和围墙。",
    }  # fmt: skip
    return Text(**plain | words)


def a_deed(**facts: Any) -> Deed:
    """Return the words of an entry that names a unit."""
    plain: dict[str, Any] = {
        "kind": HonourKind.UNIT, "name": "桥东街道环卫一队", "deed": "大雪天连夜清出了两条主路。",
        "day": today(), "until": today() + timedelta(days=90),
    }  # fmt: skip
    return Deed(**plain | facts)


def an_appeal(**facts: Any) -> Appeal:
    """Return the words of a notice of these days."""
    plain: dict[str, Any] = {
        "title": "文明停车", "sentence": "车让一步，路宽一分。", "link": "/board", "begins": today(),
        "until": today() + timedelta(days=30),
    }  # fmt: skip
    return Appeal(**plain | facts)


def a_consent(person: str = "桥东街道环卫一队", **facts: Any) -> Agreement:
    """Return what is written down of a consent."""
    plain: dict[str, Any] = {
        "person": person, "giver": Giver.PERSON, "giver_name": "哈斯", "way": ConsentWay.PAPER, "given_on": today(), "reference": "甲-17",
    }  # fmt: skip
    return Agreement(**plain | facts)


@remembered(keep=True)
def an_article(
    state: State = State.DRAFT,
    *,
    team: Pens | None = None,
    pictures: int = 0,
    burn: bool = True,
    **words: Any,
) -> Article:
    """Return an article that came to `state` by the real steps; whoever it names has agreed.

    Args:
        pictures: how many hang on it, each judged.
        burn: make the public copies of one that is released.
    """
    team = team or pens()
    article = write_article(a_text(**words), by=team.writer.actor)
    for _ in range(pictures):
        one = add_picture(article, a_photo().id, Caption("路口"), by=team.writer.actor)
        judge_mask(article, one.id, [FACE], checked=True, by=team.writer.actor)
    for name in article.people:
        record_consent(article, a_consent(name), by=team.writer.actor)
    _bring(article, state, team)
    if burn and article.state is State.PUBLISHED:
        burn_pictures(article.id, [one.token for one in article.pictures])
    db.session.expire_all()
    return get_article(article.id)


@remembered(keep=True)
def an_honour(state: State = State.DRAFT, *, team: Pens | None = None, **facts: Any) -> Honour:
    """Return an entry that came to `state` by the real steps; whoever it names has agreed."""
    team = team or pens()
    honour = write_honour(a_deed(**facts), by=team.writer.actor)
    if honour.personal:
        record_consent(honour, a_consent(honour.name), by=team.writer.actor)
    return _bring(honour, state, team)


@remembered(keep=True)
def a_service_notice(state: State = State.DRAFT, *, team: Pens | None = None, **facts: Any) -> ServiceNotice:
    """Return a notice that came to `state` by the real steps."""
    team = team or pens()
    return _bring(write_service_notice(an_appeal(**facts), by=team.writer.actor), state, team)


def _bring(piece: Written, state: State, team: Pens) -> Written:
    if state is not State.DRAFT:
        hand_in(piece, by=team.writer.actor)
    if state in {State.PUBLISHED, State.WITHDRAWN}:
        release(piece, by=team.releaser.actor)
    if state is State.WITHDRAWN:
        withdraw(piece, "有人提出异议", by=team.releaser.actor)
    return db.session.scalars(select(type(piece)).where(type(piece).id == piece.id)).one()
