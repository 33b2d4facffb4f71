"""The public copies of an article's pictures: burnt when it is released, outside any transaction; dropped with it.

As with posts of the board, both jobs may run twice or be killed midway. An article that is taken down gives its
pictures new tokens at once, so that what is deleted and what may be made later never lie in one place.
"""

from collections.abc import Sequence
from uuid import uuid4

from reporter.board.burning import all_made, delete_below, name_copies, put_copies
from reporter.editorial.lifecycle import State
from reporter.editorial.models import Article
from reporter.editorial.queries import get_article, picture_of
from reporter.kernel.db import command
from reporter.ports.queue import enqueue

BURN, DROP = "editorial.burn", "editorial.drop"


def ask_for_copies(article: Article) -> None:
    """Have the copies made after the current transaction."""
    if article.pictures:
        enqueue(BURN, article_id=article.id, tokens=[picture.token for picture in article.pictures])


def forget_copies(article: Article) -> None:
    """Let the rows name no copies; the files go after the current transaction."""
    if not article.pictures:
        return
    enqueue(DROP, tokens=[picture.token for picture in article.pictures])
    for picture in article.pictures:
        picture.token, picture.copies, picture.width, picture.height = uuid4().hex, {}, 0, 0


def burn_pictures(article_id: int, tokens: Sequence[str]) -> None:
    """Make the public copies of a released article's pictures; doing it twice changes nothing.

    Args:
        tokens: those that its pictures had when it was released; when they have others now, it was taken down, and
            what a killed run may have left below these is deleted.

    Raises:
        MaskMismatch: a picture is not the one that was judged.
    """
    wanted = {picture.id for picture in get_article(article_id).pictures if picture.token in tokens}
    for picture_id in wanted:
        _burn(article_id, picture_id)
    article = get_article(article_id)
    kept = {picture.token: set(picture.copies.values()) for picture in article.pictures if all_made(picture)}
    for token in tokens:
        delete_below(f"public/{token}", but=kept.get(token, set()))


def _burn(article_id: int, picture_id: int) -> None:
    picture = picture_of(get_article(article_id), picture_id)
    if all_made(picture):
        return
    folder = picture.folder
    keys = put_copies(picture)
    if not _keep(article_id, picture_id, folder, keys):
        delete_below(folder)


@command
def _keep(article_id: int, picture_id: int, folder: str, keys: dict[str, str]) -> bool:
    """Write down where the copies are; return False when none of this mask are wanted."""
    article = get_article(article_id)
    picture = picture_of(article, picture_id)
    if article.state is not State.PUBLISHED or picture.folder != folder:
        return False
    name_copies(picture, keys)
    return True


def drop_copies(tokens: Sequence[str]) -> None:
    """Delete what lies below tokens that no picture has any more; doing it twice changes nothing."""
    for token in tokens:
        delete_below(f"public/{token}")
