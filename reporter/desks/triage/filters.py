"""The filters of the moderators' lists: as tabs above the list, and on the page where they are looked after."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, url_for
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.desks.guard import me
from reporter.desks.triage.filter_forms import ChangeForm, SaveForm
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.narrow import Choices, choices_for, gone, in_words, narrowing_args
from reporter.desks.triage.panes import Pane
from reporter.desks.words import count_to
from reporter.kernel.policy import Permission, may
from reporter.reports.calm_lists import WAITING_SHOWN, number_to_check
from reporter.reports.commands.filters import NAME_AT_MOST
from reporter.reports.filters import filters_for
from reporter.reports.models import SavedFilter
from reporter.reports.narrowing import Narrowing
from reporter.reports.worklists import AtTriage

WITH_KEYS = 9


@dataclass(frozen=True)
class FilterTab:
    """A filter above the list. `whose`: the colleague who shares it; `key`: a digit, pressed after G, "" for none."""

    href: str
    text: str
    whose: str
    current: bool
    key: str


@dataclass(frozen=True)
class FilterBox:
    """What narrows the list. `save`: the form that keeps it, None where it is kept, or not narrowed."""

    tabs: Sequence[FilterTab]
    choices: Choices
    said: Sequence[str]
    gone: Sequence[str]
    save: SaveForm | None
    everything: str
    wrong: bool
    rechecks: str
    name_most: int = NAME_AT_MOST


def filter_box(pane: Pane, found: Lookups) -> FilterBox:
    """Return what narrows a list of reports; in a fixed number of queries, however many filters are kept."""
    name, form = g.get("sent", ("", None))
    wrong = name == "save" and isinstance(form, SaveForm)
    tabs = _tabs(filters_for(me().id or 0), pane)
    unsaved = pane.only and not any(tab.current for tab in tabs)
    return FilterBox(
        tabs=tabs, choices=choices_for(pane.only, found), said=in_words(pane.only, found),
        gone=gone(pane.only, found), wrong=wrong, everything=_address(pane.which, Narrowing()), rechecks=count_to(number_to_check(), WAITING_SHOWN),
        save=(form if wrong else SaveForm(None, prefix="save")) if unsaved or wrong else None,
    )  # fmt: skip


def _tabs(saved: Sequence[SavedFilter], pane: Pane) -> list[FilterTab]:
    names = names_of([one.owner_id for one in saved if one.owner_id != me().id])
    tabs = []
    for place, one in enumerate(saved, 1):
        only = Narrowing.of(one.narrowing)
        current = (one.which, only) == (pane.which, pane.only)
        tabs.append(
            FilterTab(
                href=_address(one.which, Narrowing() if current else only), text=one.name,
                whose=names.get(one.owner_id, ""), current=current, key=str(place) if place <= WITH_KEYS else "",
            )
        )  # fmt: skip
    return tabs


def _address(which: str, only: Narrowing) -> str:
    listed = None if which == AtTriage.WAITING else which
    return url_for("triage.queue", list=listed, **narrowing_args(only))


@dataclass(frozen=True)
class FilterRow:
    """A filter on the page where they are looked after. `form`: None where it is not the reader's to change."""

    id: int
    name: str
    href: str
    said: str
    whose: str
    shared: bool
    gone: Sequence[str]
    form: ChangeForm | None
    first: bool
    last: bool


def filter_rows(
    found: Lookups, lists: dict[AtTriage, str], returned: tuple[int, ChangeForm] | None
) -> list[FilterRow]:
    """Return the reader's filters and those shared with them.

    Args:
        returned: the filter whose form came back, with what was typed.
    """
    saved = filters_for(me().id or 0)
    names = names_of([one.owner_id for one in saved])
    own = [one.id for one in saved if one.owner_id == me().id]
    return [_row(one, found, lists, names, own, returned) for one in saved]


def _row(
    one: SavedFilter, found: Lookups, lists: dict[AtTriage, str], names: dict[int, str], own: list[int],
    returned: tuple[int, ChangeForm] | None,
) -> FilterRow:  # fmt: skip
    only, mine = Narrowing.of(one.narrowing), one.id in own
    form = returned[1] if returned and returned[0] == one.id else ChangeForm.about(one.id, name=one.name)
    return FilterRow(
        id=one.id, name=one.name, href=_address(one.which, only),
        said=" · ".join([lists[AtTriage(one.which)], *in_words(only, found)]),
        whose=_("you") if mine else names.get(one.owner_id, ""), shared=one.shared, gone=gone(only, found),
        form=form if may(me(), Permission.FILTER_CHANGE, one) else None,
        first=not mine or own[0] == one.id, last=not mine or own[-1] == one.id,
    )  # fmt: skip
