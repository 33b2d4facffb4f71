"""What the pages say, by message: stories name a button in plain English and look for it in the page's language."""

import re
from functools import cache

from babel.support import Translations

from reporter.desks.catalogues import read_catalogue
from reporter.desks.sentences import domains
from reporter.desks.words import read_catalogues

CHINESE = "zh_Hans_CN"
PLACE = re.compile(r"%%|%\(\w+\)[\d.]*[sdf]|\{\w+\}")


@cache
def _catalogue() -> Translations:
    return read_catalogues(CHINESE)


@cache
def _known() -> frozenset[str]:
    entries = (entry for domain in domains() for entry in read_catalogue(CHINESE, domain) if entry.id)
    return frozenset(entry.id if isinstance(entry.id, str) else entry.id[0] for entry in entries)


def zh(message: str, context: str = "") -> str:
    """Return the Chinese of `message`, its places still open. Raises `LookupError` when no page says it."""
    if message not in _known():
        raise LookupError(f"no catalogue has {message!r}")
    catalogue = _catalogue()
    return str(catalogue.upgettext(context, message) if context else catalogue.gettext(message))


def like(message: str) -> re.Pattern[str]:
    """Return a pattern of the Chinese of `message`, whatever stands in its places."""
    parts = PLACE.split(zh(message))
    return re.compile(".+".join(map(re.escape, parts)))
