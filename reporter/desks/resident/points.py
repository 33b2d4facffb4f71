"""A resident's ledger of points, each line with its reason in words, and the rules by which they are given."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reporter.accounts.queries import whole_person, works_for_city
from reporter.cases.models import Category
from reporter.cases.queries import categories
from reporter.cities.queries import local
from reporter.desks.guard import allow, me
from reporter.desks.resident.door import bp
from reporter.desks.words import named
from reporter.kernel.pages import Page
from reporter.kernel.policy import Permission
from reporter.points.models import PointEntry
from reporter.points.queries import Sums, balance_of, ledger_of, sums_of, terms_now
from reporter.points.terms import Occasion, Terms
from reporter.ports import ports
from reporter.reports.models import Report
from reporter.reports.queries import reports_by_ids


@dataclass(frozen=True)
class Line:
    """One line of the ledger. `cut`: a cap left less of it, or nothing."""

    entry: PointEntry
    words: str
    kind: str
    report: Report | None
    href: str
    cut: bool


@bp.get("/my/points")
@allow(Permission.DESK_SIGNED_IN)
def points() -> ResponseReturnValue:
    """Show what the person has, for what, and what the rules are."""
    after, terms = request.args.get("after", ""), terms_now()
    ids = whole_person(me()).also | {current_user.id}
    today = local(ports.clock.now()).date()
    kinds = {kind.id: kind for kind in categories(active=False, subtypes=False)}
    return render_template(
        "resident/points.html", terms=terms, page=_lines(ledger_of(current_user.id, after=after), kinds), after=after,
        balance=balance_of(current_user.id), sums=sums_of(ids, today) if terms.given else Sums(0, 0),
        rules=_rules(terms, kinds.values()), staff=works_for_city(ids),
    )  # fmt: skip


def _lines(page: Page[PointEntry], kinds: dict[int, Category]) -> Page[Line]:
    reports = reports_by_ids([entry.report_id for entry in page.rows])
    return page.each(lambda entry: _line(entry, reports.get(entry.report_id), kinds))


def _line(entry: PointEntry, report: Report | None, kinds: dict[int, Category]) -> Line:
    own = report is not None and report.reporter_id == entry.user_id
    return Line(
        entry=entry, words=_words(entry), kind=named(kinds.get(report.category_id)) if report else "", report=report,
        href=url_for("resident.lookup", code=report.code) if report and own else "",
        cut=entry.reverses_id is None and entry.amount < entry.worth,
    )  # fmt: skip


def _words(entry: PointEntry) -> str:
    if entry.reverses_id is not None:
        return _("Taken back: %(reason)s", reason=entry.reason)
    return {
        Occasion.REGISTERED: _("Registered as a case"),
        Occasion.JOINED: _("Joined to a case that was registered before"),
        Occasion.PUT_RIGHT: _("Put right"),
    }[entry.occasion]


def _rules(terms: Terms, kinds: Iterable[Category]) -> list[tuple[str, int]]:
    """Return what points are given for, with how many, as the terms have it now."""
    others = [kind for kind in kinds if kind.id in terms.kinds and kind.active]
    rules = [(_("First report of a case"), terms.amounts[Occasion.REGISTERED])]
    rules += [
        (_("First report of a case: %(kind)s", kind=named(kind)), terms.kinds[kind.id]) for kind in others
    ]
    rules.append((_("Report that a moderator joined to a case"), terms.amounts[Occasion.JOINED]))
    rules.append((_("The case is put right, to its first reporter"), terms.amounts[Occasion.PUT_RIGHT]))
    return [(words, amount) for words, amount in rules if amount]
