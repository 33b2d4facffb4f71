"""What a program proposes to hide in a picture: shown to the redactor, who decides on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from reporter.board.boxes import BoxKind
from reporter.board.masked import Masked
from reporter.photos.models import Photo, Search
from reporter.photos.queries import proposed_regions
from reporter.photos.regions import RegionKind

FAINT = RegionKind.TEXT  # proposed by the dozen, hidden by few: shown when asked for
KINDS = {
    RegionKind.FACE: (BoxKind.FACE, _l("face")),
    RegionKind.PLATE: (BoxKind.PLATE, _l("plate")),
    RegionKind.PHONE: (BoxKind.TEXT, _l("phone number")),
    FAINT: (BoxKind.TEXT, _l("text")),
}
COVERED = 0.8  # part of a proposal below a kept box from which it is taken over already
PERCENT, PLACES = 100, 3


@dataclass(frozen=True)
class Proposal:
    """A place that may have to be hidden.

    Attributes:
        x, y, w, h: fractions 0..1 of the picture's width and height, from its upper left corner.
        score: how sure the program `finder` is, 0..1.
    """

    kind: RegionKind
    x: float
    y: float
    w: float
    h: float
    score: float
    finder: str

    @property
    def box_kind(self) -> BoxKind:
        """What a box hides that is made of it."""
        return KINDS[self.kind][0]

    @property
    def word(self) -> str:
        """What it seems to show."""
        return str(KINDS[self.kind][1])

    def lies_below(self, box: Mapping[str, Any]) -> bool:
        """Tell whether a box, in fractions, covers most of it."""
        across = min(self.x + self.w, box["x"] + box["w"]) - max(self.x, box["x"])
        down = min(self.y + self.h, box["y"] + box["h"]) - max(self.y, box["y"])
        return min(across, down) > 0 and across * down >= COVERED * self.w * self.h

    @property
    def percent(self) -> dict[str, float]:
        """Its sides in percent, as the form has them."""
        return {side: round(getattr(self, side) * PERCENT, PLACES) for side in "xywh"}


@dataclass(frozen=True)
class Proposals:
    """All proposals for one picture; `quiet` when a person has judged it already, so that none are shown at first."""

    searched: Search = Search.NONE
    found: Sequence[Proposal] = ()
    quiet: bool = False

    @property
    def strong(self) -> list[Proposal]:
        """Those that are to be decided on."""
        return [one for one in self.found if one.kind != FAINT]

    @property
    def faint(self) -> list[Proposal]:
        """Any other text."""
        return [one for one in self.found if one.kind == FAINT]

    @property
    def summary(self) -> str:
        """What was looked for and found, in one line that leads on."""
        if self.searched is Search.NONE:
            return _("No proposals: no program has looked at this picture. Draw by hand.")
        if self.searched is Search.FAILED:
            return _("No proposals: the program could not look at this picture. Draw by hand.")
        if not self.strong:
            return _("The program proposes nothing here. It misses some: look yourself.")
        said = ngettext("%(num)s place is proposed", "%(num)s places are proposed", len(self.strong))
        return _("%(said)s. Some are missed: look yourself all the same.", said=said)

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """What js/proposals.js draws."""
        return [
            one.percent | {"kind": str(one.box_kind), "word": one.word, "faint": one.kind == FAINT, "sure": round(one.score * PERCENT)}
            for one in self.found
        ]  # fmt: skip


def proposals_for(picture: Masked, photo: Photo) -> Proposals:
    """Return what is proposed for the picture and not hidden by its kept boxes."""
    found = [
        Proposal(one.kind, one.x, one.y, one.w, one.h, one.score, one.finder)
        for one in proposed_regions(photo)
    ]
    left = [one for one in found if not any(one.lies_below(box) for box in picture.boxes)]
    return Proposals(photo.searched, left, quiet=picture.confirmed)
