"""Low risk by rule: settled, tried on the last thirty days, switched off; what was found of what it let through."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.queries import categories
from reporter.desks.admin.calm_forms import CalmForm
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.desks.words import named
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.reports.calm import CHECKED_AT_LEAST, Terms, interval
from reporter.reports.calm_lists import Trial, figures_of, newest_rule, trial_of
from reporter.reports.commands.calm import refuse_terms, settle_rule, switch_off_rule


@bp.get("/calm")
@allow(Permission.DESK_ADMIN)
def calm() -> ResponseReturnValue:
    """Show the rule, its figures, and how to settle it."""
    rule = newest_rule()
    terms = rule.terms if rule else Terms([])
    return _page(CalmForm.showing(terms))


def _page(form: CalmForm, status: int = HTTPStatus.OK, trial: Trial | None = None) -> ResponseReturnValue:
    form.offer([(str(kind.id), named(kind)) for kind in categories()])
    rule = newest_rule()
    figures = figures_of(rule) if rule else None
    low, high = interval(figures.wrong, figures.checked) if figures else (0.0, 1.0)
    return (
        render_template(
            "admin/calm.html", form=form, rule=rule, figures=figures, low=low * 100, high=high * 100,
            least=CHECKED_AT_LEAST, trial=trial,
        ),
        status,
    )  # fmt: skip


@bp.post("/calm")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def settle_calm() -> ResponseReturnValue:
    """Switch the rule on as it is settled, or only try it."""
    form = CalmForm()
    form.offer([(str(kind.id), named(kind)) for kind in categories()])
    if not valid(form):
        return _page(form, BadInput.status)
    try:
        if "try" in request.form:
            refuse_terms(form.terms)
            return _page(form, trial=trial_of(form.terms))
        rule = settle_rule(form.terms, by=me())
    except BadInput as error:
        blame(form, error)
        return _page(form, error.status)
    flash(
        _(
            "Version %(number)s of the rule is on: it holds for reports that come from now on.",
            number=rule.number,
        ),
        "ok",
    )
    return redirect(url_for("admin.calm"))


@bp.post("/calm/off")
@allow(Permission.DESK_ADMIN)
def switch_calm_off() -> ResponseReturnValue:
    """Switch the rule off."""
    try:
        switch_off_rule(by=me())
    except ReporterError as error:
        flash(words_of(error), "warn")
    else:
        flash(_("The rule is off: a moderator decides about every report."), "ok")
    return redirect(url_for("admin.calm"))
