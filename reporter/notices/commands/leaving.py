"""A person goes: what every room knows of them is taken away, and what must stay leads to nobody."""

from dataclasses import dataclass

from sqlalchemy import delete, or_, update

from reporter.accounts.commands.own import Proof, empty_account, proven, refuse_staff
from reporter.accounts.models import User
from reporter.board.commands.objections import let_go_of_contacts
from reporter.following.commands.stopping import forget_person
from reporter.kernel.db import command, db
from reporter.kernel.policy import Actor
from reporter.notices.commands.writing import contact_name
from reporter.notices.models import Delivery, Notice, NoticeSettings
from reporter.reports.commands.leaving import let_go_of


@dataclass(frozen=True)
class Erased:
    """What became of it. `left`: how often a wrong code may be tried again."""

    done: bool
    left: int = 0


@command
def erase_account(user: User, proof: Proof, *, by: Actor) -> Erased:
    """Erase an account for good; its reports stay, without any way back to the person.

    Raises:
        NotAllowed: a member of staff.
        BadInput: the password is wrong; field "password".
    """
    refuse_staff(user)
    right, left = proven(user, proof)
    if not right:
        return Erased(done=False, left=left)
    contacts = [one for one in (user.email, user.phone, user.mobile) if one]
    _forget_notices(user, contacts)
    forget_person(user.id)
    let_go_of(user.id, contacts)
    let_go_of_contacts(contacts)
    empty_account(user, by=by)
    return Erased(done=True)


def _forget_notices(user: User, contacts: list[str]) -> None:
    """Take away what the person was told and wanted; what a report was told is the report's."""
    names = [f"user:{user.id}", *map(contact_name, contacts)]
    for change in (
        delete(Delivery).where(or_(Delivery.user_id == user.id, Delivery.recipient.in_(names))),
        delete(NoticeSettings).where(
            or_(NoticeSettings.user_id == user.id, NoticeSettings.recipient.in_(names))
        ),
        update(Notice).where(Notice.user_id == user.id, Notice.report_id.is_not(None)).values(user_id=None),
        delete(Notice).where(Notice.user_id == user.id),
    ):
        db.session.execute(change.execution_options(synchronize_session=False))
