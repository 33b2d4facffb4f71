"""Ready sentences in forms: which are offered, filled in for the thing they are about, and how often they are sent."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from babel.dates import format_date
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import Field, StringField

from reporter.cases.queries import categories
from reporter.cases.ready import CHINESE, Purpose, Sentence, filled, offered, partly_filled
from reporter.cases.rewording import note_use
from reporter.cases.sentences import sentences
from reporter.desks.dates import zone
from reporter.desks.guard import city
from reporter.desks.shelf import shelf
from reporter.kernel.db import current_city_id
from reporter.kernel.errors import ReporterError
from reporter.places.queries import area_names
from reporter.ports import ports
from reporter.reports.queries import first_report_of
from reporter.routing.queries import units_by_id

DEFAULT = "zh_Hans_CN"
DAY = {True: "M月d日", False: "d MMMM"}
LONGEST_PLACE = 60  # characters
Pair = tuple[str, str]  # in Chinese, in English


class Placed(Protocol):
    """A report or a case, as far as a sentence speaks of it."""

    @property
    def number(self) -> str: ...

    @property
    def category_id(self) -> int: ...

    @property
    def subcategory_id(self) -> int | None: ...

    @property
    def area_id(self) -> int | None: ...

    @property
    def address(self) -> str: ...


class Reported(Placed, Protocol):
    """A report, as far as its reporter is written to."""

    @property
    def locale(self) -> str: ...


@dataclass(frozen=True)
class ReadyText:
    """A sentence as a form offers it. `label` is in the reader's language, `text` in that of whoever is written to.

    `only_chinese`: it should be English, and there is no English.
    """

    name: str
    label: str
    text: str
    only_chinese: bool = False


@dataclass(frozen=True)
class Kept:
    """What sentences and their values are made of: names by id, in both languages."""

    sentences: Sequence[Sentence]
    kinds: Mapping[int, Pair]
    subs: Mapping[int, Pair]
    units: Mapping[int, Pair]


def _kept() -> Kept:
    """Return what the city has, some seconds old at most."""
    return shelf().list_of(("ready", current_city_id()), _read)


def _read() -> Kept:
    kinds, units = categories(active=False), units_by_id()
    return Kept(
        sentences(),
        {kind.id: (kind.name_zh, kind.name_en) for kind in kinds},
        {sub.id: (sub.name_zh, sub.name_en) for kind in kinds for sub in kind.subcategories},
        {key: (unit.name_zh, unit.name_en) for key, unit in units.items()},
    )


class WithReady(FlaskForm):
    """A form whose words may be a ready sentence. `wording` names the field that they go into."""

    template = StringField()
    wording = "reason"
    ready: Sequence[ReadyText] = ()
    unfilled: Sentence | None = None  # the chosen one as it stands, about several things at once

    def offer_ready(
        self, purpose: Purpose, thing: Placed | None = None, *, locale: str = DEFAULT, category_id: int | None = None
    ) -> None:  # fmt: skip
        """Offer the sentences for a purpose; where one was chosen and nothing was written, it is what was written.

        Args:
            thing: what they are about, None for several things at once: what differs stays in braces until `words_about`.
            locale: the language of whoever is written to.
            category_id: the kind when it is not that of `thing`.
        """
        kept = _kept()
        if thing is None:
            self._offer_open(kept, purpose, category_id)
            return
        values = _values(thing, kept, locale)
        kind = category_id or thing.category_id
        chosen = self.template.data or ""
        every = {one.key: one for one in kept.sentences if one.purpose is purpose and one.active}
        self.ready = [_text(one, values, locale) for one in offered(kept.sentences, purpose, kind)]
        field: Field = self[self.wording]
        if chosen in every and not (field.data or "").strip():
            field.data = filled(every[chosen].text(locale), values, locale)
            field.raw_data = [field.data]

    def _offer_open(self, kept: Kept, purpose: Purpose, category_id: int | None) -> None:
        every = {one.key: one for one in kept.sentences if one.purpose is purpose and one.active}
        values, here = _of_the_city(), str(get_locale() or DEFAULT)
        self.ready = [
            ReadyText(one.key, one.label(here), partly_filled(one.text(DEFAULT), values), one.lacks(DEFAULT))
            for one in offered(kept.sentences, purpose, category_id)
        ]
        field: Field = self[self.wording]
        chosen = every.get(self.template.data or "")
        if chosen is None:
            return
        text = partly_filled(chosen.text(DEFAULT), values)
        typed = (field.data or "").replace("\r\n", "\n").strip()
        if not typed:
            field.data, field.raw_data = text, [text]
        self.unfilled = chosen if typed in {"", text.strip()} else None

    def words_about(self, thing: Reported) -> str:
        """Return the words for one of several things: what stands in braces is filled in, in the reader's language where it can be."""
        text = self.unfilled.text(thing.locale) if self.unfilled else (self[self.wording].data or "").strip()
        return filled(text, _values(thing, _kept(), thing.locale), thing.locale)


def _text(one: Sentence, values: Mapping[str, str], locale: str) -> ReadyText:
    label = one.label(str(get_locale() or DEFAULT))
    return ReadyText(one.key, label, filled(one.text(locale), values, locale), one.lacks(locale))


def _values(thing: Placed, kept: Kept, locale: str) -> dict[str, str]:
    """Return what the placeholders stand for; what is not known is not there."""
    language = 0 if locale.startswith(CHINESE) else 1
    sub, kind = kept.subs.get(thing.subcategory_id or 0), kept.kinds.get(thing.category_id)
    unit = kept.units.get(getattr(thing, "lead_unit_id", None) or 0)
    return _of_the_city(language) | {
        "number": thing.number,
        "kind": _either(sub or kind, language),
        "place": _place(thing, language),
        "unit": _either(unit, language),
    }


def _of_the_city(language: int = 0) -> dict[str, str]:
    here, today = city(), ports.clock.now().astimezone(zone()).date()
    chinese = language == 0
    return {
        "city": _either((here.name_zh, here.name_en), language),
        "phone": here.phone,
        "date": format_date(today, DAY[chinese], locale="zh_Hans_CN" if chinese else "en"),
    }


def _place(thing: Placed, language: int) -> str:
    if thing.address.strip():
        return thing.address[:LONGEST_PLACE]
    area: Any = area_names([thing.area_id]).get(thing.area_id) if thing.area_id else None
    return _either((area.name_zh, area.name_en) if area else None, language)


def _either(pair: Pair | None, language: int) -> str:
    return (pair[language] or pair[0]) if pair else ""


def in_every_language(key: str) -> str:
    """Return a sentence about nothing in particular in every language that it has, "" when it is not in use."""
    one = next((one for one in _kept().sentences if one.key == key and one.active), None)
    if one is None:
        return ""
    languages = [(one.text_zh, DEFAULT, 0), (one.text_en, "en", 1)]
    return "\n".join(filled(text, _of_the_city(number), locale) for text, locale, number in languages if text)


def locale_of(case_id: int) -> str:
    """Return the language of whoever reported a case first."""
    first = first_report_of(case_id)
    return first.locale if first else DEFAULT


def count_use(form: object) -> None:
    """Count the sentence that was sent with a form; a count that cannot be written stops nobody."""
    key = form.template.data if isinstance(form, WithReady) else ""
    if key:
        with suppress(ReporterError):
            note_use(key)
