"""Every read of a city's ready sentences."""

from sqlalchemy import func, select

from reporter.cases.models import ReadySentence, SentenceUse
from reporter.cases.queries import categories
from reporter.cases.ready import Delivered, Sentence, delivered
from reporter.kernel.db import db
from reporter.kernel.errors import NotFound


def sentences() -> list[Sentence]:
    """Return all sentences of the city, also those it does not use: the delivered ones in their order, then its own."""
    rows = {row.key: row for row in db.session.scalars(select(ReadySentence).order_by(ReadySentence.id))}
    used = {row.key: row.used for row in db.session.scalars(select(SentenceUse))}
    by_slug = {kind.slug: kind.id for kind in categories(active=False)}
    known = [
        _kept(rows[key], used) if key in rows else _as_delivered(one, by_slug, used)
        for key, one in delivered().items()
    ]
    return known + [_kept(row, used) for key, row in rows.items() if key not in delivered()]


def get_sentence(key: str) -> Sentence:
    """Return the sentence. Raises `NotFound`."""
    found = next((one for one in sentences() if one.key == key), None)
    if found is None:
        raise NotFound("There is no such sentence any more.")
    return found


def own_sentence(key: str) -> ReadySentence | None:
    """Return the row in which the city keeps a sentence, None when it has it as it was delivered."""
    return db.session.scalar(select(ReadySentence).where(ReadySentence.key == key))


def number_of_own() -> int:
    """Return how many sentences the city wrote or changed."""
    return db.session.scalar(select(func.count(ReadySentence.id))) or 0


def _as_delivered(one: Delivered, by_slug: dict[str, int], used: dict[str, int]) -> Sentence:
    kinds = tuple(by_slug[slug] for slug in one.kinds if slug in by_slug)
    return Sentence(
        one.key, one.purpose, one.label_zh, one.label_en, one.text_zh, one.text_en, kinds,
        active=bool(kinds) or not one.kinds, used=used.get(one.key, 0),
    )  # fmt: skip


def _kept(row: ReadySentence, used: dict[str, int]) -> Sentence:
    return Sentence(
        row.key, row.purpose, row.label_zh, row.label_en, row.text_zh, row.text_en, tuple(row.category_ids),
        active=row.active, used=used.get(row.key, 0), own=True, delivered=row.key in delivered(), version=row.version,
    )  # fmt: skip
