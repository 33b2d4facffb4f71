"""Public-service notices: what they say, where they lead, when they are shown."""

from dataclasses import dataclass
from datetime import date

from reporter.editorial.commands.door import begin, reword, tidy
from reporter.editorial.models import ServiceNotice
from reporter.editorial.wording import ENGLISH_LONGER, refuse_english, refuse_words
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor

TITLE_AT_MOST, SENTENCE_AT_MOST, LINK_AT_MOST, SORT_AT_MOST = 30, 100, 200, 99
TITLE_EN_AT_MOST, SENTENCE_EN_AT_MOST = ENGLISH_LONGER * TITLE_AT_MOST, ENGLISH_LONGER * SENTENCE_AT_MOST


@dataclass(frozen=True)
class Appeal:
    """A notice as it was written. `link` is a path of this site, or empty; the smallest `sort` is shown first.

    The English texts are both empty when there are none.
    """

    title: str
    sentence: str
    link: str
    begins: date
    until: date
    sort: int = 0
    title_en: str = ""
    sentence_en: str = ""


@command
def write_service_notice(appeal: Appeal, *, by: Actor) -> ServiceNotice:
    """Keep a new notice as a draft and return it.

    Raises:
        BadInput: a text that is missing or too long, half an English version, or a last day before the first.
    """
    _refuse(appeal)
    notice = ServiceNotice(**tidy(appeal))
    begin(notice, by=by)
    return notice


@command
def edit_service_notice(notice: ServiceNotice, appeal: Appeal, *, by: Actor, seen: int | None = None) -> None:
    """Keep other words of a notice; one that was handed in or released is a draft again.

    Raises:
        BadInput: as `write_service_notice`.
        WrongStep: it was withdrawn.
    """
    _refuse(appeal)
    reword(notice, appeal, by=by, seen=seen)


def _refuse(appeal: Appeal) -> None:
    refuse_words("title", appeal.title, TITLE_AT_MOST)
    refuse_words("sentence", appeal.sentence, SENTENCE_AT_MOST)
    refuse_words("link", appeal.link, LINK_AT_MOST, needed=False)
    refuse_english(
        {
            "title_en": (appeal.title_en, TITLE_EN_AT_MOST),
            "sentence_en": (appeal.sentence_en, SENTENCE_EN_AT_MOST),
        }
    )
    if appeal.until < appeal.begins:
        raise BadInput("The last day lies before the first one.", field="until")
