"""What those who saw it too say of a case that has ended: that it is not put right. Pure."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from reporter.cases.lifecycle import Action

ENDS = frozenset({Action.INSPECT_PASS, Action.CLOSE_UNFIXED})


class Entry(Protocol):
    """A step in a case's trail."""

    @property
    def action(self) -> str: ...


E = TypeVar("E", bound=Entry)


def said_unfixed(trail: Sequence[E]) -> list[E]:
    """Return who said so since the case ended last; `trail` is the case's, oldest first."""
    return _since(trail, ENDS)


def unheard(trail: Sequence[E]) -> list[E]:
    """Return those of them at whom the centre has not looked yet."""
    return _since(trail, ENDS | {Action.FOLLOW_UP})


def _since(trail: Sequence[E], acts: frozenset[Action]) -> list[E]:
    start = max((place for place, entry in enumerate(trail) if entry.action in acts), default=-1)
    return [entry for entry in trail[start + 1 :] if entry.action == Action.SAY_UNFIXED]
