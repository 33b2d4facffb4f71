"""Ready sentences: what they are for, what may stand in braces in them, and how it is filled in. Pure."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

LABEL_AT_MOST, TEXT_AT_MOST = 30, 400  # characters; what is filled in makes a text longer
OWN_AT_MOST = 200  # that a city adds to those it starts with
BRACES = re.compile(r"\{([^{}\n]{0,40})\}")
CHINESE = "zh"


class Purpose(StrEnum):
    """What a sentence is for, and with it who reads it."""

    DECLINE = "decline"  # why a report is not taken up
    ASK = "ask"  # a question to the resident
    CLOSE = "close_unfixed"  # why a case ends without repair
    FORWARD = "forward"  # what another unit is told along with a case
    LETTER = "letter"  # what the resident is told of the result


# What may stand in braces: what is said where nothing is known, in Chinese and in English.
PLACEHOLDERS: Mapping[str, tuple[str, str]] = {
    "number": ("见详情页", "see its page"),
    "kind": ("有关", "the matter reported"),
    "place": ("该处", "the place reported"),
    "unit": ("承办单位", "the unit in charge"),
    "date": ("近日", "one of these days"),
    "phone": ("12345", "12345"),
    "city": ("本市", "the city"),
}
EXAMPLES: Mapping[str, tuple[str, str]] = {
    "number": ("150902-20261123-000123", "150902-20261123-000123"),
    "kind": ("占道经营", "Trading on the road"),
    "place": ("解放大街12号", "12 Jiefang Street"),
    "unit": ("综合行政执法二中队", "Enforcement team 2"),
    "date": ("11月23日", "23 November"),
    "phone": ("12345", "12345"),
    "city": ("集宁区", "Jining"),
}


@dataclass(frozen=True)
class Sentence:
    """A ready sentence as a city has it.

    `category_ids`: the kinds that it fits, none for all. `used`: how often it was sent. `own`: the city wrote it or
    changed it; `delivered`: every city starts with it. An English that is "" is not there.
    """

    key: str
    purpose: Purpose
    label_zh: str
    label_en: str
    text_zh: str
    text_en: str
    category_ids: tuple[int, ...] = ()
    active: bool = True
    used: int = 0
    own: bool = False
    delivered: bool = True
    version: int = 0

    def text(self, locale: str) -> str:
        """Return the text in the language of `locale`; in Chinese where there is no other."""
        return self.text_zh if locale.startswith(CHINESE) else self.text_en or self.text_zh

    def label(self, locale: str) -> str:
        """Return what it is called; the Chinese name where there is no other."""
        return self.label_zh if locale.startswith(CHINESE) else self.label_en or self.label_zh

    def lacks(self, locale: str) -> bool:
        """Tell whether somebody who reads in `locale` gets the Chinese text, because there is no other."""
        return not locale.startswith(CHINESE) and not self.text_en

    def fits(self, category_id: int | None) -> bool:
        """Tell whether it fits a kind; one for some kinds does not fit what is of many."""
        return not self.category_ids or category_id in self.category_ids


@dataclass(frozen=True)
class Delivered:
    """A sentence that every city starts with. `kinds`: slugs, none for all."""

    key: str
    purpose: Purpose
    label_zh: str
    label_en: str
    text_zh: str
    text_en: str
    kinds: tuple[str, ...]


@cache
def delivered() -> Mapping[str, Delivered]:
    """Return what every city starts with, by key, in the order of `sentences.toml`."""
    table = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
    return {
        f"{purpose}-{name}": Delivered(
            f"{purpose}-{name}", Purpose(purpose), one["label_zh"], one["label_en"], one["zh"], one["en"],
            tuple(one.get("kinds", ())),
        )
        for purpose, sentences in table.items()
        for name, one in sentences.items()
    }  # fmt: skip


def unknown_in(text: str) -> list[str]:
    """Return what stands in braces in `text` and is no placeholder, each once."""
    return list(dict.fromkeys(name for name in BRACES.findall(text) if name not in PLACEHOLDERS))


def filled(text: str, values: Mapping[str, str], locale: str) -> str:
    """Return `text` with its placeholders filled in, as plain text; what a value says in braces stays as it is.

    Args:
        values: by placeholder; for what is not there, or is blank, stands the word of `PLACEHOLDERS`.
        locale: the language of the text.
    """
    language = 0 if locale.startswith(CHINESE) else 1

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in PLACEHOLDERS:
            return found[0]
        return " ".join(values.get(name, "").split()) or PLACEHOLDERS[name][language]

    return BRACES.sub(value, text)


def partly_filled(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with those placeholders filled in that have a value; the others stay in braces, to be filled in later."""
    return BRACES.sub(lambda found: " ".join(values.get(found[1], "").split()) or found[0], text)


def example(text: str, locale: str) -> str:
    """Return `text` filled in with invented values, to look at."""
    language = 0 if locale.startswith(CHINESE) else 1
    return filled(text, {name: words[language] for name, words in EXAMPLES.items()}, locale)


def offered(
    sentences: Collection[Sentence], purpose: Purpose, category_id: int | None = None
) -> list[Sentence]:
    """Return what is in use for a purpose and fits a kind: what was sent most first, else in the order given."""
    fitting = [one for one in sentences if one.active and one.purpose is purpose and one.fits(category_id)]
    return sorted(fitting, key=lambda one: -one.used)
