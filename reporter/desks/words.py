"""The words of the house: language and zone of a request, the catalogues, filters and globals for templates."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, format_decimal, get_locale, gettext, refresh
from flask_login import current_user
from markupsafe import Markup

from reporter.desks import dates, georeport, states
from reporter.editorial.prose import as_html

DEFAULT_LOCALE = "zh_Hans_CN"
LANGUAGES = {"zh_Hans_CN": ("zh-CN", "中文", "中"), "en": ("en", "English", "EN")}  # tag, name, short name
LOCALE_COOKIE = "locale"
TRANSLATIONS = Path(__file__).parent.parent / "translations"
KILOMETRE = 1000
ROUGHLY_FROM = 100  # metres: above this the last digit says nothing


class Catalogues(Domain):  # type: ignore[misc]  # flask_babel carries no types
    """Every `.po` file of a locale as one catalogue, read from the text itself.

    One file per desk keeps desks apart; nobody compiles, so nothing can be out of date.
    """

    def __init__(self) -> None:
        super().__init__(translation_directories=[str(TRANSLATIONS)], domain="base")
        self._read: dict[Locale | None, Translations] = {}  # by the thing itself: its name is slow to write

    def get_translations(self) -> Translations:
        """Return all messages in the language of the current request."""
        locale = get_locale()
        found = self._read.get(locale)
        if found is None:
            found = self._read[locale] = read_catalogues(str(locale or DEFAULT_LOCALE))
        return found


def read_catalogues(locale: str) -> Translations:
    """Return the messages of all catalogues of `locale`; of `base` last, so that common words win."""
    folder = TRANSLATIONS / locale / "LC_MESSAGES"
    together = Translations()
    for path in sorted(folder.glob("*.po"), key=lambda path: (path.stem == "base", path.stem)):
        compiled = io.BytesIO()
        with path.open("rb") as text:
            write_mo(compiled, read_po(text, locale=locale, domain=path.stem))
        compiled.seek(0)
        one = Translations(compiled, domain=path.stem)
        together.merge(one)
        together.plural = one.plural
    return together


def offered() -> list[str]:
    """Return the locales this installation offers, the city's own default first."""
    return [locale for locale in current_app.config["LANGUAGES"] if locale in LANGUAGES] or [DEFAULT_LOCALE]


def pick_locale() -> str:
    """Return the language: of the cookie, of the account, of the browser, of the installation.

    Below GeoReport's address nobody is signed in: of the argument `locale`, of the client, of the installation.
    """
    locales = offered()
    if not has_request_context():
        return locales[0]
    if georeport.is_under(request.path):
        return _locale_of_client(locales)
    chosen, own = request.cookies.get(LOCALE_COOKIE), getattr(current_user, "locale", None)
    if own in locales and chosen not in locales:
        return str(own)
    return locale_of_browser()


def locale_of_browser() -> str:
    """Return the language of the request of somebody who is not signed in: as `pick_locale`, without the account."""
    locales = offered()
    if (chosen := request.cookies.get(LOCALE_COOKIE)) in locales:
        return str(chosen)
    tags = {LANGUAGES[locale][0].split("-")[0]: locale for locale in locales}
    return tags.get(request.accept_languages.best_match(list(tags)) or "", locales[0])


def _locale_of_client(locales: Sequence[str]) -> str:
    tags = {LANGUAGES[locale][0].split("-")[0]: locale for locale in locales}
    asked = request.args.get("locale", "").replace("_", "-").split("-")[0].lower()
    return tags.get(asked or request.accept_languages.best_match(list(tags)) or "", locales[0])


def pick_zone() -> str:
    """Return the zone of the city that is served."""
    city = g.get("city")
    return str(city.zone) if city else str(current_app.config["ZONE"])


def speaks_chinese() -> bool:
    """Tell whether the reader gets Chinese names."""
    locale = get_locale()
    return locale is None or str(locale.language) == "zh"


def named(row: Any, part: str = "name") -> str:
    """Return the name of a row in the reader's language, else in the other one.

    Args:
        row: has `<part>_zh` and `<part>_en`, as attributes or keys; None gives "".
        part: name, hint, parent …
    """
    if row is None:
        return ""
    first, second = ("zh", "en") if speaks_chinese() else ("en", "zh")
    return _part(row, f"{part}_{first}") or _part(row, f"{part}_{second}")


