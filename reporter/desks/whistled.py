"""Which units were called together to a case, who has come, and what they settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.desks.words import named
from reporter.routing.models import Whistle
from reporter.routing.queries import units_by_id, units_called, whistles_of
from reporter.routing.whistles import Level, Purpose


@dataclass(frozen=True)
class Came:
    """One unit that was called. `at`: when it came, None while it has not; `who` reported in, with a note."""

    unit: str
    at: datetime | None
    who: str
    note: str


@dataclass(frozen=True)
class Called:
    """One call. `conclusion` is "" while there is none."""

    title: str
    at: datetime
    due_at: datetime
    units: Sequence[Came]
    conclusion: str

    @property
    def open(self) -> bool:
        """Whether the conclusion is still to come."""
        return not self.conclusion


def calls_of(case_id: int) -> list[Called]:
    """Return the calls of units to a case, the latest first."""
    calls = whistles_of(case_id)
    return [_called(one) for one in reversed(calls)]


def _called(whistle: Whistle) -> Called:
    rows, units = units_called(whistle.id), units_by_id()
    names = names_of([row.person_id for row in rows])
    return Called(
        title=_title(whistle), at=whistle.called_at, due_at=whistle.due_at, conclusion=whistle.conclusion,
        units=[
            Came(named(units.get(row.unit_id)), row.came_at, names.get(row.person_id or 0, ""), row.note) for row in rows
        ],
    )  # fmt: skip


def _title(whistle: Whistle) -> str:
    if whistle.purpose == Purpose.OWNERSHIP:
        return _("Called together to settle whose it is")
    return {
        Level.DAILY: _("Called together: everyday"),
        Level.HARD: _("Called together: hard to solve"),
        Level.EMERGENCY: _("Called together: emergency"),
    }[Level(whistle.level)]
