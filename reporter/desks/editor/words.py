"""The editors' own words: what each check says, why somebody objects, who did what to a post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from reporter.accounts.queries import names_of
from reporter.board.checks import Check
from reporter.board.commands.evidence import SEEN
from reporter.board.commands.masks import OPENED
from reporter.board.commands.packing import PACKED
from reporter.board.lifecycle import Action, ObjectionKind, Reach
from reporter.desks.dossier import Happened
from reporter.desks.states import action_word
from reporter.kernel.audit import TrailEntry

MET = {
    "case_closed": _l("The case is closed, not by its handler"),
    "case_overdue": _l("The work is overdue, and about a place and its unit"),
    "kind_exposable": _l("Posts of this kind may be shown"),
    "masks_confirmed": _l("Every picture to be shown was judged by a person"),
    "no_minor": _l("Nobody under age can be seen"),
    "neutral_words": _l("The words are neutral and hold no name or number"),
    "no_dwelling": _l("The words name a road, not a dwelling"),
    "legal_basis": _l("The legal basis is named, with its source and date"),
}
LACKS = {
    "open": _l("The case is not closed"),
    "not_owed": _l("The work is not overdue any more"),
    "same_person": _l("Whoever closed the case also handled it"),
    "kind": _l("Posts of this kind are not shown"),
    "no_before": _l("No picture from before is chosen"),
    "no_after": _l("No picture from after is chosen"),
    "minor": _l("Not confirmed yet: nobody under age can be seen"),
    "no_title": _l("There is no title yet"),
    "personal_data": _l("The words seem to hold a phone, identity or plate number"),
    "not_neutral": _l("The words judge or name a person"),
    "asserted": _l("Nothing was decided about who did it: please let the title say 涉嫌 (alleged)"),
    "dwelling": _l("The words point at a dwelling"),
    "no_basis": _l("The legal basis is missing"),
    "no_source": _l("The source of the legal basis is missing"),
    "no_date": _l("The date of the legal basis is missing"),
}
KINDS_OF_OBJECTION: Mapping[ObjectionKind, object] = {
    ObjectionKind.MINOR: _l("Somebody under age can be seen"),
    ObjectionKind.IDENTITY: _l("Somebody can be recognised"),
    ObjectionKind.WRONG_PLACE: _l("The place is wrong"),
    ObjectionKind.NOT_TRUE: _l("It is not true"),
    ObjectionKind.PUT_RIGHT: _l("It has been put right since"),
    ObjectionKind.OTHER: _l("Something else"),
}
STANDINGS: Mapping[Reach, object] = {
    Reach.NOTHING: "",
    Reach.HIDES: _l("A claim of this kind hides the post until it is decided."),
    Reach.MANY: _l(
        "Not hidden automatically: many from one place. The post is still on show, so please look soon."
    ),
    Reach.ANSWERED: _l(
        "Not hidden automatically: an objection of the same kind to this post was dismissed before. The post is still on"
        " show, so please look soon."
    ),
}
NOTES: Mapping[Reach, object] = {
    Reach.MANY: _l("Not hidden automatically: many from one place"),
    Reach.ANSWERED: _l("Not hidden automatically: the same was dismissed before"),
}
# What the trail keeps and the table of steps does not know: these have no reason that somebody typed.
NOTED: Mapping[str, object] = {
    OPENED: _l("unmasked pictures opened"),
    SEEN: _l("pictures looked at"),
    PACKED: _l("packed for the press"),
}
STOPS = frozenset({Action.REJECT, Action.WITHDRAW, Action.HIDE, Action.EXPIRE})


@dataclass(frozen=True)
class CheckRow:
    """One check as the macro takes it."""

    mark: str
    text: str


@dataclass(frozen=True)
class CheckList:
    """The checks before publishing, in words."""

    rows: Sequence[CheckRow]
    met: int

    @property
    def score(self) -> str:
        """How many of how many are met, on one line."""
        return f"{self.met}\u00a0/\u00a0{len(self.rows)}"

    @property
    def open(self) -> list[str]:
        """What is missing, one sentence each."""
        return [row.text for row in self.rows if row.mark != "y"]

    @property
    def missing(self) -> str:
        """What is missing, in one line; empty when nothing is."""
        return _("Still missing: %(what)s.", what=_("; ").join(self.open)) if self.open else ""


def check_list(found: Sequence[Check]) -> CheckList:
    """Return the checks in words."""
    rows = [CheckRow("y" if check.met else "n", _said(check)) for check in found]
    return CheckList(rows, met=sum(check.met for check in found))


def _said(check: Check) -> str:
    if check.lack == "unseen":
        return ngettext(
            "%(num)s picture is not judged yet", "%(num)s pictures are not judged yet", check.number
        )
    if check.lack == "changed":
        return ngettext(
            "%(num)s picture is not the one that was judged",
            "%(num)s pictures are not those that were judged",
            check.number,
        )
    return str(LACKS[check.lack] if check.lack else MET[check.name])


def steps_of(kind: str, entries: Sequence[TrailEntry]) -> list[Happened]:
    """Return what happened to an exposure or an objection, newest first; in one query.

    Args:
        kind: exposure or objection.
        entries: its trail, oldest first.
    """
    names = names_of([entry.actor_id for entry in entries])
    return [_happened(kind, entry, names) for entry in reversed(entries)]


def _happened(kind: str, entry: TrailEntry, names: Mapping[int, str]) -> Happened:
    who = names.get(entry.actor_id or 0, "")
    if not who and entry.actor_role == "system":
        who = _("the system")
    word, noted = _word(kind, entry), entry.action in NOTED
    parts = (who, _facts(entry.facts), "" if noted else _(entry.reason) if entry.reason else "")
    return Happened(
        title=word[:1].upper() + word[1:], at=entry.at, text=" · ".join(filter(None, parts)),
        mark="stop" if entry.action in STOPS else "done",
    )  # fmt: skip


def _word(kind: str, entry: TrailEntry) -> str:
    return str(NOTED.get(entry.action) or action_word(kind, entry.action))


def deed_of(kind: str, entry: TrailEntry) -> str:
    """Return in a few words what an entry of a trail says was done."""
    return " · ".join(filter(None, (_word(kind, entry), _facts(entry.facts))))


def _facts(facts: Mapping[str, object]) -> str:
    if facts.get("words"):
        return _("words")
    if facts.get("consent"):
        return _("consent written down")
    if "days" in facts:
        return ngettext("%(num)s day", "%(num)s days", int(str(facts["days"])))
    return _facts_of_picture(facts)


def _facts_of_picture(facts: Mapping[str, object]) -> str:
    if "boxes" in facts:
        return ngettext("%(num)s box", "%(num)s boxes", int(str(facts["boxes"])))
    if "used" in facts:
        return _("to be shown") if facts["used"] else _("not to be shown")
    if "picture" in facts:
        return _("a picture added") if facts["picture"] else _("a picture taken off")
    return ""
