"""The three sorts of what editors write, each with its words, its form and its commands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from reporter.desks.editor.piece_forms import ArticleForm, HonourForm, NoticeForm, PieceForm
from reporter.editorial.commands.articles import edit_article, write_article
from reporter.editorial.commands.honours import edit_honour, write_honour
from reporter.editorial.commands.service_notices import edit_service_notice, write_service_notice
from reporter.editorial.models import Article, Honour, ServiceNotice
from reporter.editorial.queries import get_article, get_honour, get_service_notice
from reporter.editorial.worklists import AnyPiece

ARTICLES, HONOURS, NOTICES = "articles", "honours", "notices"


@dataclass(frozen=True)
class Kind:
    """One sort of piece; `slug` stands in its addresses."""

    slug: str
    model: type[Any]
    name: object
    new: object
    empty: object
    one: Callable[[int], AnyPiece]
    form: type[PieceForm]
    write: Callable[..., AnyPiece]
    edit: Callable[..., None]


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            ARTICLES, Article, _l("Articles"), _l("New article"),
            _l("Articles of the two columns stand here: what the city does, and people who set an example."),
            get_article, ArticleForm, write_article, edit_article,
        ),
        Kind(
            HONOURS, Honour, _l("Honour list"), _l("New entry of the honour list"),
            _l("Good deeds, volunteers and model units stand here. Whoever is named has agreed before."),
            get_honour, HonourForm, write_honour, edit_honour,
        ),
        Kind(
            NOTICES, ServiceNotice, _l("Public-service notices"), _l("New public-service notice"),
            _l("Short appeals for the home page and the board stand here, each with its days."),
            get_service_notice, NoticeForm, write_service_notice, edit_service_notice,
        ),
    )
}  # fmt: skip


def title_of(piece: AnyPiece) -> str:
    """Return what a piece is called."""
    return piece.name if isinstance(piece, Honour) else piece.title
