"""The public copies: burnt when a post is published, outside any transaction; dropped when it is shown no more.

Both jobs may run twice, at once, or be killed midway: what lies in the store is named by the mask it was
made from and by its own digest, what the row says is written last and only while it is still true, and
forgotten before the files go; what lies beside the copies that the rows name goes at the end. A post is
shown once all its rows name their copies, see `board.commands.showing`.
"""

from collections.abc import Sequence

from reporter.board.burning import all_made, delete_below, name_copies, put_copies
from reporter.board.commands.showing import put_on_show
from reporter.board.lifecycle import WITH_COPIES
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, picture_of
from reporter.kernel.db import command
from reporter.ports import ports


def burn_pictures(exposure_id: int) -> None:
    """Make the public copies of a published post's pictures and show it; doing it twice changes nothing.

    Of a post that is shown no more, what a killed run may have left is deleted. Before its hold is over nothing is
    made: another run comes then.

    Raises:
        MaskMismatch: a picture is not the one that was judged.
    """
    exposure = get_exposure(exposure_id)
    if exposure.state not in WITH_COPIES:
        drop_pictures(exposure_id)
        return
    if exposure.published_at is None or exposure.published_at > ports.clock.now():
        return
    for picture_id in [
        picture.id for picture in exposure.used if picture.confirmed and not all_made(picture)
    ]:
        _burn(exposure_id, picture_id)
    _sweep(exposure_id)
    put_on_show(exposure_id)


def _burn(exposure_id: int, picture_id: int) -> None:
    picture = picture_of(get_exposure(exposure_id), picture_id)
    folder = picture.folder
    keys = put_copies(picture)
    if not _keep(exposure_id, picture_id, folder, keys):
        delete_below(folder)


@command
def _keep(exposure_id: int, picture_id: int, folder: str, keys: dict[str, str]) -> bool:
    """Write down where the copies are, unless another run has; return False when none of this mask are wanted."""
    exposure = get_exposure(exposure_id)
    picture = picture_of(exposure, picture_id)
    wanted = exposure.state in WITH_COPIES and picture.used and picture.confirmed
    if not wanted or picture.folder != folder:
        return False
    name_copies(picture, keys)
    return True


def _sweep(exposure_id: int) -> None:
    """Delete what lies beside the copies that the rows of a post on show name: replaced, or made by a killed run.

    Beside pictures that have none yet nothing is deleted: another run may be making them.
    """
    exposure = get_exposure(exposure_id)
    made = exposure.state in WITH_COPIES and [picture for picture in exposure.used if all_made(picture)]
    for token, keys in [(picture.token, set(picture.copies.values())) for picture in made or ()]:
        delete_below(f"public/{token}", but=keys)


def drop_pictures(exposure_id: int, tokens: Sequence[str] = ()) -> None:
    """Delete the public copies of a post that is not shown; doing it twice changes nothing.

    Args:
        tokens: that pictures of it had before it was shown again; what lies under them goes in any case.
    """
    for token in (*tokens, *_forget(exposure_id)):
        delete_below(f"public/{token}")


@command
def _forget(exposure_id: int) -> list[str]:
    """Let the rows name no copies; return the tokens under which files may lie, none while the post is shown."""
    exposure: Exposure = get_exposure(exposure_id)
    if exposure.state in WITH_COPIES:
        return []
    for picture in exposure.pictures:
        picture.copies, picture.width, picture.height = {}, 0, 0
    return [picture.token for picture in exposure.pictures]
