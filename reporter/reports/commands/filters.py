"""Filters of the moderators' lists: kept under a name, renamed, put in order, shared, let go."""

from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.reports.filters import OWN_AT_MOST, own_filters
from reporter.reports.models import SavedFilter
from reporter.reports.narrowing import Narrowing
from reporter.reports.worklists import AtTriage

NAME_AT_MOST = 24  # characters


@command
def save_filter(
    name: str, which: AtTriage, narrowing: Narrowing, *, shared: bool = False, by: Actor
) -> SavedFilter:
    """Keep a narrowed list under a name, after the person's others.

    Raises:
        BadInput: no name, too long a one, or one the person has given before; field "name". Too many filters.
        NotAllowed: `by` does not work with the moderators' lists.
    """
    require(by, Permission.DESK_TRIAGE)
    own = own_filters(by.id or 0)
    if len(own) >= OWN_AT_MOST:
        raise BadInput(
            "You keep %(most)s filters already; please delete one first.", field="name", most=OWN_AT_MOST
        )
    made = SavedFilter(
        owner_id=by.id, name=_fit(name, [one.name for one in own]), which=str(which), narrowing=narrowing.kept(),
        sort=max((one.sort for one in own), default=0) + 1, shared=shared, made_at=ports.clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


@command
def rename_filter(saved: SavedFilter, name: str, *, by: Actor) -> None:
    """Give a filter another name. Raises `BadInput` as `save_filter`, and `NotAllowed` for a colleague's."""
    require(by, Permission.FILTER_CHANGE, saved)
    others = [one.name for one in own_filters(saved.owner_id) if one.id != saved.id]
    saved.name = _fit(name, others)


def _fit(name: str, taken: list[str]) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise BadInput("Please give the filter a name.", field="name")
    if len(tidy) > NAME_AT_MOST:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field="name", most=NAME_AT_MOST, length=len(tidy),
        )  # fmt: skip
    if tidy in taken:
        raise BadInput("There is a filter of this name already. Please choose another one.", field="name")
    return tidy


@command
def share_filter(saved: SavedFilter, *, shared: bool, by: Actor) -> None:
    """Show a filter to the whole desk, or to its owner alone again. Raises `NotAllowed` for a colleague's."""
    require(by, Permission.FILTER_CHANGE, saved)
    saved.shared = shared


@command
def move_filter(saved: SavedFilter, *, up: bool, by: Actor) -> None:
    """Let a filter change places with the one before it, or after it; the first and the last stay."""
    require(by, Permission.FILTER_CHANGE, saved)
    own = list(own_filters(saved.owner_id))
    at = own.index(saved)
    other = at - 1 if up else at + 1
    if 0 <= other < len(own):
        own[at], own[other] = own[other], own[at]
    for place, one in enumerate(own, 1):
        one.sort = place


@command
def drop_filter(saved: SavedFilter, *, by: Actor) -> None:
    """Let a filter go. Raises `NotAllowed` for a colleague's."""
    require(by, Permission.FILTER_CHANGE, saved)
    db.session.delete(saved)
