"""The rules that give cases to units: read, changed one by one, tried on cases of before; every change a version."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.forms import RuleForm
from reporter.desks.admin.ruling import (
    Names,
    Trial,
    differences,
    fallback_name,
    lines_of,
    names,
    trial_of,
)
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import holds_token, valid
from reporter.kernel.errors import BadInput, Conflict, NotFound
from reporter.kernel.policy import Permission
from reporter.routing.changes import row_of
from reporter.routing.choose import RuleLike
from reporter.routing.commands import save_rules
from reporter.routing.models import Rule
from reporter.routing.queries import newest_number, rule_set, rule_sets
from reporter.routing.queries import rules as kept_rules

NEW = 0


@bp.get("/rules")
@allow(Permission.DESK_ADMIN)
def rules() -> ResponseReturnValue:
    """Show the rules that hold, in the order in which they are tried; those of one kind or one unit when asked."""
    known, several = names(), kept_rules()
    lines = {line.number: line for line in lines_of(several, known)}
    kind, unit = request.args.get("kind", 0, type=int), request.args.get("unit", 0, type=int)
    wanted = [
        lines[rule.sort]
        for rule in several
        if kind in {0, rule.category_id} and unit in {0, rule.lead_unit_id, *rule.co_unit_ids}
    ]
    return render_template(
        "admin/rules.html", lines=wanted, last=len(several), fallback=fallback_name(known), known=known,
        kind=kind, unit=unit, version=newest_number(),
    )  # fmt: skip


@bp.get("/rules/new")
@allow(Permission.DESK_ADMIN)
def new_rule() -> ResponseReturnValue:
    """Show the form for another rule; it stands last unless told otherwise."""
    known = names()
    form = RuleForm(data={"place": len(kept_rules()) + 1, "version": newest_number()}).offer(known)
    return _page(form, NEW, known)


@bp.get("/rules/<int:number>")
@allow(Permission.DESK_ADMIN)
def rule(number: int) -> ResponseReturnValue:
    """Show the form of one rule."""
    known, chosen = names(), _rule(number)
    form = RuleForm(data=row_of(chosen) | {"place": number, "version": newest_number()}).offer(known)
    return _page(form, number, known)


def _rule(number: int) -> Rule:
    found = next((one for one in kept_rules() if one.sort == number), None)
    if found is None:
        raise NotFound("There is no such rule.")
    return found


def _page(
    form: RuleForm, number: int, known: Names, *, trial: Trial | None = None, said: str = "",
    status: int = HTTPStatus.OK,
) -> ResponseReturnValue:  # fmt: skip
    page = render_template(
        "admin/rule.html", form=form, number=number, trial=trial, said=said, last=len(kept_rules()), known=known,
        version=newest_number(),
    )  # fmt: skip
    return page, status


@bp.post("/rules/new")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_rule() -> ResponseReturnValue:
    """Try another rule, or make a version with it."""
    return _changed(NEW)


@bp.post("/rules/<int:number>")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def change_rule(number: int) -> ResponseReturnValue:
    """Try one rule as it was changed, or without it; or make a version of that."""
    return _changed(number)


def _changed(number: int) -> ResponseReturnValue:
    if number != NEW:
        _rule(number)
    known, form = names(), RuleForm()
    form.offer(known)
    act = request.form.get("act", "save")
    drop = act in {"drop", "drop_try"}
    if not valid(form) and not (drop and holds_token(form)):
        return _page(form, number, known, status=BadInput.status)
    seen = form.version.data
    if seen != newest_number():
        return _moved_on(form, number, known)
    rows = _rows(form, number, drop=drop)
    if act in {"try", "drop_try"}:
        return _page(form, number, known, trial=trial_of(as_rules(rows), known))
    try:
        made = save_rules(rows, by=me(), seen=seen, note=form.note.data or "")
    except Conflict:
        return _moved_on(form, number, known)
    except BadInput as error:
        blame(form, error)
        return _page(form, number, known, status=error.status)
    flash(_("Version %(number)s of the rules holds from now on.", number=made.number), "ok")
    return redirect(url_for("admin.rules"))


def _rows(form: RuleForm, number: int, *, drop: bool) -> list[dict[str, Any]]:
    """Return the whole list with one rule changed, moved, added or taken out."""
    rows = [row_of(one) for one in kept_rules() if one.sort != number]
    if not drop:
        rows.insert(min(max(form.place.data or 1, 1), len(rows) + 1) - 1, form.row)
    return rows


def as_rules(rows: Sequence[dict[str, Any]]) -> list[RuleLike]:
    """Return rows as rules that were never written."""
    return [Rule(sort=place, **row) for place, row in enumerate(rows, 1)]


def _moved_on(form: RuleForm, number: int, known: Names) -> ResponseReturnValue:
    """Show the form again, as it was filled in, with what somebody else has changed meanwhile."""
    seen = form.version.data
    try:
        before = kept_rules(seen) if seen else ()
    except NotFound:
        before = ()
    form.look_again(newest_number())
    page = render_template(
        "admin/rule.html", form=form, number=number, trial=None, last=len(kept_rules()), known=known,
        version=newest_number(), said=words_of(Conflict("Somebody else changed this a moment ago. Please look again.")),
        meanwhile=differences(before, kept_rules(), known),
    )  # fmt: skip
    return page, Conflict.status


@bp.post("/rules/<int:number>/move")
@allow(Permission.DESK_ADMIN)
def move_rule(number: int) -> ResponseReturnValue:
    """Let a rule be tried one place earlier or later; that is a version as well."""
    by, seen = request.form.get("by", type=int), request.form.get("version", type=int)
    several = list(kept_rules())
    if by not in {-1, 1} or not 0 < number + by <= len(several) or number > len(several):
        abort(HTTPStatus.NOT_FOUND)
    several.insert(number - 1 + by, several.pop(number - 1))
    note = _("Rule %(number)s is tried at place %(place)s.", number=number, place=number + by)
    made = save_rules([row_of(one) for one in several], by=me(), seen=seen, note=note)
    flash(_("Version %(number)s of the rules holds from now on.", number=made.number), "ok")
    return redirect(url_for("admin.rules", _anchor=f"rule-{number + by}"))


@bp.get("/rules/versions")
@allow(Permission.DESK_ADMIN)
def rule_versions() -> ResponseReturnValue:
    """List the versions, the one that holds first."""
    several = rule_sets()
    makers = names_of([one.made_by for one in several])
    return render_template("admin/rule_versions.html", versions=several, makers=makers)


@bp.get("/rules/versions/<int:number>")
@allow(Permission.DESK_ADMIN)
def rule_version(number: int) -> ResponseReturnValue:
    """Show one version, how it differs from the one that holds, and what going back to it would have done."""
    version, known = rule_set(number), names()
    several = kept_rules(number)
    newest = newest_number()
    return render_template(
        "admin/rule_version.html", version=version, newest=newest, lines=lines_of(several, known),
        trial=trial_of(several, known) if number != newest else None, makers=names_of([version.made_by]),
    )  # fmt: skip


@bp.post("/rules/versions/<int:number>/restore")
@allow(Permission.DESK_ADMIN)
def restore_rules(number: int) -> ResponseReturnValue:
    """Let the rules of an earlier version hold again, as a new version."""
    rows = [row_of(one) for one in kept_rules(rule_set(number).number)]
    seen = request.form.get("version", type=int)
    note = _("Back to version %(number)s", number=number)
    made = save_rules(rows, by=me(), seen=seen, note=note)
    flash(_("Version %(number)s of the rules holds from now on.", number=made.number), "ok")
    return redirect(url_for("admin.rules"))
