"""The words of an article."""

from dataclasses import dataclass

from reporter.editorial.commands.door import begin, reword, tidy
from reporter.editorial.models import Article, Rubric
from reporter.editorial.prose import LENGTH_AT_MOST
from reporter.editorial.wording import refuse_words
from reporter.kernel.db import command
from reporter.kernel.policy import Actor
from reporter.reports.commands.intake import new_public_id

TITLE_AT_MOST, STANDFIRST_AT_MOST, BODY_AT_MOST = 60, 200, LENGTH_AT_MOST


@dataclass(frozen=True)
class Text:
    """An article as it was written. `body` is Markdown as `prose` reads it."""

    rubric: Rubric
    title: str
    standfirst: str
    body: str


@command
def write_article(text: Text, *, by: Actor) -> Article:
    """Keep a new article as a draft and return it.

    Raises:
        BadInput: a text that is missing, too long, or holds a phone, identity or plate number.
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
