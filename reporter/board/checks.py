"""What must be true before a post is shown, each with its answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One requirement: its name, and whether it is met."""

    name: str
    met: bool


@dataclass(frozen=True)
class Facts:
    """What the checks look at. `masks_current`: every used picture was judged on the bytes that are shown."""

    case_closed: bool
    closer_is_not_handler: bool
    kind_exposable: bool
    pictures: int
    masks_confirmed: bool
    masks_current: bool
    no_minor: bool
    personal_data: Sequence[str]
    dwelling: bool
    has_title: bool
    has_basis: bool


def checks(facts: Facts) -> list[Check]:
    """Return every requirement in the order in which the editors read them."""
    return [
        Check("case_closed", facts.case_closed and facts.closer_is_not_handler),
        Check("kind_exposable", facts.kind_exposable),
        Check("masks_confirmed", bool(facts.pictures) and facts.masks_confirmed and facts.masks_current),
        Check("no_minor", facts.no_minor),
        Check("neutral_words", facts.has_title and not facts.personal_data),
        Check("no_dwelling", not facts.dwelling),
        Check("legal_basis", facts.has_basis),
    ]
