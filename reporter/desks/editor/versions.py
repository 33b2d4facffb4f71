"""Every mask that was kept for a picture: who drew which boxes, when, and whether they judged it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.accounts.queries import names_of
from reporter.board.boxes import How
from reporter.board.editing import masks_kept
from reporter.board.models import Exposure, PublicPicture
from reporter.desks.editor.forms import BOX_KINDS
from reporter.kernel.audit import TrailEntry

KIND_WORDS = dict(BOX_KINDS)
BEFORE = "before"
PERCENT, PLACES = 100, 3


@dataclass(frozen=True)
class Version:
    """One mask as it was kept. `boxes` is None of those that were kept before boxes were written down."""

    name: str
    at: datetime
    judged: bool
    checked: bool
    number: int
    boxes: Sequence[dict[str, Any]] | None

    @property
    def word(self) -> str:
        """What the person said about it."""
        if not self.judged:
            return _("draft")
        return _("checked and judged") if self.checked else _("judged")

    @property
    def what(self) -> str:
        """What the boxes hide, in one line."""
        if not self.number:
            return _("nothing to hide")
        said = ngettext("%(num)s box", "%(num)s boxes", self.number)
        if self.boxes is None:
            return _("%(said)s; where they lay was not written down then", said=said)
        kinds = Counter(_kind(box) for box in self.boxes)
        return _(
            "%(said)s: %(kinds)s", said=said, kinds=_(", ").join(f"{kind} {n}" for kind, n in kinds.items())
        )

    @property
    def drawn(self) -> list[dict[str, float]]:
        """Where the boxes lie, in percent of the picture."""
        return [{side: round(box[side] * PERCENT, PLACES) for side in "xywh"} for box in self.boxes or ()]


def _kind(box: dict[str, Any]) -> str:
    kind = str(KIND_WORDS[box["kind"]])
    return _("%(kind)s (blurred)", kind=kind) if box.get("how") == How.BLUR else kind


def versions_of(exposure: Exposure, entries: Sequence[TrailEntry]) -> dict[int, list[Version]]:
    """Return photo id -> its masks, newest first; in one query.

    Args:
        entries: the exposure's trail, oldest first.
    """
    kept = masks_kept(entries)
    names = names_of([entry.actor_id for _photo, entry in kept])
    found: dict[int, list[Version]] = {picture.photo_id: [] for picture in exposure.pictures}
    for photo_id, entry in reversed(kept):
        found.setdefault(photo_id, []).append(_version(entry, names.get(entry.actor_id or 0, "")))
    return found


def _version(entry: TrailEntry, name: str) -> Version:
    facts = entry.facts
    return Version(
        name, entry.at, judged=bool(facts.get("confirmed")), checked=bool(facts.get("checked")),
        number=int(facts["boxes"]), boxes=facts.get("mask"),
    )  # fmt: skip


def named_pictures(exposure: Exposure) -> list[tuple[PublicPicture, str]]:
    """Return the pictures of the case in their order, each with its name; numbered where there are several."""
    numbers = {BEFORE: 0, "after": 0}
    total = Counter(picture.stage for picture in exposure.pictures)
    named = []
    for picture in exposure.pictures:
        numbers[picture.stage] += 1
        name = _("Before") if picture.stage == BEFORE else _("After")
        number = f" {numbers[picture.stage]}" if total[picture.stage] > 1 else ""
        named.append((picture, f"{name}{number}"))
    return named
