"""What reports announce to the rest of the house."""

from dataclasses import dataclass

from reporter.reports.lifecycle import Action, Effect


@dataclass(frozen=True)
class ReportMoved:
    """Published after a report took a step, inside the same transaction."""

    report_id: int
    entry_id: int
    action: Action
    effect: Effect
