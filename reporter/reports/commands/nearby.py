"""A moderator lets a picture of a report be seen by people who report the same nearby, or takes that back."""

from collections.abc import Collection

from sqlalchemy import delete, select

from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.reports.models import NearbyPicture, Report
from reporter.reports.nearby import SETTING, Candidate, candidates, pictures_wanted


@command
def show_nearby(report: Report, photo_id: int, *, look: str, by: Actor) -> None:
    """Let people who report the same within 100 m see a picture while its case is open; who did stays in its trail.

    Args:
        look: of the very picture that was judged, as `Candidate.look` says.

    Raises:
        NotAllowed: `by` does not decide about reports.
        BadInput: the picture is not of this report; field "photo".
        WrongStep: something forbids that it is shown.
        Conflict: something else is covered on it by now than was seen.
    """
    require(by, Permission.REPORT_TRIAGE, report)
    db.session.refresh(report, with_for_update=True)  # of two who press at once the second sees the first
    candidate = _candidate(report, photo_id)
    if candidate.hindrances:
        raise WrongStep("This picture cannot be shown to people nearby. Please reload the page to see why.")
    if candidate.look != look:
        raise Conflict("Something else is covered on this picture by now. Please look at it again.")
    _take_back([photo_id])
    db.session.add(
        NearbyPicture(
            photo_id=photo_id, report_id=report.id, look=look, shown_by_id=by.id, at=ports.clock.now()
        )
    )
    facts = {"report": report.number, "look": look, "covered": len(candidate.boxes)}
    record(candidate.photo, "show_nearby", by=by, at=ports.clock.now(), facts=facts)


@command
def hide_nearby(report: Report, photo_id: int, *, by: Actor) -> None:
    """Take back that people nearby see a picture; nothing happens when they do not.

    Raises:
        NotAllowed: `by` does not decide about reports.
        BadInput: the picture is not of this report; field "photo".
    """
    require(by, Permission.REPORT_TRIAGE, report)
    candidate = _candidate(report, photo_id)
    if _take_back([photo_id]):
        record(candidate.photo, "hide_nearby", by=by, at=ports.clock.now(), facts={"report": report.number})


def forget_nearby(photo_ids: Collection[int]) -> None:
    """Let nobody nearby see these pictures any more, in the caller's transaction: they have to be judged anew."""
    _take_back(photo_ids)


def _take_back(photo_ids: Collection[int]) -> bool:
    rows = db.session.scalars(select(NearbyPicture.id).where(NearbyPicture.photo_id.in_(photo_ids))).all()
    db.session.execute(delete(NearbyPicture).where(NearbyPicture.id.in_(rows)))
    return bool(rows)


def _candidate(report: Report, photo_id: int) -> Candidate:
    found = next((one for one in candidates(report) if one.photo.id == photo_id), None)
    if found is None:
        raise BadInput("This picture does not belong to the report. Please reload the page.", field="photo")
    return found


@command
def switch_nearby_pictures(*, wanted: bool, by: Actor) -> None:
    """Say whether the city lets pictures of open cases be shown to people who report the same.

    Raises:
        NotAllowed: `by` is no system administrator.
    """
    require(by, Permission.ADMIN_SYSTEM)
    if wanted is pictures_wanted():
        return
    city = current_city()
    city.settings = city.settings | {SETTING: wanted}
    record(city, "switch_nearby_pictures", by=by, at=ports.clock.now(), facts={"on": wanted})
