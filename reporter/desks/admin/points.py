"""The terms of points: what they are given for and how many, and the list of a month for the office that thanks."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import islice

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.board.months import month_of, month_window, months_between
from reporter.cases.models import Category
from reporter.cases.queries import categories
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.point_forms import PointsForm, points_form
from reporter.desks.downloads import handed_out
from reporter.desks.errors import blame
from reporter.desks.guard import allow, city, me
from reporter.desks.tokens import valid
from reporter.kernel.csvfile import written_csv
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.points.commands import set_terms
from reporter.points.queries import MonthLine, accounts_of_month, terms_now
from reporter.ports import ports

COLUMNS = (_l("account number"), _l("reports"), _l("given"), _l("taken back"), _l("sum"))
MONTHS = 12  # that the page offers


@bp.get("/points")
@allow(Permission.DESK_ADMIN)
def points() -> ResponseReturnValue:
    """Show the terms that hold, and the lists."""
    kinds = categories(subtypes=False)
    return _page(points_form(kinds, terms=terms_now()), kinds)


def _page(form: PointsForm, kinds: Sequence[Category], status: int = HTTPStatus.OK) -> ResponseReturnValue:
    page = render_template(
        "admin/points.html", form=form, kinds=kinds, months=_months(), given=terms_now().given
    )
    return page, status


def _months() -> list[str]:
    """Return the last months, the newest first; none from before there was this city."""
    here = city()
    every = [month for month, _ends in months_between(here.created_at, ports.clock.now(), here.zone)]
    return list(islice(reversed(every), MONTHS))


@bp.post("/points")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def change_points() -> ResponseReturnValue:
    """Let other terms hold from now on."""
    kinds = categories(subtypes=False)
    form = points_form(kinds)
    if not valid(form):
        return _page(form, kinds, BadInput.status)
    try:
        set_terms(form.terms, by=me(), seen=form.number.data)
    except ReporterError as error:
        blame(form, error)
        return _page(form, kinds, error.status)
    flash(_("Saved. It holds for what is registered from now on."), "ok")
    return redirect(url_for("admin.points"))


@bp.get("/points.csv")
@allow(Permission.DESK_ADMIN)
def points_list() -> ResponseReturnValue:
    """Send what each account was given in one month, without a name, as a table."""
    here = city()
    month = request.args.get("month") or month_of(ports.clock.now(), here.zone)
    month_window(month, here.zone)  # what is no month is refused before anything is sent
    answer = Response("".join(_written(month)), content_type="text/csv; charset=utf-8; header=present")
    answer.headers["Content-Disposition"] = handed_out(f"points-{month}.csv")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _written(month: str) -> Iterator[str]:
    yield written_csv([[str(column) for column in COLUMNS]])
    above, lines = 0, accounts_of_month(month)
    while lines:
        yield written_csv([_cells(line) for line in lines])
        above = lines[-1].user_id
        lines = accounts_of_month(month, above=above)


def _cells(line: MonthLine) -> tuple[int, ...]:
    return line.user_id, line.reports, line.given, line.taken_back, line.given + line.taken_back
