"""What editors write: two people for each piece, back to its writers when it changes, gone when it is taken down."""

from datetime import timedelta
from typing import Any

import pytest

from reporter.editorial.commands.articles import BODY_AT_MOST, edit_article, write_article
from reporter.editorial.commands.pieces import hand_in, release, send_back, withdraw
from reporter.editorial.commands.service_notices import edit_service_notice, write_service_notice
from reporter.editorial.lifecycle import Action, State
from reporter.editorial.models import Article, Rubric
from reporter.editorial.queries import (
    article,
    articles,
    get_article,
    get_service_notice,
    service_notices,
    today,
)
from reporter.editorial.worklists import actions_open_to, history, written
from reporter.kernel.errors import BadInput, Conflict, Gone, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import Role
from reporter.ports import ports
from tests.editorial.pieces import a_service_notice, a_text, an_appeal, an_article, an_honour, pens
from tests.make import a_user


@pytest.mark.parametrize("make", [an_article, an_honour, a_service_notice])
def test_a_piece_is_released_by_somebody_who_did_not_write_it(make: Any) -> None:
    team = pens()

    piece = make(State.PUBLISHED, team=team)

    assert piece.writer_ids == [team.writer.id]
    assert piece.releaser_id == team.releaser.id
    assert [entry.action for entry in history(piece)][-2:] == ["hand_in", "release"]


@pytest.mark.parametrize("make", [an_article, an_honour, a_service_notice])
def test_whoever_had_a_hand_in_it_does_not_release_it(make: Any) -> None:
    both = a_user(Role.REDACTOR, Role.FIRST_REVIEWER, Role.SECOND_REVIEWER)
    piece = make(State.DRAFT)
    hand_in(piece, by=both.actor)

    with pytest.raises(NotAllowed):
        release(piece, by=both.actor)

    assert Action.RELEASE not in actions_open_to(both.actor, piece)
    assert Action.SEND_BACK not in actions_open_to(both.actor, piece)
    assert Action.RELEASE in actions_open_to(a_user(Role.SECOND_REVIEWER).actor, piece)


def test_an_earlier_writer_does_not_release_it_either() -> None:
    early = a_user(Role.FIRST_REVIEWER)
    one = write_article(a_text(), by=early.actor)
    late = a_user(Role.REDACTOR).actor
    edit_article(one, a_text(title="另一个题目"), by=late)
    hand_in(one, by=late)

    with pytest.raises(NotAllowed):
        release(one, by=early.actor)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.LEADER, Role.ACCEPTOR, Role.SYSTEM_ADMIN])
def test_nobody_else_writes(role: Role) -> None:
    with pytest.raises(NotAllowed):
        write_article(a_text(), by=a_user(role).actor)

    assert written(Article).rows == []


def test_a_piece_that_is_changed_after_it_was_handed_in_is_a_draft_again() -> None:
    one = an_article(State.IN_REVIEW)

    edit_article(one, a_text(title="改过的题目"), by=a_user(Role.REDACTOR).actor)

    assert get_article(one.id).state is State.DRAFT


def test_a_released_article_that_is_changed_is_off_the_page_until_it_is_released_again() -> None:
    team = pens()
    one = an_article(State.PUBLISHED, team=team)
    since = one.published_at

    edit_article(one, a_text(title="改过的题目"), by=team.writer.actor)

    with pytest.raises(Gone, match="being changed"):
        article(Rubric.PROGRESS, one.public_id)
    hand_in(one, by=team.writer.actor)
    ports.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]
    release(one, by=team.releaser.actor)
    assert article(Rubric.PROGRESS, one.public_id).published_at == since


def test_a_withdrawn_article_is_gone_and_stays_so() -> None:
    one = an_article(State.WITHDRAWN)

    with pytest.raises(Gone, match="withdrawn"):
        article(Rubric.PROGRESS, one.public_id)

    assert articles().rows == []
    with pytest.raises(WrongStep):
        edit_article(one, a_text(), by=a_user(Role.REDACTOR).actor)


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_what_is_not_released_was_never_there(state: State) -> None:
    one = an_article(state)

    with pytest.raises(NotFound):
        article(Rubric.PROGRESS, one.public_id)

    assert articles().rows == []


