"""Who sent a report, opened for a purpose and on record: nobody sees it by the way."""

from reporter.accounts.commands.identity import Identity, open_identity
from reporter.accounts.queries import find_user
from reporter.kernel.audit import record
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.reports.models import Report


@command
def open_reporter(report: Report, purpose: str, *, by: Actor) -> Identity:
    """Return name and contact of whoever sent a report; it stays in the person's trail, without an account in the report's.

    Raises:
        NotAllowed: `by` may not open identities.
        BadInput: no purpose was given; field "purpose".
        NotFound: the report came without a name and without a contact.
    """
    require(by, Permission.IDENTITY_OPEN, report)
    if not purpose.strip():
        raise BadInput("Please say what this is needed for.", field="purpose")
    user = find_user(report.reporter_id) if report.reporter_id else None
    if user is None and not report.contact:
        raise NotFound("Nothing is known of whoever sent this report.")
    if user is not None:
        known = open_identity(user, purpose, by=by)
        return Identity(known.name, report.contact or known.contact)
    record(report, "open_identity", by=by, at=ports.clock.now(), reason=purpose.strip())
    return Identity("", report.contact)
