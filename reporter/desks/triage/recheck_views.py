"""The re-check of what was taken in without a moderator."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.dossier import you_wrote
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.lookups import look_up
from reporter.desks.triage.recheck_forms import VerdictForm
from reporter.desks.triage.rechecks import rechecks_page
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Permission
from reporter.reports.calm_lists import get_pass
from reporter.reports.commands.calm import check_pass


@bp.get("/rechecks")
@allow(Permission.DESK_TRIAGE)
def rechecks() -> ResponseReturnValue:
    """Show what was drawn and nobody has looked at."""
    return _page()


def _page(returned: tuple[int, VerdictForm] | None = None) -> str:
    screen = rechecks_page(look_up(), request.args.get("after", ""), returned)
    return render_template("triage/rechecks.html", screen=screen, wrong=returned[1] if returned else None)


@bp.post("/rechecks/<int:pass_id>")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def recheck(pass_id: int) -> ResponseReturnValue:
    """Say that all was right, or what was wrong."""
    passed, form = get_pass(pass_id), VerdictForm.about(pass_id, empty=False)
    if not valid(form):
        return _page((pass_id, form)), 422
    try:
        stopped = check_pass(passed, form.verdict.data or "", form.note.data or "", by=me())
    except BadInput as error:
        blame(form, error)
        return _page((pass_id, form)), error.status
    except (Conflict, WrongStep) as error:
        flash(f"{words_of(error)} {you_wrote()}".strip(), "warn")
        return _page(), error.status
    flash(_("Thank you: the re-check is written down."))
    if stopped:
        flash(_("Too many were wrong: the rule has switched itself off, and the centre is told."), "warn")
    return redirect(url_for("triage.rechecks"))
