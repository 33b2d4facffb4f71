"""What is known of a photo as it came: the chain of custody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.accounts.queries import names_of
from reporter.desks.dates import plain_moment
from reporter.desks.guard import me
from reporter.desks.words import metres
from reporter.kernel.audit import TrailEntry, trails_of
from reporter.kernel.policy import Permission, may
from reporter.photos.models import Photo, Way
from reporter.photos.pixels import Flag

MEGABYTE = 1024 * 1024
ENDINGS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}
WAYS = {
    Way.REPORT: _l("with a report"),
    Way.RESULT: _l("with a unit's result"),
    Way.OBJECTION: _l("with an objection"),
    Way.ARTICLE: _l("with an article"),
    Way.DEMO: _l("drawn for the demo city"),
}
PEOPLES = frozenset({Way.REPORT, Way.OBJECTION})  # sent by people who may not want to be known
FLAGS = {
    Flag.NO_TIME: _l("does not say when it was taken"),
    Flag.NO_PLACE: _l("does not say where it was taken"),
    Flag.OTHER_DATUM: _l("gives its place in another datum than WGS 84"),
    Flag.MORE_PICTURES: _l("holds further pictures, of which the first was taken"),
    Flag.MADE_SMALLER: _l(
        "was made smaller on the phone by the page, which copied time and place from the camera's file"
    ),
    Flag.PARTS_HIDDEN: _l("had parts that its sender hid before sending it"),
}


@dataclass(frozen=True)
class Fact:
    """One line. `code`: digits that are compared letter by letter."""

    term: str
    text: str
    code: bool = False


@dataclass(frozen=True)
class Opening:
    """Who had the original opened, when and for what, and whether it was still the file that came."""

    who: str
    entry: TrailEntry

    @property
    def intact(self) -> bool:
        """Tell whether the file had the digest it came with."""
        return bool(self.entry.facts.get("intact"))


def facts_of(photo: Photo) -> list[Fact]:
    """Return the chain of custody of `photo` up to now, openings apart.

    What the camera and phone of a resident, or of somebody who objects, claim stays with those who may open originals: it might tell who they are.
    """
    came = _("%(moment)s, %(way)s", moment=plain_moment(photo.created_at), way=WAYS[photo.way])
    size = _("%(size)s MB", size=format_decimal(round(photo.size / MEGABYTE, 2)))
    pixels = _("%(width)s by %(height)s pixels", width=photo.width, height=photo.height)
    facts = [
        Fact(_("Came in"), came),
        Fact(_("File"), f"{photo.format} · {size} · {pixels}"),
        Fact("SHA-256", photo.sha256, code=True),
    ]
    if photo.way not in PEOPLES or may(me(), Permission.ORIGINAL_OPEN):
        facts += [
            Fact(_("The camera says"), _claims(photo)),
            Fact(_("The phone says"), _said_by_phone(photo)),
        ]
    if flags := _("; ").join(str(FLAGS[Flag(flag)]) for flag in photo.flags):
        facts.append(Fact(_("Unusual"), flags))
    return [*facts, Fact(_("The original"), _kept(photo))]


def _claims(photo: Photo) -> str:
    said = [plain_moment(photo.taken_at)] if photo.taken_at else []
    if photo.lon is not None and photo.lat is not None:
        said.append(f"{photo.lat:.5f}, {photo.lon:.5f}")
    if photo.accuracy is not None:
        said.append(_("to about %(distance)s", distance=metres(photo.accuracy)))
    said += [word for word in (photo.datum, photo.camera) if word]
    return " · ".join(said) or _("nothing")


def _said_by_phone(photo: Photo) -> str:
    said = [_("taken with the page's camera")] if photo.in_app else []
    if photo.phone_at:
        said.append(plain_moment(photo.phone_at))
    if photo.phone_lon is not None and photo.phone_lat is not None:
        said.append(f"{photo.phone_lat:.5f}, {photo.phone_lon:.5f}")
    return " · ".join(said) or _("nothing")


def _kept(photo: Photo) -> str:
    if Flag.PARTS_HIDDEN in photo.flags:
        return _("not kept: the sender hid parts of the picture, and what was hidden is kept nowhere")
    if photo.original_gone_at:
        return _("deleted on %(day)s, its time was over", day=plain_moment(photo.original_gone_at))
    until = photo.created_at + current_app.config["ORIGINALS_KEPT"]
    return _("sealed, kept until %(day)s", day=plain_moment(until))


def openings_of(photos: Sequence[Photo]) -> Mapping[int, Sequence[Opening]]:
    """Return id -> who opened the original of that photo, the last first; in two queries."""
    opened = {
        photo_id: [entry for entry in reversed(entries) if entry.action == "open_original"]
        for photo_id, entries in trails_of(photos).items()
    }
    names = names_of([entry.actor_id for entries in opened.values() for entry in entries])
    return {
        photo_id: [Opening(names.get(entry.actor_id or 0, ""), entry) for entry in entries]
        for photo_id, entries in opened.items()
    }


def file_name(photo: Photo) -> str:
    """Return the name under which the original is handed out: it tells the file from all others."""
    return f"original-{photo.sha256[:12]}.{ENDINGS.get(photo.format, 'bin')}"
