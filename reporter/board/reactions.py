"""Keep the board in step with the cases."""

from reporter.board.commands.exposures import propose, withdraw, withdraw_revoked
from reporter.board.lifecycle import Outcome
from reporter.board.queries import live_exposure_of
from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import Effect
from reporter.cases.queries import get_case, result_of
from reporter.kernel.policy import SYSTEM


def follow_case(event: CaseMoved) -> None:
    """Propose what was put right, take down what was reopened or void, or whose penalty fell; twice changes nothing."""
    if Effect.EXPOSE in event.effect:
        owed = live_exposure_of(event.case_id)
        if owed and owed.outcome is Outcome.OVERDUE:
            withdraw(owed, "It has been put right since.", by=SYSTEM)
        propose(get_case(event.case_id), by=SYSTEM)
    elif Effect.WITHDRAW in event.effect and (exposure := live_exposure_of(event.case_id)):
        withdraw(exposure, "The case behind this post was taken up again.", by=SYSTEM)
    elif Effect.REVOKED in event.effect and (exposure := live_exposure_of(event.case_id)):
        result = result_of(event.case_id)
        if result is not None and result.revoked_on is not None:
            withdraw_revoked(exposure, on=result.revoked_on)
