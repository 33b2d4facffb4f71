"""Units with their people: the list with what is wrong in it, and who works in one unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.accounts.models import User
from reporter.accounts.queries import get_user, members_of
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.staff_forms import MemberForm
from reporter.desks.duty import family_word, gap_words
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission, may
from reporter.routing.duty import gaps_ahead
from reporter.routing.families import Family
from reporter.routing.models import Unit
from reporter.routing.queries import get_unit, rules
from reporter.routing.queries import units as every_unit
from reporter.routing.roster import Span
from reporter.routing.staffing import can_handle, place_person, take_out


@dataclass(frozen=True)
class Line:
    """One unit of the list: how many people can handle cases there, and what an administrator should put right."""

    unit: Unit
    people: int
    warnings: Sequence[str]


@bp.get("/units")
@allow(Permission.DESK_ADMIN)
def units() -> ResponseReturnValue:
    """List the units, of one family when asked."""
    wanted = request.args.get("family", "")
    family = wanted if wanted in set(Family) else ""
    rows = every_unit(active=False)
    families = [one for one in Family if any(unit.family == one for unit in rows)]
    lines = lines_of([unit for unit in rows if family in {"", unit.family}])
    return render_template("admin/units.html", lines=lines, families=families, family=family)


def lines_of(rows: Sequence[Unit]) -> list[Line]:
    """Return the units with what is wrong; as many queries for twenty as for one."""
    people, free = members_of([unit.id for unit in rows]), gaps_ahead([unit for unit in rows if unit.active])
    naming: dict[int, list[int]] = {}
    for rule in rules():
        naming.setdefault(rule.lead_unit_id, []).append(rule.sort)
    return [
        Line(
            unit,
            sum(map(can_handle, people[unit.id])),
            warnings_of(unit, people[unit.id], free.get(unit.id, ()), naming.get(unit.id, ())),
        )
        for unit in rows
    ]


def warnings_of(
    unit: Unit, people: Sequence[User], free: Sequence[Span] = (), named_by: Sequence[int] = ()
) -> list[str]:
    """Return what an administrator should put right about a unit, in words."""
    if not unit.active:
        numbers = _(", ").join(str(number) for number in named_by)
        closed = ngettext(
            "Closed, but rule no. %(rules)s names it: it is passed over, and the next fitting rule holds.",
            "Closed, but rules no. %(rules)s name it: they are passed over, and the next fitting rule holds.",
            len(named_by), rules=numbers,
        )  # fmt: skip
        return [closed] if named_by else []
    said = []
    if unit.external and not unit.contact:
        said.append(
            _("No contact is known: the link by which the firm answers has to be handed over by you.")
        )
    if not unit.external and not any(map(can_handle, people)):
        said.append(_("Nobody works here who can claim a case. A security administrator appoints people."))
    if free:
        said.append(gap_words(free))
    return said


@bp.get("/units/<int:unit_id>/people")
@allow(Permission.DESK_STAFFING)
def unit_people(unit_id: int) -> ResponseReturnValue:
    """Show who works in a unit."""
    return _page(get_unit(unit_id), MemberForm())


def _page(unit: Unit, form: MemberForm, said: str = "") -> str:
    people = members_of([unit.id])[unit.id]
    return render_template(
        "admin/unit_people.html", unit=unit, people=people, form=form, said=said, can_handle=can_handle,
        warnings=warnings_of(unit, people),
    )  # fmt: skip


@bp.post("/units/<int:unit_id>/people")
@checks_its_own_token
@allow(Permission.DESK_SECURITY)
def add_member(unit_id: int) -> ResponseReturnValue:
    """Let a person handle what lies with the unit, or change the role they have there."""
    unit, form = get_unit(unit_id), MemberForm()
    if valid(form):
        try:
            person = place_person(unit, form.login.data or "", head=form.role.data == "unit_head", by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            flash(_("%(name)s now works in this unit.", name=person.name), "ok")
            return redirect(url_for("admin.unit_people", unit_id=unit_id))
    return _page(unit, form), BadInput.status


@bp.post("/units/<int:unit_id>/people/<int:user_id>/out")
@allow(Permission.DESK_SECURITY)
def drop_member(unit_id: int, user_id: int) -> ResponseReturnValue:
    """Let a person belong to no unit any more."""
    unit, person = get_unit(unit_id), get_user(user_id)
    try:
        take_out(unit, person, by=me())
    except BadInput as error:
        return _page(get_unit(unit_id), MemberForm(formdata=None), words_of(error)), error.status
    flash(_("%(name)s belongs to no unit any more. The account stays.", name=person.name), "ok")
    return redirect(url_for("admin.unit_people", unit_id=unit_id))


bp.add_app_template_filter(family_word, "family_word")


@bp.app_template_global("may_open_unit")
def may_open_unit(page: str) -> bool:
    """Tell whether whoever is signed in may open a page of a unit, or `appoint` its people."""
    needed = {
        "people": Permission.DESK_STAFFING,
        "appoint": Permission.DESK_SECURITY,
        "roster": Permission.DESK_ROSTER,
    }
    return may(me(), needed.get(page, Permission.DESK_ADMIN))
