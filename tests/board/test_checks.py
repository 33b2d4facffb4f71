"""The seven requirements, each with what it says is missing."""

from dataclasses import replace

import pytest

from reporter.board.checks import Check, Facts, PictureFacts, checks
from reporter.board.lifecycle import Outcome

pytestmark = pytest.mark.pure

BEFORE, AFTER = (
    PictureFacts("before", judged=True, current=True),
    PictureFacts("after", judged=True, current=True),
)
ALL_WELL = Facts(
    outcome=Outcome.PUT_RIGHT, owed=False, case_closed=True, closer_is_not_handler=True, kind_exposable=True,
    pictures=[BEFORE, AFTER], no_minor=True, title="解放大街占道，已整改", personal_data=[], not_neutral=[],
    asserted=False,
    dwelling=False, basis="条例", basis_source="人大网", basis_date="2026-11-23",
)  # fmt: skip


def _lacking(facts: Facts) -> list[Check]:
    return [check for check in checks(facts) if not check.met]


def test_there_are_seven_and_all_can_be_met() -> None:
    assert len(checks(ALL_WELL)) == 7
    assert _lacking(ALL_WELL) == []


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"case_closed": False}, Check("case_closed", "open")),
        ({"closer_is_not_handler": False}, Check("case_closed", "same_person")),
        ({"kind_exposable": False}, Check("kind_exposable", "kind")),
        ({"pictures": []}, Check("masks_confirmed", "no_before")),
        ({"pictures": [AFTER]}, Check("masks_confirmed", "no_before")),
        ({"pictures": [BEFORE]}, Check("masks_confirmed", "no_after")),
        ({"pictures": [replace(BEFORE, judged=False), AFTER]}, Check("masks_confirmed", "unseen", 1)),
        ({"pictures": [replace(BEFORE, current=False), AFTER]}, Check("masks_confirmed", "changed", 1)),
        ({"no_minor": False}, Check("no_minor", "minor")),
        ({"title": "  "}, Check("neutral_words", "no_title")),
        ({"personal_data": ["phone"]}, Check("neutral_words", "personal_data")),
        ({"not_neutral": ["刁民"]}, Check("neutral_words", "not_neutral")),
        ({"asserted": True}, Check("neutral_words", "asserted")),
        ({"dwelling": True}, Check("no_dwelling", "dwelling")),
        ({"basis": ""}, Check("legal_basis", "no_basis")),
        ({"basis_source": " "}, Check("legal_basis", "no_source")),
        ({"basis_date": ""}, Check("legal_basis", "no_date")),
    ],
)
def test_what_is_missing_is_named(change: dict[str, object], check: Check) -> None:
    assert _lacking(replace(ALL_WELL, **change)) == [check]  # type: ignore[arg-type]  # the table's own types


def test_an_act_is_shown_without_a_picture_from_after() -> None:
    assert _lacking(replace(ALL_WELL, outcome=Outcome.DEALT_WITH, pictures=[BEFORE])) == []


def test_what_a_unit_owes_needs_no_picture_from_after_and_must_be_owed_still() -> None:
    late = replace(ALL_WELL, outcome=Outcome.OVERDUE, case_closed=False, pictures=[BEFORE])

    assert _lacking(replace(late, owed=True)) == []
    assert _lacking(late) == [Check("case_overdue", "not_owed")]
