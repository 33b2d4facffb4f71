"""Every read of what kinds ask, and the answers as a report keeps them."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from reporter.cases.answers import Answer, Fault, answers_to, unknown_answers
from reporter.cases.question_models import Question
from reporter.cities.queries import current_city
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotFound


def questions_of(category_id: int, *, active: bool = True) -> Sequence[Question]:
    """Return what a kind asks, in its order; the retired ones too if asked."""
    own = select(Question).where(Question.category_id == category_id).order_by(Question.sort, Question.id)
    return db.session.scalars(own.where(Question.active) if active else own).all()


def questions_by_kind() -> dict[int, list[Question]]:
    """Return what each kind asks now, by the kind's id, in one query; a kind that asks nothing is left out."""
    asked = select(Question).where(Question.active).order_by(Question.sort, Question.id)
    found: dict[int, list[Question]] = {}
    for question in db.session.scalars(asked):
        found.setdefault(question.category_id, []).append(question)
    return found


def get_question(category_id: int, question_id: int) -> Question:
    """Return the question of that kind. Raises `NotFound`."""
    own = select(Question).where(Question.category_id == category_id, Question.id == question_id)
    question = db.session.scalar(own)
    if question is None:
        raise NotFound("There is no such question.")
    return question


def read_answers(
    category_id: int, given: Mapping[str, Sequence[str]], *, needed: bool = True, unknown: bool = False
) -> tuple[list[Answer], list[Fault]]:
    """Return the answers to what the kind asks, as a report keeps them, and all that is wrong with them.

    Args:
        given: what was typed or chosen, by the question's code.
        needed: whether required questions must be answered.
        unknown: also keep what answers no question: other systems send more than they are asked.
    """
    questions = questions_of(category_id)
    answers, faults = answers_to(questions, given, zone=ZoneInfo(current_city().zone), needed=needed)
    return answers + (unknown_answers(questions, given) if unknown else []), faults


def answers_or_refuse(
    category_id: int, given: Mapping[str, Sequence[str]], *, english: bool, needed: bool = True, unknown: bool = False
) -> list[Answer]:  # fmt: skip
    """Return the answers as a report keeps them.

    Raises:
        BadInput: one cannot be read or is missing; names the first such question, field "answers".
    """
    answers, faults = read_answers(category_id, given, needed=needed, unknown=unknown)
    if faults:
        asked = {one.code: one for one in questions_of(category_id)}[faults[0].code]
        words = (english and asked.question_en) or asked.question_zh
        raise BadInput("Please look at the answer to “%(question)s” again.", field="answers", question=words)
    return answers
