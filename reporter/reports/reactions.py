"""Keep in step with the cases which waiting reports may be there already."""

from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import OPEN, Action
from reporter.cases.queries import get_case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import db
from reporter.places.moved import ROUNDED_BY, ends_of
from reporter.reports.commands.alike import mark_alike
from reporter.reports.worklists import waiting_on_the_spot


def follow_case(event: CaseMoved) -> None:
    """Look again at what waits on the spot of a case that was opened, ended or put right. Running twice changes nothing."""
    corrected = event.action is Action.CORRECT
    if not corrected and (event.before in OPEN) == (event.after in OPEN):
        return
    case = get_case(event.case_id)
    kinds = {case.category_id}
    if corrected:
        facts = db.session.get_one(TrailEntry, event.entry_id).facts
        kinds.add(facts["category_id"])
        if "moved" in facts:
            left, _to = ends_of(facts["moved"])
            mark_alike(waiting_on_the_spot(left.lon, left.lat, kinds, about=ROUNDED_BY))
    mark_alike(waiting_on_the_spot(case.lon, case.lat, kinds))
