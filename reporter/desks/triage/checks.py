"""What the moderator would otherwise look up one by one: enough pictures, when, where, what to be careful with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cases.evidence import GRAVE, Lack
from reporter.cases.models import Category
from reporter.desks.dates import plain_clock
from reporter.desks.evidence import lack_words, lacks_of
from reporter.desks.words import metres
from reporter.open311.post_models import Fetching
from reporter.open311.posts import media_of_report
from reporter.photos.models import Photo
from reporter.places.geometry import Point, distance_m
from reporter.places.moved import Spotted
from reporter.reports.models import Report
from reporter.reports.screening import personal_data

FAR = 1000.0  # metres between the place given and the photo's own
ROUGH = 100.0  # metres of accuracy above which a place is only roughly known
OLD = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)
FINE, LOOK, NOTE = "y", "n", "i"


@dataclass(frozen=True)
class Check:
    """One line: y fulfilled, n please look, i a note. `small`: a second line."""

    mark: str
    text: str
    small: str = ""


def checks_of(
    report: Report,
    kind: Category,
    photos: Sequence[Photo],
    seen_before: int,
    put_right: Spotted | None = None,
) -> list[Check]:
    """Return the checks of a report.

    Args:
        put_right: the place where the form puts it, None where it is as it was reported.
        photos: its pictures.
        seen_before: how many other pictures of the city look like its first one.
    """
    found = [
        _enough(kind, len(photos)),
        _when(report),
        _put_right(report, put_right) if put_right else _where(report),
        _apart(report, photos, put_right),
    ]
    if report.sent_through:
        found.insert(0, Check(NOTE, _("Sent through %(system)s", system=report.sent_through)))
        found += _fetched(report)
    if held := personal_data(report.words):
        found.append(Check(LOOK, _("The text may hold %(what)s: not for the public", what=_kinds(held))))
    if seen_before:
        alike = ngettext(
            "%(num)d other picture looks the same", "%(num)d other pictures look the same", seen_before
        )
        found.append(Check(LOOK, alike))
    missing = [lack for lack in lacks_of(kind, photos, at=report.submitted_at) if lack is not Lack.FEW]
    found += [Check(LOOK if lack in GRAVE else NOTE, *lack_words(kind, [lack])) for lack in missing]
    if kind.plate_expected:
        found.append(Check(LOOK, _("Plates are likely: cover them before anything is published")))
    return found


def _enough(kind: Category, number: int) -> Check:
    pictures = ngettext("%(num)d picture", "%(num)d pictures", number)
    if number >= kind.min_photos:
        return Check(FINE, _("%(pictures)s, enough to register", pictures=pictures))
    return Check(LOOK, _("%(pictures)s; this kind needs %(least)s", pictures=pictures, least=kind.min_photos))


def _fetched(report: Report) -> list[Check]:
    """Return what became of the pictures that another system named by their addresses."""
    media = media_of_report(report.id)
    waiting = sum(one["state"] == Fetching.WAITING for one in media)
    failed = [one for one in media if one["state"] == Fetching.FAILED]
    found = [
        Check(LOOK, _("A picture could not be fetched: %(why)s", why=_(one["why"])), one["url"])
        for one in failed
    ]
    if waiting:
        told = ngettext(
            "%(num)d picture is still being fetched", "%(num)d pictures are still being fetched", waiting
        )
        found.append(Check(NOTE, told))
    return found


def _when(report: Report) -> Check:
    if report.taken_at is None:
        return Check(NOTE, _("The photos do not say when they were taken"))
    late = report.submitted_at - report.taken_at
    if late > OLD or late < -CLOCKS_DIFFER:
        return Check(LOOK, _("Taken %(time)s, not when it was sent", time=plain_clock(report.taken_at)))
    return Check(FINE, _("Taken %(time)s", time=plain_clock(report.taken_at)))


def _where(report: Report) -> Check:
    if report.area_id is None:
        return Check(LOOK, _("The place lies in no area; please choose one"))
    if report.place_source == "typed":
        return Check(LOOK, _("Only an address was typed; the pin is the middle of the area"))
    if report.place_source == "picked":
        told = (
            _("Place as the other system gave it") if report.sent_through else _("The resident set the pin")
        )
        return Check(NOTE if report.sent_through else FINE, told)
    if report.place_source == "address":
        known = _(
            "Found by the typed address, to about %(distance)s", distance=metres(report.accuracy or 0.0)
        )
        return Check(LOOK if (report.accuracy or 0.0) > ROUGH else FINE, known)
    source = _("Place from the photo") if report.place_source == "exif" else _("Place from the phone")
    if report.accuracy is None:
        return Check(FINE, source)
    exact = _("%(source)s, to about %(distance)s", source=source, distance=metres(report.accuracy))
    return Check(LOOK if report.accuracy > ROUGH else FINE, exact)


def _put_right(report: Report, spot: Spotted) -> Check:
    far = metres(distance_m(report.lon, report.lat, spot.point.lon, spot.point.lat))
    return Check(FINE, _("Put right by you, %(distance)s from where it was reported", distance=far))


def _apart(report: Report, photos: Sequence[Photo], put_right: Spotted | None) -> Check:
    pin = put_right.point if put_right else Point(report.lon, report.lat)
    apart = [
        distance_m(pin.lon, pin.lat, photo.lon, photo.lat)
        for photo in photos
        if photo.lon is not None and photo.lat is not None
    ]
    if not apart:
        return Check(NOTE, _("The photos do not say where they were taken"))
    text = _("Pin and photo are %(distance)s apart", distance=metres(max(apart)))
    return Check(LOOK if max(apart) > FAR else FINE, text)


def _kinds(held: Sequence[str]) -> str:
    words = {"phone": _("a phone number"), "identity": _("an identity number"), "plate": _("a number plate")}
    return ", ".join(words[kind] for kind in held)
