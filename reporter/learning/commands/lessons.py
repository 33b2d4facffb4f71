"""Keep what was learnt, use it, lay it aside."""

from sqlalchemy import delete, select, update

from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.policy import Actor, Permission, require
from reporter.learning.models import Lesson
from reporter.learning.queries import model_of
from reporter.learning.rules import Learnt, by_kind, calibration, silent_kinds, threshold_of
from reporter.ports import ports

KEPT = 20  # lessons of a city, the newest


@command
def keep_lesson(learnt: Learnt, *, by: Actor) -> Lesson:
    """Write down what was learnt, with the figures of the reports that were held back; from now on it is used.

    The threshold comes of the reports in between, so that the figures are of reports that nothing was settled by.
    """
    require(by, Permission.ADMIN_SYSTEM)
    threshold = threshold_of(learnt.settled)
    certain = 2.0 if threshold is None else threshold
    silent = silent_kinds(learnt.settled, certain)
    shown = [one for one in learnt.held if one.sure >= certain and one.guessed not in silent]
    db.session.execute(update(Lesson).where(Lesson.city_id == current_city_id()).values(in_use=False))
    lesson = Lesson(
        at=ports.clock.now(), learnt=learnt.learnt, settled=len(learnt.settled), held=len(learnt.held),
        right=sum(one.right for one in learnt.held), suggested=len(shown), rightly=sum(one.right for one in shown),
        threshold=threshold, silent=silent, calibration=calibration(learnt.held),
        kinds=by_kind(learnt.held, certain), weights=learnt.model.kept(), in_use=True,
    )  # fmt: skip
    db.session.add(lesson)
    db.session.flush()
    model_of.cache_clear()
    record(current_city(), "learn", by=by, at=ports.clock.now(), facts={"lesson_id": lesson.id})
    old = select(Lesson.id).where(Lesson.city_id == current_city_id()).order_by(Lesson.id.desc()).offset(KEPT)
    gone = list(db.session.scalars(old))
    db.session.execute(delete(Lesson).where(Lesson.id.in_(gone)).execution_options(synchronize_session=False))
    return lesson


@command
def use_lesson(lesson: Lesson, *, on: bool, by: Actor) -> None:
    """Let this lesson suggest, and no other; or let none. Raises `NotAllowed`."""
    require(by, Permission.ADMIN_SYSTEM)
    db.session.execute(update(Lesson).where(Lesson.city_id == current_city_id()).values(in_use=False))
    db.session.refresh(lesson)
    lesson.in_use = on
    record(
        current_city(), "use_lesson" if on else "lay_lesson_aside", by=by, at=ports.clock.now(),
        facts={"lesson_id": lesson.id},
    )  # fmt: skip
