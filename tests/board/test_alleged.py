"""Where no penalty says who did it, a post says 涉嫌, and no other title is handed in."""

from dataclasses import replace

import pytest

from reporter.board.commands.exposures import submit
from reporter.board.commands.words import word
from reporter.board.editing import checks_of
from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, live_exposure_of
from reporter.cases.commands import Outcome, advance, submit_result
from reporter.cases.lifecycle import Action
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Nature
from reporter.cases.queries import get_case
from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import Role
from reporter.routing.queries import get_unit
from tests.board.posts import GOOD, Editors, an_exposure, editors, finish
from tests.make import a_case, a_category, a_user

LAW = {"legal_basis": "《条例》第三条", "legal_source": "市人大", "legal_date": "2026-11-23"}


def talked_to() -> Exposure:
    """Return a proposal about an act that ended with a warning talk."""
    kind = a_category(nature=Nature.ACT, name_zh="宠物便溺", **LAW)
    case = get_case(a_case(CaseState.HANDLING, category=kind).id)
    handler = a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)).actor
    submit_result(case, Outcome("education", "已劝导", document="教 1"), by=handler)
    advance(get_case(case.id), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)
    exposure = live_exposure_of(case.id)
    assert exposure
    return exposure


def titled(exposure: Exposure, title: str, team: Editors) -> Exposure:
    """Let the redactor finish it under this title."""
    finish(exposure, team)
    word(get_exposure(exposure.id), replace(GOOD, title=title), by=team.redactor.actor)
    return get_exposure(exposure.id)


def test_its_first_title_leaves_open_whether_somebody_did_it() -> None:
    exposure = talked_to()

    assert exposure.title == "解放大街涉嫌宠物便溺，已劝导教育"


def test_a_title_that_says_it_as_if_it_were_decided_is_not_handed_in() -> None:
    team = editors()
    bold = titled(talked_to(), "解放大街宠物便溺，已依法处理", team)

    with pytest.raises(WrongStep, match="checks are open"):
        submit(bold, by=team.redactor.actor)
    assert [check.lack for check in checks_of(bold) if not check.met] == ["asserted"]


def test_with_the_word_it_is_handed_in() -> None:
    team = editors()
    careful = titled(talked_to(), "解放大街涉嫌宠物便溺，已劝导教育", team)

    submit(careful, by=team.redactor.actor)

    assert get_exposure(careful.id).state is State.FIRST_REVIEW


def test_what_a_penalty_decided_and_what_is_about_a_place_need_not_say_it() -> None:
    decided = an_exposure(
        State.FIRST_REVIEW, category=a_category(nature=Nature.ACT, plate_expected=True, **LAW)
    )
    place = an_exposure(State.FIRST_REVIEW)

    assert all(check.met for one in (decided, place) for check in checks_of(one))
