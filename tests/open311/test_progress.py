"""Every state of a report and of a case has its word for the outside."""

import pytest

from reporter.cases.lifecycle import OPEN
from reporter.cases.lifecycle import State as CaseState
from reporter.open311.progress import Progress, Status, progress_of, status_of
from reporter.reports.lifecycle import State

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("case", CaseState)
@pytest.mark.parametrize("state", [State.ACCEPTED, State.DUPLICATE])
def test_a_report_that_was_taken_up_is_open_while_its_case_is(state: State, case: CaseState) -> None:
    progress = progress_of(state, case)

    if case is CaseState.VOID:
        assert progress is None
    else:
        assert progress is not None
        assert (status_of(progress) is Status.OPEN) == (case in OPEN)


@pytest.mark.parametrize("state", set(State) - {State.ACCEPTED, State.DUPLICATE})
def test_any_other_report_waits_or_is_not_known_whatever_case_it_may_name(state: State) -> None:
    found = {progress_of(state, case) for case in (None, *CaseState)}

    waits = state in {State.SUBMITTED, State.INFO_REQUESTED}
    assert found == {Progress.OPEN if waits else None}


def test_whether_it_was_put_right_is_told_of_what_is_archived_too() -> None:
    archived = [progress_of(State.ACCEPTED, CaseState.ARCHIVED, unfixed=unfixed) for unfixed in (False, True)]

    assert archived == [Progress.FIXED, Progress.NOT_FIXED]


def test_a_case_that_is_at_work_again_says_so() -> None:
    assert progress_of(State.ACCEPTED, CaseState.HANDLING, reopened=True) is Progress.REOPENED
    assert progress_of(State.ACCEPTED, CaseState.HANDLED, reopened=True) is Progress.IN_PROGRESS
