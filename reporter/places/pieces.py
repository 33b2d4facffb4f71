"""The parts of a name by which it is found, and how a text is made plain before it is compared. Pure.

What somebody types is compared with the beginning of each part: so every part is one that somebody may begin with.
"""

import re
import unicodedata
from collections.abc import Iterator

from reporter.places.names import NameShape
from reporter.places.pinyin import syllables_of

LONGEST = 60  # characters of a part
# How far a part is from the beginning of the name as it is written.
NAME, INSIDE, SPELLED, SPELLED_INSIDE, INITIALS, INITIALS_INSIDE = range(6)
_SIGNS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[A-Za-z0-9]+")
# Words that so many names end with that nobody looks for a place by them.
_PLAIN_ENDS = frozenset(
    {"street", "road", "avenue", "lane", "st", "rd", "ave", "lu", "jie", "dajie", "dadao"}
)
_SHORTEST = 2  # characters of a part that is not a whole name


def plain(text: str) -> str:
    """Return a text without what people write in one way or the other: width, case, spaces and signs."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def pieces_of(shape: NameShape) -> dict[str, int]:
    """Return the parts by which a place is found, each with its weight: the lowest one it has in any name."""
    found: dict[str, int] = {}
    for piece, weight in _every(shape):
        part = piece[:LONGEST]
        if part:
            found[part] = min(weight, found.get(part, weight))
    return found


def _every(shape: NameShape) -> Iterator[tuple[str, int]]:
    if shape.cross_zh:
        for one, other in ((0, 1), (1, 0)):
            chinese, english = (shape.name_zh, shape.cross_zh), (shape.name_en, shape.cross_en)
            yield plain(chinese[one] + chinese[other]), NAME
            yield plain(english[one] + english[other]), SPELLED
            spelled = [_syllables(chinese[one]), _syllables(chinese[other])]
            yield "".join(map("".join, spelled)), SPELLED
            yield "".join(syllable[:1] for name in spelled for syllable in name), INITIALS
        return
    for name in (shape.name_zh, *shape.aliases):
        yield from _of_chinese(name)
    if shape.pinyin:
        yield from _of_spelling([plain(part) for part in shape.pinyin.split()])
    yield from _of_english(shape.name_en)


def _of_chinese(name: str) -> Iterator[tuple[str, int]]:
    whole = plain(name)
    yield whole, NAME
    for start in range(1, len(whole) - _SHORTEST + 1):
        yield whole[start:], INSIDE
    yield from _of_spelling(_syllables(name))


def _syllables(name: str) -> list[str]:
    return [part for part in map(plain, syllables_of(name)) if part]


def _of_spelling(syllables: list[str]) -> Iterator[tuple[str, int]]:
    for start, first in enumerate(syllables):
        rest = syllables[start:]
        if start and (len(rest) < _SHORTEST or first in _PLAIN_ENDS):
            continue
        yield "".join(rest), SPELLED_INSIDE if start else SPELLED
        yield "".join(one[:1] for one in rest), INITIALS_INSIDE if start else INITIALS


def _of_english(name: str) -> Iterator[tuple[str, int]]:
    words = [plain(word) for word in _WORD.findall(unicodedata.normalize("NFKC", name))]
    for start, first in enumerate(words):
        if not start or first not in _PLAIN_ENDS:
            yield "".join(words[start:]), SPELLED_INSIDE if start else SPELLED
