"""Pictures for staff: the clean copy of a photo, to whoever works for the city."""

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from reporter.desks.guard import allow
from reporter.kernel.policy import Permission
from reporter.photos.models import Photo
from reporter.photos.queries import staff_picture

bp = Blueprint("pictures", __name__, url_prefix="/pictures")

LARGE, SMALL = 1600, 320  # pixels of the long side
KEPT = "private, max-age=31536000, immutable"  # the copy behind an address never changes


@bp.app_template_global()
def picture_url(photo: Photo | str, size: int = SMALL) -> str:
    """Return the address of a photo's copy for staff.

    Args:
        photo: the photo, or its token.
        size: `LARGE` or `SMALL`.
    """
    return url_for("pictures.staff", token=photo if isinstance(photo, str) else photo.token, size=size)


@bp.get("/<token>/<int:size>.jpg")
@allow(Permission.DESK_STAFF)
def staff(token: str, size: int) -> ResponseReturnValue:
    """Send one copy; an unknown token or size is not found."""
    return Response(staff_picture(token, size), mimetype="image/jpeg", headers={"Cache-Control": KEPT})