def test_an_article_stands_in_its_own_column_alone() -> None:
    one = an_article(State.PUBLISHED, rubric=Rubric.CIVILITY)

    assert [row.id for row in articles(Rubric.CIVILITY).rows] == [one.id]
    assert articles(Rubric.PROGRESS).rows == []
    with pytest.raises(NotFound):
        article(Rubric.PROGRESS, one.public_id)


def test_articles_come_newest_first_a_page_at_a_time() -> None:
    made = [an_article(State.PUBLISHED, title=f"第{number}篇").id for number in range(5)]

    first = articles(Rubric.PROGRESS, size=2)
    second = articles(Rubric.PROGRESS, after=first.after, size=2)
    last = articles(Rubric.PROGRESS, after=second.after, size=2)

    assert [row.id for page in (first, second, last) for row in page.rows] == made[::-1]
    assert last.after == ""


def test_a_piece_is_sent_back_with_a_reason() -> None:
    one, reviewer = an_article(State.IN_REVIEW), a_user(Role.SECOND_REVIEWER).actor

    with pytest.raises(BadInput, match="reason"):
        send_back(one, " ", by=reviewer)
    send_back(one, "数字请核对", by=reviewer)

    assert get_article(one.id).state is State.DRAFT
    assert history(one)[-1].reason == "数字请核对"


def test_whoever_looked_at_an_older_version_releases_nothing() -> None:
    one, reviewer = an_article(State.IN_REVIEW), a_user(Role.SECOND_REVIEWER).actor

    with pytest.raises(Conflict):
        release(one, by=reviewer, seen=one.version - 1)

    assert get_article(one.id).state is State.IN_REVIEW


def test_any_editor_takes_a_piece_down_and_says_why() -> None:
    one, leader = an_article(State.PUBLISHED), a_user(Role.LEADER).actor

    with pytest.raises(BadInput, match="reason"):
        withdraw(one, "", by=leader)
    withdraw(one, "事实有误", by=leader)

    assert (get_article(one.id).state, get_article(one.id).end_words) == (State.WITHDRAWN, "事实有误")


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", " "), ("title", "长" * 61), ("standfirst", ""), ("body", "  "), ("body", "长" * (BODY_AT_MOST + 1)),
        ("body", "有事请打13847400001"), ("standfirst", "车牌蒙J12345"),
    ],
)  # fmt: skip
def test_words_that_must_not_stand_there_are_refused_with_their_field(field: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        write_article(a_text(**{field: words}), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == field


def test_a_notice_is_shown_from_its_first_day_to_its_last() -> None:
    start = today() + timedelta(days=2)
    one = a_service_notice(State.PUBLISHED, begins=start, until=start + timedelta(days=1))

    seen = []
    for _day in range(5):
        seen.append([row.id for row in service_notices()])
        ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]

    assert seen == [[], [], [one.id], [one.id], []]


def test_notices_stand_in_their_order_and_are_few() -> None:
    made = {sort: a_service_notice(State.PUBLISHED, sort=sort).id for sort in (5, 1, 9, 3)}

    assert [row.id for row in service_notices()] == [made[1], made[3], made[5]]


def test_a_notice_whose_days_are_over_is_not_handed_in() -> None:
    one = a_service_notice(until=today())
    ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]

    with pytest.raises(WrongStep, match="over"):
        hand_in(one, by=a_user(Role.REDACTOR).actor)


def test_a_notice_that_ends_before_it_begins_is_refused() -> None:
    writer = a_user(Role.REDACTOR).actor
    one = write_service_notice(an_appeal(), by=writer)

    with pytest.raises(BadInput) as refused:
        edit_service_notice(one, an_appeal(until=today() - timedelta(days=1)), by=writer)

    assert refused.value.field == "until"
    assert get_service_notice(one.id).until == an_appeal().until


def test_nobody_releases_by_another_account_what_they_wrote() -> None:
    writer = a_user(Role.REDACTOR, mobile="13847400001")
    one = write_article(a_text(), by=writer.actor)
    hand_in(one, by=writer.actor)

    with pytest.raises(NotAllowed):
        release(one, by=a_user(Role.FIRST_REVIEWER, mobile="13847400001").actor)
