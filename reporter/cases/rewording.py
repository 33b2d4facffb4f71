"""Every way a city's ready sentences change; each change is kept in the trail of the city, with both texts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from reporter.cases.models import ReadySentence, SentenceUse
from reporter.cases.queries import categories
from reporter.cases.ready import (
    LABEL_AT_MOST,
    OWN_AT_MOST,
    PLACEHOLDERS,
    TEXT_AT_MOST,
    Purpose,
    delivered,
    unknown_in,
)
from reporter.cases.sentences import get_sentence, number_of_own, own_sentence, sentences
from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import add_unless_taken, command, current_city_id, db
from reporter.kernel.dialect import add_up
from reporter.kernel.errors import BadInput, Conflict, NotFound
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports


@dataclass(frozen=True)
class Words:
    """What an administrator wrote. English may be ""; without kinds it fits all."""

    label_zh: str
    label_en: str
    text_zh: str
    text_en: str
    category_ids: Sequence[int] = ()
    active: bool = True


@command
def save_sentence(key: str, words: Words, *, purpose: Purpose, by: Actor, seen: int = 0) -> ReadySentence:
    """Write a sentence of the city's own, or change one.

    Args:
        key: of the sentence that is changed, "" for a new one.
        purpose: of a new one; one that is there keeps its own.
        seen: the version that the person saw; 0 for a new one, and for one as it was delivered.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: no sentence has the key.
        BadInput: no Chinese name or text, one too long, an unknown placeholder, an unknown kind, or too many sentences.
        Conflict: somebody else changed it meanwhile.
    """
    require(by, Permission.ADMIN_SYSTEM)
    tidy = _refuse(_tidied(words))
    before = get_sentence(key) if key else None
    row = own_sentence(key) if key else None
    if seen != (row.version if row else 0):
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    if row is None:
        _refuse_many()
        purpose = before.purpose if before else purpose
        row = ReadySentence(key=key or f"own-{secrets.token_hex(6)}", purpose=purpose)
    for name, value in vars(tidy).items():
        setattr(row, name, list(value) if name == "category_ids" else value)
    row.changed_by_id, row.changed_at = by.id, ports.clock.now()
    add_unless_taken(row, lambda _line: _taken())
    facts = {"sentence": row.key, "purpose": row.purpose, "after": _facts(row), "before": _facts(before) if before else {}}  # fmt: skip
    record(
        current_city(), "change_sentence" if before else "add_sentence", by=by, at=row.changed_at, facts=facts
    )
    return row


@command
def drop_sentence(key: str, *, by: Actor, seen: int) -> None:
    """Give up what the city wrote: a delivered sentence is again as every city starts with it, another one is gone.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: the city wrote no such sentence.
        Conflict: somebody else changed it meanwhile.
    """
    require(by, Permission.ADMIN_SYSTEM)
    row = own_sentence(key)
    if row is None:
        raise NotFound("There is no such sentence any more.")
    if seen != row.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    facts = {"sentence": row.key, "purpose": row.purpose, "before": _facts(row)}
    action = "reset_sentence" if key in delivered() else "drop_sentence"
    db.session.delete(row)
    record(current_city(), action, by=by, at=ports.clock.now(), facts=facts)


@command
def note_use(key: str) -> None:
    """Count that a sentence was sent; what no city has counts nowhere."""
    if any(one.key == key for one in sentences()):
        add_up(SentenceUse, [{"city_id": current_city_id(), "key": key, "used": 1}], key=("city_id", "key"), sums=("used",))  # fmt: skip


def _tidied(words: Words) -> Words:
    label_zh, label_en = " ".join(words.label_zh.split()), " ".join(words.label_en.split())
    text_zh, text_en = ("\n".join(line.rstrip() for line in text.strip().splitlines()) for text in (words.text_zh, words.text_en))  # fmt: skip
    return Words(label_zh, label_en, text_zh, text_en, sorted(set(words.category_ids)), words.active)


def _refuse(words: Words) -> Words:
    """Return `words` unless something is wrong with them. Raises `BadInput`."""
    for field in ("label_zh", "text_zh"):
        if not getattr(words, field):
            raise BadInput("The Chinese name and the Chinese text are needed.", field=field)
    for field, most in (("label_zh", LABEL_AT_MOST), ("label_en", LABEL_AT_MOST), ("text_zh", TEXT_AT_MOST), ("text_en", TEXT_AT_MOST)):  # fmt: skip
        if len(getattr(words, field)) > most:
            raise BadInput("At most %(most)s characters; please shorten it.", field=field, most=most)
    for field in ("text_zh", "text_en"):
        if unknown := unknown_in(getattr(words, field)):
            raise BadInput(
                "There is no placeholder %(unknown)s. There are: %(known)s.", field=field,
                unknown=" ".join(f"{{{name}}}" for name in unknown), known=" ".join(f"{{{name}}}" for name in PLACEHOLDERS),
            )  # fmt: skip
    if not set(words.category_ids) <= {kind.id for kind in categories(active=False)}:
        raise BadInput("Please choose from what is offered here.", field="category_ids")
    return words


def _refuse_many() -> None:
    if number_of_own() >= OWN_AT_MOST:
        raise BadInput(
            "A city keeps at most %(most)s sentences of its own. Please take one away first.", field="label_zh", most=OWN_AT_MOST
        )  # fmt: skip


def _taken() -> Conflict:
    return Conflict("Somebody else changed this a moment ago. Please look again.")


def _facts(words: object) -> dict[str, object]:
    names = ("label_zh", "label_en", "text_zh", "text_en", "category_ids", "active")
    facts = {name: getattr(words, name) for name in names}
    return facts | {"category_ids": list(facts["category_ids"])}
