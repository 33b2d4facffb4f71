"""Reads of what is released and not over, for everybody; and of single pieces, by those who wrote their number down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select

from reporter.cities.queries import local
from reporter.editorial.lifecycle import State
from reporter.editorial.models import Article, ArticlePicture, Honour, Rubric, ServiceNotice
from reporter.kernel.db import db
from reporter.kernel.errors import Gone, NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.ports import ports

Released = TypeVar("Released", Article, Honour)


def today() -> date:
    """Return the day it is in the city."""
    return local(ports.clock.now()).date()


def _pictures_made() -> ColumnElement[bool]:
    """Return what is true of an article all of whose pictures are burnt."""
    unmade = select(ArticlePicture.id).where(
        ArticlePicture.article_id == Article.id, ArticlePicture.width == 0
    )
    return ~unmade.exists()


def articles(rubric: Rubric | None = None, *, after: str = "", size: int = 10) -> Page[Article]:
    """Return released articles of one column, or of all, newest first."""
    shown = select(Article).where(Article.state == State.PUBLISHED, _pictures_made())
    if rubric is not None:
        shown = shown.where(Article.rubric == rubric)
    return _newest(Article, shown, after=after, size=size)


def honoured(*, after: str = "", size: int = 20) -> Page[Honour]:
    """Return the entries of the honour list whose days are not over, newest first."""
    shown = select(Honour).where(Honour.state == State.PUBLISHED, Honour.until >= today())
    return _newest(Honour, shown, after=after, size=size)


def _newest(model: type[Released], shown: Select[Released], *, after: str, size: int) -> Page[Released]:
    if key := read_key(after, datetime, int):
        at, last = key
        shown = shown.where(or_(model.published_at < at, and_(model.published_at == at, model.id < last)))
    newest = shown.order_by(model.published_at.desc(), model.id.desc()).limit(size + 1)
    rows = db.session.scalars(newest).all()
    return page_of(rows, size=size, key=lambda row: (row.since.isoformat(), row.id))


@dataclass(frozen=True)
class Address:
    """Where a released article stands, and since when."""

    rubric: Rubric
    public_id: str
    since: datetime


def article_addresses(*, limit: int = 1000) -> list[Address]:
    """Return where the newest `limit` released articles stand, newest first."""
    columns = select(Article.rubric, Article.public_id, Article.published_at)
    shown = columns.where(Article.state == State.PUBLISHED, _pictures_made())
    newest = shown.order_by(Article.published_at.desc(), Article.id.desc()).limit(limit)
    return [Address(rubric, name, since) for rubric, name, since in db.session.execute(newest) if since]


def service_notices(*, limit: int = 3) -> Sequence[ServiceNotice]:
    """Return the public-service notices of today, in their order."""
    shown = select(ServiceNotice).where(
        ServiceNotice.state == State.PUBLISHED,
        ServiceNotice.until >= today(),
        ServiceNotice.begins <= today(),
    )
    return db.session.scalars(shown.order_by(ServiceNotice.sort, ServiceNotice.id).limit(limit)).all()


def article(rubric: Rubric, public_id: str) -> Article:
    """Return the released article.

    Raises:
        Gone: it was released once, and is not any more.
        NotFound: there never was such an article in this column, it is not released yet, or its pictures are
            still being made.
    """
    row = db.session.scalar(select(Article).where(Article.public_id == public_id, Article.rubric == rubric))
    if row is None or row.published_at is None:
        raise NotFound("There is no such article.")
    if row.state is State.WITHDRAWN:
        raise Gone("This article has been withdrawn.")
    if row.state is not State.PUBLISHED:
        raise Gone(
            "This article is being changed. It comes back under this address when it was looked at again."
        )
    if not all(picture.width for picture in row.pictures):
        raise NotFound("The pictures of this article are still being made. Please look again in a moment.")
    return row


def public_picture(token: str) -> ArticlePicture:
    """Return the picture of an article that is shown now. Raises `Gone`, `NotFound`."""
    picture = db.session.scalar(select(ArticlePicture).where(ArticlePicture.token == token))
    if picture is None:
        raise NotFound("There is no such picture.")
    article(picture.article.rubric, picture.article.public_id)
    return picture


def get_article(article_id: int) -> Article:
    """Return the article in whatever state, for editors. Raises `NotFound`."""
    row = db.session.scalar(select(Article).where(Article.id == article_id))
    if row is None:
        raise NotFound("There is no such article.")
    return row


def get_honour(honour_id: int) -> Honour:
    """Return the entry in whatever state, for editors. Raises `NotFound`."""
    row = db.session.scalar(select(Honour).where(Honour.id == honour_id))
    if row is None:
        raise NotFound("There is no such entry.")
    return row


def get_service_notice(notice_id: int) -> ServiceNotice:
    """Return the notice in whatever state, for editors. Raises `NotFound`."""
    row = db.session.scalar(select(ServiceNotice).where(ServiceNotice.id == notice_id))
    if row is None:
        raise NotFound("There is no such notice.")
    return row


def picture_of(article: Article, picture_id: int) -> ArticlePicture:
    """Return the picture of this article. Raises `NotFound`."""
    for picture in article.pictures:
        if picture.id == picture_id:
            return picture
    raise NotFound("There is no such picture.")
