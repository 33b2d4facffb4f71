"""Posts, figures and loads as the public pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from flask import get_template_attribute, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from reporter.board.lifecycle import Outcome
from reporter.board.masked import Masked
from reporter.board.models import Exposure
from reporter.board.shown import PostKey, posts_by_ids
from reporter.cities.models import Jurisdiction
from reporter.desks.dates import span
from reporter.desks.shelf import shelf
from reporter.desks.words import named, speaks_chinese
from reporter.insight.queries import AreaLoad
from reporter.places.queries import areas


@dataclass(frozen=True)
class Image:
    """A masked picture in the sizes that exist."""

    url: str
    srcset: str
    webp: str
    width: int
    height: int


@dataclass(frozen=True)
class Kind:
    """A kind by its two names."""

    slug: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Card:
    """One post on the board."""

    href: str
    kind: Kind
    title: str
    place: str
    before: Image | None
    after: Image | None
    at: datetime
    published: datetime | None
    area: str
    unit: str
    level: str
    took: str
    lon: float
    lat: float
    public_id: str


def image_of(picture: Masked | None, endpoint: str = "public.picture") -> Image | None:
    """Return the burnt-in copies of `picture`; None when there is no picture or no copy.

    Args:
        endpoint: that sends them.
    """
    if picture is None or not picture.ready:
        return None
    widths = sorted({int(name.split(".")[0]) for name in picture.copies})
    middle = min(widths, key=lambda width: abs(width - 960))
    # A page of posts has a hundred addresses: only one is looked up.
    large = url_for(endpoint, token=picture.token, name=picture.file(f"{middle}.jpeg"))
    folder = large.rpartition("/")[0]

    def sources(form: str) -> str:
        names = ((width, f"{width}.{form}") for width in widths)
        there = [(width, picture.file(name)) for width, name in names if name in picture.copies]
        return ", ".join(f"{folder}/{file} {width}w" for width, file in there)

    return Image(large, sources("jpeg"), sources("webp"), picture.width, picture.height)


def whole(path: str) -> str:
    """Return an address of this site with scheme and host, for those who read it elsewhere."""
    return urljoin(request.host_url, path)


@dataclass(frozen=True)
class CardKey:
    """A card is made of one version of a post, in one language; the first of a page fetches its pictures at once."""

    id: int
    version: int
    locale: str
    eager: bool = False


@dataclass(frozen=True)
class Drawn:
    """A card and what is written for it."""

    card: Card
    html: Markup


def drawn_cards(keys: Sequence[PostKey], *, eager: bool = False, heading: str = "h2") -> list[Drawn]:
    """Return the cards of the posts, each drawn once for each version of it.

    Args:
        eager: the first is above the fold.
    """
    locale = f"{get_locale()} {heading}"
    wanted = [CardKey(key.id, key.version, locale, eager and not place) for place, key in enumerate(keys)]

    def draw(missing: list[CardKey]) -> dict[CardKey, Drawn]:
        macro = get_template_attribute("_parts/cards.html", "post_card")
        rows = posts_by_ids([key.id for key in missing])
        cards = {key: card_of(rows[key.id]) for key in missing if key.id in rows}
        return {key: Drawn(card, macro(card, heading, key.eager)) for key, card in cards.items()}

    found = shelf().cards_of(wanted, draw)
    return [found[key] for key in wanted if key in found]


def card_of(post: Exposure) -> Card:
    """Return the card of a published post."""
    area = post.area_zh if speaks_chinese() else post.area_en
    unit = post.unit_zh if speaks_chinese() else post.unit_en
    return Card(
        href=url_for("public.exposure", public_id=post.public_id),
        kind=Kind(post.kind_slug, post.kind_zh, post.kind_en), title=post.title, place=post.road or area,
        before=image_of(post.before), after=image_of(post.after), at=post.happened_at, published=post.published_at, area=area, unit=unit,
        level=light_of(post.outcome), took=_took(post),
        lon=post.lon, lat=post.lat, public_id=post.public_id,
    )  # fmt: skip


def light_of(outcome: Outcome) -> str:
    """Return the light of what became of a post."""
    return "bad" if outcome is Outcome.OVERDUE else "ok"


def _took(post: Exposure) -> str:
    """Return the words of what became of it."""
    time = span(post.minutes_taken)
    if post.outcome is Outcome.OVERDUE:
        return _("Not put right after %(time)s", time=time)
    if post.outcome is Outcome.DEALT_WITH:
        return _("Dealt with in %(time)s", time=time)
    return _("Took %(time)s", time=time)


@dataclass(frozen=True)
class Street:
    """A street or township by its names, and about where it is, in degrees WGS 84."""

    id: int
    code: str
    name_zh: str
    name_en: str
    lon: float
    lat: float


def streets() -> list[Street]:
    """Return the city's streets and townships in the order of their codes."""
    return [
        Street(one.id, one.code, one.name_zh, one.name_en, one.lon, one.lat) for one in areas(level="street")
    ]


@dataclass(frozen=True)
class Load:
    """What is being handled in one area."""

    area: Street
    open: int
    level: str
    word: str


def loads_of(streets: Sequence[Street], loads: dict[int, AreaLoad]) -> list[Load]:
    """Return the areas in which cases are open, the most first."""
    rows = [_load(one, loads[one.id]) for one in streets if one.id in loads]
    return sorted(rows, key=lambda row: (-row.open, row.area.code))


def _load(area: Street, load: AreaLoad) -> Load:
    if load.overdue:
        return Load(area, load.open, "bad", ngettext("%(num)s overdue", "%(num)s overdue", load.overdue))
    if load.due_soon:
        return Load(area, load.open, "warn", ngettext("%(num)s due soon", "%(num)s due soon", load.due_soon))
    return Load(area, load.open, "ok", _("In time"))


def first_view(city: Jurisdiction) -> tuple[float, float, float, float]:
    """Return what a map shows first: about four kilometres around the city's centre, in degrees WGS 84."""
    return city.lon - 0.05, city.lat - 0.034, city.lon + 0.05, city.lat + 0.034


def markers_of(loads: Iterable[Load]) -> list[dict[str, Any]]:
    """Return one marker for each area: how many cases are open there, in the colour of the worst."""
    return [
        {
            "lon": row.area.lon, "lat": row.area.lat, "number": row.open, "level": row.level,
            "text": _("%(area)s: %(num)s open, %(word)s", area=named(row.area), num=row.open, word=row.word),
            "id": f"area-{row.area.id}",
        }
        for row in loads
    ]  # fmt: skip
