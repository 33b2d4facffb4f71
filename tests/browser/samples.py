"""Rows of the running city by the story they come from, such as `submitted`, `handling` or `published`."""

from typing import TypeVar

from flask import current_app
from sqlalchemy import func, select

from reporter.accounts.models import User
from reporter.accounts.queries import user_by_login
from reporter.board.models import Exposure, Objection
from reporter.cases.commands import advance
from reporter.cases.lifecycle import OPEN, Action
from reporter.cases.lifecycle import State as Stage
from reporter.cases.models import Case, Category
from reporter.cases.question_models import Question
from reporter.editorial.models import Article, Honour, ServiceNotice
from reporter.following.commands.choosing import follow_around
from reporter.following.models import Digest, Follow
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import SYSTEM, Actor, Role
from reporter.photos.models import Photo
from reporter.ports import ports
from reporter.reports.commands.followup import withdraw
from reporter.reports.commands.handing import hand_over, receive
from reporter.reports.handovers import handovers
from reporter.reports.lifecycle import WAITING
from reporter.reports.models import Report
from reporter.routing.links import link_path, links_of
from reporter.routing.models import Shift, Unit
from tests.browser.city import chosen_stories

Written = TypeVar("Written", Article, Honour, ServiceNotice)


def story_report(goal: str) -> Report:
    """Return the report of the first story that came as far as `goal`."""
    words = next(story.words for story in chosen_stories() if story.goal == goal)
    return db.session.execute(select(Report).where(Report.words == words)).scalars().one()


def story_case(goal: str) -> Case:
    """Return the case of that story."""
    return db.session.get_one(Case, story_report(goal).case_id)


def story_exposure(goal: str) -> Exposure:
    """Return the newest exposure of that story."""
    newest = (
        select(Exposure).where(Exposure.case_id == story_case(goal).id).order_by(Exposure.id.desc()).limit(1)
    )
    return db.session.execute(newest).scalars().one()


def story_photo(goal: str) -> Photo:
    """Return the first photo on the exposure of that story."""
    return db.session.get_one(Photo, story_exposure(goal).pictures[0].photo_id)


def story_objection(goal: str) -> Objection:
    """Return the objection of that story."""
    of_it = select(Objection).where(Objection.exposure_id == story_exposure(goal).id)
    return db.session.execute(of_it).scalars().one()


def newest_piece(model: type[Written], state: str) -> Written:
    """Return what the editors wrote last of one sort, in this state."""
    newest = select(model).where(model.state == state).order_by(model.id.desc()).limit(1)
    return db.session.execute(newest).scalars().one()


def head_of(goal: str) -> str:
    """Return the login, without its domain, of the head of the unit that has the case of that story."""
    unit_id = story_case(goal).lead_unit_id
    head = db.session.execute(select(User).where(User.unit_id == unit_id).order_by(User.id)).scalars().first()
    if head is None or head.email is None:
        raise LookupError(goal)
    return head.email.partition("@")[0]


def the_question() -> dict[str, int]:
    """Return where the oldest question of a kind is."""
    question = db.session.execute(select(Question).order_by(Question.id).limit(1)).scalars().one()
    return {"kind_id": question.category_id, "question_id": question.id}


def first_id(model: type[User] | type[Unit] | type[Category] | type[Shift]) -> int:
    """Return the id of the oldest row of `model`."""
    return db.session.execute(select(model.id).order_by(model.id).limit(1)).scalar_one()


def unit_with_roster() -> int:
    """Return the id of the unit that has the oldest line of a roster."""
    return db.session.execute(select(Shift.unit_id).order_by(Shift.id).limit(1)).scalar_one()


def followed(login: str) -> Follow:
    """Return what the person with this login follows: what lies around the post of the story that is on show."""
    user = user_by_login(login)
    if user is None:
        raise LookupError(login)
    enter_city(user.city_id)
    return follow_around(story_exposure("published").public_id, by=user.actor)


def digest_of(login: str) -> Digest:
    """Return what that person was told of it."""
    follow, post_id, now = followed(login), story_exposure("published").id, ports.clock.now()
    known = db.session.scalar(select(Digest).where(Digest.user_id == follow.user_id))
    if known is None:
        told = [{"follow": follow.id, "number": 3, "posts": [post_id]}]
        known = Digest(user_id=follow.user_id, due_at=now, at=now, number=3, groups=told)
        db.session.add(known)
        db.session.commit()
    return known


def received_handover() -> int:
    """Return the id of a handover that was given and received: none waits after that."""
    made = next((one for one in handovers().rows if one.received_at), None)
    if made is None:
        going, coming = user_by_login("shift@jining.example"), user_by_login("acceptor@jining.example")
        if going is None or coming is None:
            raise LookupError("shift, acceptor")
        enter_city(going.city_id)
        made = hand_over("夜班：消防通道那件等消防队回话。\n早上先看待答复的。", by=going.actor)
        receive(made, "少了一件：东门口的。", by=coming.actor)
    return made.id


def newest_report() -> int:
    """Return the id of the report that came last, 0 when none has come."""
    return db.session.execute(select(func.max(Report.id))).scalar() or 0


def end_reports_after(report_id: int) -> None:
    """End every report that came later, and the cases they were made into, so that nothing of them is open."""
    later = db.session.execute(select(Report).where(Report.id > report_id)).scalars().all()
    cases = [db.session.get_one(Case, one) for one in {one.case_id for one in later if one.case_id}]
    for report in later:
        if report.state in WAITING:
            withdraw(report, by=Actor(id=report.reporter_id, report_id=report.id))
    for case in cases:
        if case.state in OPEN:
            ends = Action.CLOSE_UNFIXED if case.state is Stage.HANDLED else Action.VOID
            advance(case, ends, by=SYSTEM.lent(Role.SHIFT_LEADER), reason="故事已讲完")


def link_token(goal: str) -> str:
    """Return what stands in the address of the link to the case of that story."""
    link = links_of(story_case(goal).id)[0]
    return link_path(link, current_app.config["SECRET_KEY"]).removeprefix("/order/")
