"""The picture beside "I saw this too": to whoever is reporting the same, for some minutes, and to nobody else.

An address is good for one picture of one case in one browser session; each time it is used everything that lets the
picture be shown is looked at anew. See docs/decisions/0054-a-picture-beside-i-saw-it-too.md.
"""

from datetime import timedelta

from flask import session, url_for
from flask.typing import ResponseReturnValue

from reporter.cases.queries import cases_by_ids
from reporter.desks.enclosed import UPLOADER
from reporter.desks.errors import limiter, refuse_until
from reporter.desks.guard import allow
from reporter.desks.images import private_image
from reporter.desks.resident.door import bp
from reporter.kernel.errors import NotFound
from reporter.kernel.policy import Permission
from reporter.ports import ports
from reporter.ports.seals import Unsealed
from reporter.reports.nearby import Candidate, shown_nearby

PURPOSE = "nearby picture"
GOOD_FOR = timedelta(minutes=15)  # as long as somebody writes a report, about
# From one address: three pictures a report, and a school class behind one router.
pictures = limiter.limit("60 per 10 minutes; 300 per day", on_breach=refuse_until)


def picture_address(case_id: int, candidate: Candidate) -> str:
    """Return the address of a picture for this browser session; "" for one that has sent no picture of its own."""
    if UPLOADER not in session:
        return ""
    until = int((ports.clock.now() + GOOD_FOR).timestamp())
    whose = ports.seals.digest(f"{PURPOSE} {session[UPLOADER]}")
    name = ports.seals.sign([case_id, candidate.look, until, whose], purpose=PURPOSE)
    return url_for("resident.nearby_picture", name=name)


@bp.get("/report/nearby/<name>.jpg")
@pictures
@allow(Permission.DESK_RESIDENT)
def nearby_picture(name: str) -> ResponseReturnValue:
    """Send the masked picture of an open case to the session that reports something beside it."""
    case_id, look = _meant(name)
    case = cases_by_ids([case_id]).get(case_id)
    shown = shown_nearby([case]).get(case_id) if case and case.is_open else None
    if shown is None or shown.look != look:
        raise NotFound("There is no such picture.")
    return private_image(shown.copy())


def _meant(name: str) -> tuple[int, str]:
    try:
        case_id, look, until, whose = ports.seals.signed(name, purpose=PURPOSE)
    except Unsealed as error:
        raise NotFound("There is no such picture.") from error
    mine = ports.seals.digest(f"{PURPOSE} {session.get(UPLOADER, '')}")
    if whose != mine or until < ports.clock.now().timestamp():
        raise NotFound("There is no such picture.")
    return case_id, look