def only_chinese(piece: Any) -> bool:
    """Tell whether a reader of English gets the Chinese words of what editors wrote: it has no others."""
    return not speaks_chinese() and not piece.has_english


def wording(piece: Any, part: str) -> str:
    """Return a part of what editors wrote: in English for whoever reads English, where there is an English text.

    Args:
        piece: an article, an entry, a notice, or a picture of an article.
        part: title, standfirst, body, name, deed, sentence, caption.
    """
    english = piece.has_english and not speaks_chinese()
    return str(getattr(piece, f"{part}_en" if english else part))


def _part(row: Any, name: str) -> str:
    return str((row.get(name) if isinstance(row, dict) else getattr(row, name, None)) or "")


def thousands(number: float) -> str:
    """Return the number with its thousands separated: 1,236."""
    return str(format_decimal(number))


def count_to(number: int, limit: int = 1000) -> str:
    """Return a number that was only counted up to `limit`: 412, then 1,000+."""
    return f"{thousands(limit)}+" if number > limit else thousands(number)


def metres(length: float) -> str:
    """Return a distance given in metres: 12 米, 120 米, 1.4 公里."""
    if length >= KILOMETRE:
        return gettext("%(number).1f km", number=length / KILOMETRE)
    rounded = round(length) if length < ROUGHLY_FROM else round(length, -1)
    if rounded >= KILOMETRE:
        return gettext("%(number).1f km", number=rounded / KILOMETRE)
    return gettext("%(number)d m", number=rounded)


def masked(contact: str) -> str:
    """Return a phone number with its middle hidden: 138****1234, a mail address as a***@example.org; "" for none.

    What is too short is hidden whole.
    """
    if not contact:
        return ""
    if mail := MAIL.fullmatch(contact.strip()):
        return f"{mail[1]}***@{mail[2]}"
    digits = re.sub(r"\D", "", contact)
    return re.sub(r"^(\d{3})\d+(\d{4})$", r"\1****\2", digits) if len(digits) > 7 else "****"  # noqa: PLR2004 - three and four stay


def prose(text: str) -> Markup:
    """Return the body of an article as the HTML that its marks mean."""
    return Markup(as_html(text))  # noqa: S704 - made of an allow-list, and of nothing that was typed


def map_settings() -> dict[str, str]:
    """Return the tiles of this installation: address (may be empty), datum, credit with its approval number."""
    config = current_app.config
    return {"address": config["MAP_TILES"], "datum": config["MAP_DATUM"], "credit": config["MAP_CREDIT"]}


MAIL = re.compile(r"(\S)\S*@(\S+)")
FILTERS = {
    "ago": dates.ago,
    "clock": dates.clock,
    "count_to": count_to,
    "day": dates.day,
    "full_moment": dates.full_moment,
    "hour": dates.hour,
    "masked": masked,
    "metres": metres,
    "moment": dates.moment,
    "month": dates.month,
    "named": named,
    "only_chinese": only_chinese,
    "plain_clock": dates.plain_clock,
    "seconds": dates.seconds,
    "plain_moment": dates.plain_moment,
    "prose": prose,
    "weekday": dates.weekday,
    "role_word": states.role_word,
    "span": dates.span,
    "thousands": thousands,
    "until": dates.until,
    "wording": wording,
}
GLOBALS = {
    "action_word": states.action_word,
    "countdown": dates.countdown,
    "js_words": dates.js_words,
    "map_settings": map_settings,
    "honour_word": states.honour_word,
    "role_word": states.role_word,
    "rubric_word": states.rubric_word,
    "state_light": states.state_light,
    "state_word": states.state_word,
}


def init_words(app: Flask) -> None:
    """Give `app` its languages, its catalogues and the templates' filters and globals."""
    babel = Babel()
    babel.init_app(
        app,
        default_locale=DEFAULT_LOCALE,
        default_timezone=app.config["ZONE"],
        locale_selector=pick_locale,
        timezone_selector=pick_zone,
    )
    babel.domain_instance = Catalogues()
    app.before_request(refresh)  # language and zone are of the request, also where requests share a context
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
