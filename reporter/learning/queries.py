"""Every read of what was learnt, and of what it is learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import undefer

from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case, Source
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.learning.models import Lesson
from reporter.learning.rules import Guess, Model
from reporter.reports.models import Report

MOST = 20_000  # reports that are learnt from, the newest
KEPT_MODELS = 8  # that one process holds


@dataclass(frozen=True)
class Decided:
    """What somebody wrote, and of which kind its case was in the end."""

    words: str
    category_id: int


@dataclass(frozen=True)
class Suggestion:
    """A kind that the words speak for.

    Attributes:
        sure: 0..1, as it was measured on held-back reports.
        because: pieces of the words, the weightiest first.
        of_kind, of_all: in how many decided reports the first of them stood, of this kind and of any.
    """

    category_id: int
    sure: float
    because: Sequence[str]
    of_kind: int
    of_all: int


def decided_reports(*, limit: int = MOST) -> list[Decided]:
    """Return the newest reports with words that a case came of, the oldest first, with the kind it has now.

    Those that another system handed over are left out: their kinds come from a table, and nobody here decided.
    """
    newest = (
        select(Report.words, Case.category_id)
        .join(Case, Case.id == Report.case_id)
        .where(
            Report.city_id == current_city_id(),
            Report.words != "",
            Case.state != CaseState.VOID,
            Case.source != Source.PARTNER,
        )
        .order_by(Report.id.desc())
        .limit(limit)
    )
    return [Decided(words, kind) for words, kind in reversed(db.session.execute(newest).all())]


def lessons(*, limit: int = 20) -> Sequence[Lesson]:
    """Return what was learnt, the newest first, without the weights."""
    own = select(Lesson).where(Lesson.city_id == current_city_id()).order_by(Lesson.id.desc()).limit(limit)
    return db.session.scalars(own).all()


def get_lesson(lesson_id: int) -> Lesson:
    """Return one. Raises `NotFound`."""
    found = db.session.scalar(select(Lesson).where(Lesson.id == lesson_id))
    if found is None:
        raise NotFound("There is no such lesson.")
    return found


def lesson_in_use() -> Lesson | None:
    """Return the newest that is in use, without the weights; None: nothing is suggested."""
    newest = (
        select(Lesson).where(Lesson.city_id == current_city_id(), Lesson.in_use).order_by(Lesson.id.desc())
    )
    return db.session.scalar(newest.limit(1))


def suggested_kind(words: str) -> Suggestion | None:
    """Return the kind that `words` speak for, None unless it is sure enough, as measured on held-back reports."""
    lesson = lesson_in_use() if words.strip() else None
    if lesson is None or lesson.threshold is None:
        return None
    model = model_of(lesson.city_id, lesson.id, lesson.at.timestamp(), lesson.learnt)
    guess = model.guess(words)
    if (
        guess is None
        or guess.sure < lesson.threshold
        or guess.category_id in lesson.silent
        or not guess.because
    ):
        return None
    return _told(model, guess)


def _told(model: Model, guess: Guess) -> Suggestion:
    of_kind, of_all = model.how_many(guess.because[0], guess.category_id)
    return Suggestion(guess.category_id, guess.sure, guess.because, of_kind, of_all)


@lru_cache(maxsize=KEPT_MODELS)
def model_of(_city_id: int, lesson_id: int, _at: float, _learnt: int) -> Model:
    """Return a model; a row never changes its weights, so a process reads each once, and knows it by more than its id."""
    row = select(Lesson).where(Lesson.id == lesson_id).options(undefer(Lesson.weights))
    return Model.of(db.session.scalars(row.execution_options(populate_existing=True)).one().weights)
