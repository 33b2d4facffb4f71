"""The words and days of an entry of the honour list."""

from dataclasses import dataclass
from datetime import date

from reporter.editorial.commands.door import begin, reword, tidy
from reporter.editorial.models import Honour, HonourKind
from reporter.editorial.queries import today
from reporter.editorial.wording import ENGLISH_LONGER, refuse_dwelling, refuse_english, refuse_words
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor

NAME_AT_MOST, DEED_AT_MOST = 40, 200
NAME_EN_AT_MOST, DEED_EN_AT_MOST = ENGLISH_LONGER * NAME_AT_MOST, ENGLISH_LONGER * DEED_AT_MOST
DAYS_SHOWN, DAYS_AT_MOST = 90, 366


@dataclass(frozen=True)
class Deed:
    """An entry as it was written. `name` is as it may be shown; `until` is the last day on which it is.

    The English texts are both empty when there are none.
    """

    kind: HonourKind
    name: str
    deed: str
    day: date
    until: date
    name_en: str = ""
    deed_en: str = ""


@command
def write_honour(deed: Deed, *, by: Actor) -> Honour:
    """Keep a new entry as a draft and return it.

    Raises:
        BadInput: a text that is missing, too long, or holds a number or an address that is nobody's business; half an
            English version; a day that is still to come; a last day before that, or more than a year ahead.
    """
    _refuse(deed)
    honour = Honour(**tidy(deed))
    begin(honour, by=by)
    return honour


@command
def edit_honour(honour: Honour, deed: Deed, *, by: Actor, seen: int | None = None) -> None:
    """Keep other words of an entry; one that was handed in or released is a draft again.

    Raises:
        BadInput: as `write_honour`.
        WrongStep: it was withdrawn.
    """
    _refuse(deed)
    reword(honour, deed, by=by, seen=seen)


def _refuse(deed: Deed) -> None:
    for field, text, most in (("name", deed.name, NAME_AT_MOST), ("deed", deed.deed, DEED_AT_MOST)):
        refuse_words(field, text, most)
        refuse_dwelling(field, text)
    refuse_english({"name_en": (deed.name_en, NAME_EN_AT_MOST), "deed_en": (deed.deed_en, DEED_EN_AT_MOST)})
    refuse_dwelling("deed_en", deed.deed_en)
    if deed.day > today():
        raise BadInput("This day is still to come.", field="day")
    if deed.until < deed.day:
        raise BadInput("The last day lies before the deed.", field="until")
    if (deed.until - today()).days > DAYS_AT_MOST:
        raise BadInput("This is shown for a year at most.", field="until")
