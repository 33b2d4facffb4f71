"""What must be true before a post is shown, each with its answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from reporter.board.lifecycle import Outcome


@dataclass(frozen=True)
class Check:
    """One requirement and what is missing for it: `lack` is empty when it is met.

    Attributes:
        number: of how many things `lack` speaks, where it counts.
    """

    name: str
    lack: str = ""
    number: int = 0

    @property
    def met(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.lack


@dataclass(frozen=True)
class PictureFacts:
    """One picture that is to be shown. `current`: its mask was judged on the bytes that are there now."""

    stage: str  # before | after
    judged: bool
    current: bool


@dataclass(frozen=True)
class Facts:
    """What the checks look at.

    Attributes:
        owed: the work is overdue at this moment, and about a place, not a person.
        asserted: the title says that somebody did what nobody has decided.
    """

    outcome: Outcome
    owed: bool
    case_closed: bool
    closer_is_not_handler: bool
    kind_exposable: bool
    pictures: Sequence[PictureFacts]
    no_minor: bool
    title: str
    personal_data: Sequence[str]
    not_neutral: Sequence[str]
    asserted: bool
    dwelling: bool
    basis: str
    basis_source: str
    basis_date: str


def checks(facts: Facts) -> list[Check]:
    """Return every requirement in the order in which the editors read them."""
    return [
        _case(facts),
        Check("kind_exposable", "" if facts.kind_exposable else "kind"),
        _masks(facts),
        Check("no_minor", "" if facts.no_minor else "minor"),
        _words(facts),
        Check("no_dwelling", "dwelling" if facts.dwelling else ""),
        _basis(facts),
    ]


def _case(facts: Facts) -> Check:
    if facts.outcome is Outcome.OVERDUE:
        return Check("case_overdue", "" if facts.owed else "not_owed")
    if not facts.case_closed:
        return Check("case_closed", "open")
    return Check("case_closed", "" if facts.closer_is_not_handler else "same_person")


def _masks(facts: Facts) -> Check:
    stages = {picture.stage for picture in facts.pictures}
    unseen = sum(not picture.judged for picture in facts.pictures)
    changed = sum(picture.judged and not picture.current for picture in facts.pictures)
    if "before" not in stages:
        return Check("masks_confirmed", "no_before")
    if facts.outcome is Outcome.PUT_RIGHT and "after" not in stages:
        return Check("masks_confirmed", "no_after")
    if unseen:
        return Check("masks_confirmed", "unseen", unseen)
    return Check("masks_confirmed", "changed" if changed else "", changed)


def _words(facts: Facts) -> Check:
    if not facts.title.strip():
        return Check("neutral_words", "no_title")
    if facts.personal_data:
        return Check("neutral_words", "personal_data")
    if facts.not_neutral:
        return Check("neutral_words", "not_neutral")
    return Check("neutral_words", "asserted" if facts.asserted else "")


def _basis(facts: Facts) -> Check:
    for name, text in (("basis", facts.basis), ("source", facts.basis_source), ("date", facts.basis_date)):
        if not text.strip():
            return Check("legal_basis", f"no_{name}")
    return Check("legal_basis")
