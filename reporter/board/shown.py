"""What the public is shown, and nothing else: the public desk reads posts here, and knows no case and no sealed picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from reporter.board.cells import MICRO, Edges, edges_of, level_of, micro, place_of
from reporter.board.lifecycle import ENDED, Action, Outcome, State
from reporter.board.masked import Masked
from reporter.board.models import Exposure, PostTerm, PublicPicture, ShownCell, ShownCount
from reporter.board.months import month_of, month_window
from reporter.board.terms import asked_terms
from reporter.board.truth import in_cells
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.kernel.audit import trail_of
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import BadInput, Gone, NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.ports import ports
from reporter.routing.models import Unit
from reporter.routing.queries import units_of

MONTHS_BACK = 3  # ninety days reach into the third month before this one
WORDS_AT_MOST = 40
RARE = 500  # posts of a term up to which the rarest is looked for


@dataclass(frozen=True)
class Filter:
    """What the public may narrow the board to. `month` is written 2026-11; `words` are searched for."""

    kind: str = ""
    area_id: int | None = None
    unit_id: int | None = None
    outcome: Outcome | None = None
    month: str = ""
    words: str = ""


@dataclass(frozen=True)
class PostKey:
    """Which post, and which version of it: what is made of both stays true for as long as it is on show."""

    id: int
    version: int
    published_at: datetime


def post_keys(narrow: Filter, *, after: str = "", size: int = 12) -> Page[PostKey]:
    """Return the posts on show, newest first, by their keys alone.

    Raises:
        BadInput: no such month, or words without two letters in a row.
    """
    terms = _terms(narrow.words)
    if terms is None:
        return Page([])
    found, at, last = _found(terms)
    for condition in _narrowed(narrow, at):
        found = found.where(condition)
    if key := read_key(after, datetime, int):
        # The first condition alone is what an index is entered by.
        found = found.where(at <= key[0], or_(at < key[0], last < key[1]))
    rows = db.session.execute(found.order_by(at.desc(), last.desc()).limit(size + 1)).all()
    keys = [PostKey(*row) for row in rows]
    return page_of(keys, size=size, key=lambda row: (row.published_at.isoformat(), row.id))


def quickest(*, among: int = 300, limit: int = 3) -> list[PostKey]:
    """Return, of the newest `among` posts on show, the `limit` that were put right quickest, the quickest first.

    Bounded, so that a large board costs what a small one costs.
    """
    columns = Exposure.id, Exposure.version, Exposure.published_at
    newest = (
        select(*columns, Exposure.minutes_taken, Exposure.outcome)
        .where(Exposure.on_show, Exposure.city_id == current_city_id())
        .order_by(Exposure.published_at.desc(), Exposure.id.desc())
        .limit(among)
        .subquery()
        .c
    )
    best = select(newest.id, newest.version, newest.published_at).where(newest.outcome == Outcome.PUT_RIGHT)
    rows = db.session.execute(best.order_by(newest.minutes_taken, newest.id.desc()).limit(limit)).all()
    return [PostKey(*row) for row in rows]


def _found(terms: Sequence[str]) -> tuple[Any, Any, Any]:
    """Return what asks for posts that have all `terms`, the rarest first, and the two columns they are ordered by."""
    columns = select(Exposure.id, Exposure.version, Exposure.published_at).where(Exposure.on_show)
    if not terms:
        return columns, Exposure.published_at, Exposure.id
    lead = aliased(PostTerm)
    found = columns.join(lead, lead.exposure_id == Exposure.id).where(lead.term == terms[0])
    for term in terms[1:]:
        other = aliased(PostTerm)
        found = found.where(
            select(other.term).where(other.exposure_id == Exposure.id, other.term == term).exists()
        )
    return found, lead.published_at, lead.exposure_id


def _narrowed(narrow: Filter, at: Any) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (Exposure.kind_slug, narrow.kind), (Exposure.area_id, narrow.area_id),
            (Exposure.unit_id, narrow.unit_id), (Exposure.outcome, narrow.outcome),
        ) if value
    ]  # fmt: skip
    if narrow.month:
        begin, end = month_window(narrow.month, current_city().zone)
        asked += [at >= begin, at < end]
    return asked


def _terms(words: str) -> list[str] | None:
    """Return what to look for, the rarest first; none for no words, None when a term stands in no post.

    Raises:
        BadInput: there are words, and no two letters of them stand side by side.
    """
    if not words.strip():
        return []
    terms = asked_terms(words)
    if not terms:
        raise BadInput("Please type at least two letters or characters in a row.", field="words")
    some = [
        select(func.count()).select_from(
            select(PostTerm.exposure_id)
            .where(PostTerm.city_id == current_city_id(), PostTerm.term == term).limit(RARE).subquery()
        ).scalar_subquery()
        for term in terms
    ]  # fmt: skip
    numbers = db.session.execute(select(*some)).one()
    if not all(numbers):
        return None
    return [term for _, term in sorted(zip(numbers, terms, strict=True))]


def posts(narrow: Filter, *, after: str = "", size: int = 12) -> Page[Exposure]:
    """Return the posts on show, newest first; raises as `post_keys` does."""
    page = post_keys(narrow, after=after, size=size)
    rows = posts_by_ids([key.id for key in page.rows])
    return Page([rows[key.id] for key in page.rows if key.id in rows], after=page.after)


def posts_by_ids(ids: Sequence[int]) -> dict[int, Exposure]:
    """Return those of the posts that are on show, by id."""
    if not ids:
        return {}
    shown = select(Exposure).where(Exposure.id.in_(ids), Exposure.on_show)
    return {row.id: row for row in db.session.scalars(shown)}


def post(public_id: str) -> Exposure:
    """Return the post if it is on show.

    Raises:
        Gone: it was once; the message says since when it is not.
        NotFound: there never was such a post, its hold is not over, or its pictures are still being made.
    """
    row = db.session.scalar(select(Exposure).where(Exposure.public_id == public_id))
    if row is None or row.published_at is None or row.published_at > ports.clock.now():
        raise NotFound("There is no such post.")
    if row.state is State.HIDDEN:
        raise Gone("This post is hidden while an objection to it is being looked at.")
    if row.state is State.EXPIRED:
        raise Gone("The time for which this post was shown is over.")
    if row.revoked_on is not None:
        raise Gone(
            "This post has been withdrawn: since %(day)s the penalty behind it no longer stands as it was.",
            day=row.revoked_on,
        )
    if row.state in ENDED:
        raise Gone("This post has been withdrawn.")
    if row.expires_at is not None and row.expires_at <= ports.clock.now():  # whatever keeps the timer from it
        raise Gone("The time for which this post was shown is over.")
    if not row.on_show:
        raise NotFound("The pictures of this post are still being made. Please look again in a moment.")
    return row


@dataclass(frozen=True)
class Heap:
    """Posts of one cell of a map: how many, around which point, and between which edges, all in degrees WGS 84.

    `post_id` is the post where one stands alone, else None.
    """

    number: int
    lon: float
    lat: float
    edges: Edges
    post_id: int | None


def heaps(narrow: Filter, edges: Edges, *, zoom: int, most: int) -> list[Heap]:
    """Return the posts on show in the cells that a box touches, the fullest cell first, at most `most` cells.

    Narrowed in one way at most, as maps are as a rule, they are read from counters; else they are counted.

    Raises:
        BadInput: as `post_keys`.
    """
    terms, ways = _terms(narrow.words), _ways(narrow)
    if terms is None:
        return []
    level = level_of(zoom, edges, most=most)
    west, south, east, north = (place_of(micro(edge), level) for edge in edges)
    counted = terms or len(ways) > 1
    asked, values = (_counted(narrow, terms, level), {}) if counted else (_KEPT, _of_level(level, ways))
    values |= {"columns": range(west, east + 1), "south": south, "north": north, "most": most}
    return [_heap(level, *row) for row in db.session.execute(asked, values)]


def _heap(level: int, x: int, y: int, n: int, lon: int, lat: int, ids: int) -> Heap:
    return Heap(n, lon / n / MICRO, lat / n / MICRO, edges_of(level, x, y), ids if n == 1 else None)


def _ways(narrow: Filter) -> list[tuple[str, str]]:
    """Return facet and key of each way the posts are narrowed in, besides by words."""
    zone = current_city().zone
    month = narrow.month and month_of(month_window(narrow.month, zone)[0], zone)
    named = (
        ("kind", narrow.kind), ("area", narrow.area_id), ("unit", narrow.unit_id), ("outcome", narrow.outcome), ("month", month),
    )  # fmt: skip
    return [(facet, str(key)) for facet, key in named if key]


def _counted(narrow: Filter, terms: Sequence[str], level: int) -> Any:
    """Return what counts in the cells of a box; `_in_box` says what it asks for."""
    found, at, _last = _found(terms)
    ours = found.where(Exposure.city_id == current_city_id(), *_narrowed(narrow, at))
    return _in_box(in_cells(ours, level).subquery().c)


def _of_level(level: int, ways: Sequence[tuple[str, str]]) -> dict[str, Any]:
    [(facet, key)] = ways or [("", "")]
    return {"city_id": current_city_id(), "facet": facet, "key": key, "level": level}


def _in_box(cells: Any) -> Any:
    """Return what reads cells with posts: in `columns`, from row `south` to `north`, `most` of them."""
    # Of the index by column and row no more is read than the box: one look for each column.
    inside = cells.x.in_(bindparam("columns")), cells.y.between(bindparam("south"), bindparam("north"))
    found = select(cells.x, cells.y, cells.n, cells.lon, cells.lat, cells.ids).where(*inside, cells.n > 0)
    return found.order_by(cells.n.desc(), cells.x, cells.y).limit(bindparam("most"))


_CELLS = ShownCell.__table__.c
_KEPT = _in_box(_CELLS).where(
    *(_CELLS[name] == bindparam(name) for name in ("city_id", "facet", "key", "level"))
)


@dataclass(frozen=True)
class Spot:
    """Where a post on show lies, in degrees WGS 84, and what a map says of it."""

    public_id: str
    title: str
    outcome: Outcome
    lon: float
    lat: float


def spots(ids: Sequence[int]) -> list[Spot]:
    """Return those of the posts that are on show, without their pictures."""
    if not ids:
        return []
    columns = select(Exposure.public_id, Exposure.title, Exposure.outcome, Exposure.lon, Exposure.lat)
    rows = db.session.execute(columns.where(Exposure.id.in_(ids), Exposure.on_show).order_by(Exposure.id))
    return [Spot(*row) for row in rows]


@dataclass(frozen=True)
class Correction:
    """What was said wrongly of a post, and when that was put right."""

    at: datetime
    words: str


def corrections_of(post: Exposure) -> list[Correction]:
    """Return every correction of a post, the first one first."""
    if not post.correction:
        return []
    return [Correction(one.at, one.reason) for one in trail_of(post) if one.action == Action.CORRECT]


@dataclass(frozen=True)
class Numbers:
    """How many posts are on show: in all, and of each kind (by slug), area and unit (by id)."""

    total: int
    kinds: dict[str, int]
    areas: dict[int, int]
    units: dict[int, int]


def numbers_shown() -> Numbers:
    """Return how many posts are on show, from counters."""
    rows = db.session.execute(select(ShownCount.facet, ShownCount.key, ShownCount.n).where(ShownCount.n > 0))
    found: dict[str, dict[str, int]] = {"kind": {}, "area": {}, "unit": {}, "edition": {}}
    for facet, key, n in rows:
        found[facet][key] = n
    by_id = {facet: {int(key): n for key, n in found[facet].items() if key} for facet in ("area", "unit")}
    return Numbers(sum(found["kind"].values()), found["kind"], by_id["area"], by_id["unit"])


def edition_shown() -> int:
    """Return the edition of the board: another number whenever what public pages show of it has changed."""
    return db.session.scalar(_EDITION, {"city_id": current_city_id()}) or 0


_COUNTS = ShownCount.__table__.c
# Made once, of the table alone: every look at a public page begins with it.
_EDITION = select(_COUNTS.n).where(
    _COUNTS.city_id == bindparam("city_id"), _COUNTS.facet == "edition", _COUNTS.key == ""
)


def units_shown(numbers: Numbers) -> Sequence[Unit]:
    """Return the units of which posts are on show."""
    return units_of(sorted(numbers.units)) if numbers.units else []


def months_shown() -> list[str]:
    """Return the months, newest first, from which posts may still be shown."""
    today: date = ports.clock.now().astimezone(ZoneInfo(current_city().zone)).date()
    months = [today.replace(day=1)]
    while len(months) <= MONTHS_BACK:
        last = months[-1]
        months.append(last.replace(year=last.year - (last.month == 1), month=(last.month - 2) % 12 + 1))
    return [f"{month:%Y-%m}" for month in months]


def public_picture(token: str) -> PublicPicture:
    """Return the picture of a post that is shown now. Raises `Gone`, `NotFound`."""
    picture = db.session.scalar(select(PublicPicture).where(PublicPicture.token == token))
    if picture is None or not picture.used:
        raise NotFound("There is no such picture.")
    post(picture.exposure.public_id)
    return picture


def picture_bytes(picture: Masked, name: str) -> bytes:
    """Return one burnt-in copy; `name` is the last part of its address. Raises `NotFound`."""
    return ports.storage.open(picture.key_of(name))


@dataclass(frozen=True)
class Kind:
    """A kind of disorder as the public reads it."""

    id: int
    code: str
    slug: str
    name_zh: str
    name_en: str
    hint_zh: str
    hint_en: str


def kinds() -> list[Kind]:
    """Return the kinds in their fixed order, for tiles and filters."""
    return [
        Kind(row.id, row.code, row.slug, row.name_zh, row.name_en, row.hint_zh, row.hint_en)
        for row in categories(subtypes=False)
    ]
