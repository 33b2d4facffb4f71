"""What every way out of the public board must hold to."""

from sqlalchemy import update

from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.kernel.db import command, db
from reporter.photos.queries import photos_by_ids

HOSTILE = '=HYPERLINK("http://evil.example","x")<script>alert(1)</script>"\x01\x0b]]>'
PLACE = (113.123456, 41.034567)  # of the case, sharper than anything that is shown


@command
def retitled(exposure: Exposure, title: str = HOSTILE) -> None:
    """Give a post a title that no form lets through."""
    db.session.execute(update(Exposure).where(Exposure.id == exposure.id).values(title=title))


@command
def placed(exposure: Exposure) -> None:
    """Put the case behind a post exactly at `PLACE`."""
    db.session.execute(update(Case).where(Case.id == exposure.case_id).values(lon=PLACE[0], lat=PLACE[1]))


def secrets_of(exposure: Exposure) -> list[str]:
    """Return what no byte that leaves may hold: number and place of the case, tokens of its photos."""
    placed(exposure)
    post = get_exposure(exposure.id)
    case = get_case(post.case_id)
    photos = photos_by_ids(picture.photo_id for picture in post.pictures)
    found = [case.number, *map(str, PLACE), *(photo.token for photo in photos.values())]
    return [*found, *(photo.sha256 for photo in photos.values())]
