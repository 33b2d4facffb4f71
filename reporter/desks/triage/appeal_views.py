"""Appeals of those who were slowed, stopped or put aside: the moderators agree, or refuse in words."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.dossier import you_wrote
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.list_forms import AgreeForm, RefuseForm
from reporter.kernel.errors import BadInput, Conflict, ReporterError
from reporter.kernel.policy import Permission
from reporter.reports.appeals import appeal_of, open_appeals
from reporter.reports.commands.appealing import agree, refuse
from reporter.reports.queries import reports_by_ids


@bp.get("/appeals")
@allow(Permission.DESK_TRIAGE)
def appeals() -> ResponseReturnValue:
    """List what nobody has decided yet, the oldest first."""
    return _page()


def _page(wrong: RefuseForm | None = None, of: int | None = None, status: int = 200) -> ResponseReturnValue:
    """Return the list; `wrong` is the form of one of them that came back."""
    page = open_appeals(after=request.args.get("after", ""))
    forms = {row.id: RefuseForm(None, prefix=f"refuse{row.id}") for row in page.rows}
    if wrong is not None and of in forms:
        forms[of] = wrong
    reports = reports_by_ids([row.report_id for row in page.rows if row.report_id])
    return render_template(
        "triage/appeals.html", page=page, forms=forms, reports=reports, wrong=wrong
    ), status


@bp.post("/appeals/<int:appeal_id>/agree")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def agree_to(appeal_id: int) -> ResponseReturnValue:
    """Agree: the report comes back into the queue, its sender is trusted for some weeks."""
    made = appeal_of(appeal_id)
    if not valid(form := AgreeForm()):
        flash(" ".join(str(one) for errors in form.errors.values() for one in errors), "warn")
        return _page(status=BadInput.status)
    try:
        agree(made, by=me())
    except Conflict as error:
        flash(words_of(error), "warn")
        return _page(status=error.status)
    flash(_("Agreed. Whoever asked can send again, and reads it."), "ok")
    return redirect(url_for("triage.appeals"))


@bp.post("/appeals/<int:appeal_id>/refuse")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def refuse_to(appeal_id: int) -> ResponseReturnValue:
    """Refuse, in words that whoever asked reads."""
    made, form = appeal_of(appeal_id), RefuseForm(prefix=f"refuse{appeal_id}")
    if not valid(form):
        return _page(form, appeal_id, BadInput.status)
    try:
        refuse(made, form.reply.data or "", by=me())
    except ReporterError as error:
        if error.status == BadInput.status:
            form.reply.errors = [words_of(error)]
        else:
            flash(f"{words_of(error)} {you_wrote()}".strip(), "warn")
        return _page(form, appeal_id, error.status)
    flash(_("Refused. Whoever asked reads why."), "ok")
    return redirect(url_for("triage.appeals"))
