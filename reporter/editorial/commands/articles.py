"""The words of an article."""

from dataclasses import dataclass, field

from reporter.editorial.commands.door import begin, reword, tidy
from reporter.editorial.models import Article, Rubric
from reporter.editorial.prose import LENGTH_AT_MOST
from reporter.editorial.wording import ENGLISH_LONGER, refuse_english, refuse_words
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor
from reporter.reports.commands.intake import new_public_id

TITLE_AT_MOST, STANDFIRST_AT_MOST, BODY_AT_MOST = 60, 200, LENGTH_AT_MOST
NAME_AT_MOST, PEOPLE_AT_MOST = 40, 30
TITLE_EN_AT_MOST, STANDFIRST_EN_AT_MOST = ENGLISH_LONGER * TITLE_AT_MOST, ENGLISH_LONGER * STANDFIRST_AT_MOST


@dataclass(frozen=True)
class Text:
    """An article as it was written; the English texts are all empty when there are none.

    Bodies are Markdown as `prose` reads it; `people` are the names of those who are named, each of whom has to agree.
    """

    rubric: Rubric
    title: str
    standfirst: str
    body: str
    title_en: str = ""
    standfirst_en: str = ""
    body_en: str = ""
    people: list[str] = field(default_factory=list)


@command
def write_article(text: Text, *, by: Actor) -> Article:
    """Keep a new article as a draft and return it.

    Raises:
        BadInput: a text that is missing, too long, or holds a phone, identity or plate number; half an English version;
            too many people.
    """
    _refuse(text)
    article = Article(public_id=new_public_id(), **tidy(text))
    begin(article, by=by)
    return article


@command
def edit_article(article: Article, text: Text, *, by: Actor, seen: int | None = None) -> None:
    """Keep other words of an article; one that was handed in or released is a draft again.

    Raises:
        BadInput: as `write_article`.
        WrongStep: it was withdrawn.
    """
    _refuse(text)
    reword(article, text, by=by, seen=seen)


def _refuse(text: Text) -> None:
    refuse_words("title", text.title, TITLE_AT_MOST)
    refuse_words("standfirst", text.standfirst, STANDFIRST_AT_MOST)
    refuse_words("body", text.body, BODY_AT_MOST)
    if len(text.people) > PEOPLE_AT_MOST:
        raise BadInput("At most %(most)s people are named.", field="people", most=PEOPLE_AT_MOST)
    for name in text.people:
        refuse_words("people", name, NAME_AT_MOST)
    refuse_english(
        {
            "title_en": (text.title_en, TITLE_EN_AT_MOST),
            "standfirst_en": (text.standfirst_en, STANDFIRST_EN_AT_MOST),
            "body_en": (text.body_en, BODY_AT_MOST),
        }
    )
