"""Pictures for staff: the clean copy of a photo, what is known of the file as it came, and the original itself."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from reporter.board.editing import sees_evidence
from reporter.board.objected import objection_with
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.desks.downloads import handed_out
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.desks.images import UNKEPT, private_image
from reporter.desks.pictures import pdf
from reporter.desks.pictures.case_file import CaseFile, file_of
from reporter.desks.pictures.custody import facts_of, file_name, openings_of
from reporter.desks.pictures.forms import OriginalForm
from reporter.desks.tokens import own_token_check, valid
from reporter.kernel.errors import NotAllowed, NotFound
from reporter.kernel.policy import Permission, may, require
from reporter.photos.commands.originals import open_original
from reporter.photos.models import Photo, Way
from reporter.photos.queries import by_token, staff_copy
from reporter.ports.originals import Unopenable

bp = Blueprint("pictures", __name__, url_prefix="/pictures")

checks_its_own_token = own_token_check(bp)

LARGE, SMALL = 1600, 320  # pixels of the long side


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
    return private_image(staff_copy(_photo(token), size).content)


def _photo(token: str) -> Photo:
    """Return the photo; what came with an objection is for those alone who may decide it."""
    photo = by_token(token)
    if photo.way is Way.OBJECTION and not sees_evidence(me(), objection_with(photo.id)):
        raise NotAllowed("You may not do this here.")
    return photo


@bp.app_template_global()
def original_url(token: str) -> str:
    """Return the address of a photo's chain of custody, "" for whoever may not open originals."""
    return url_for("pictures.custody", token=token) if may(me(), Permission.ORIGINAL_OPEN) else ""


@bp.get("/<token>/original")
@allow(Permission.ORIGINAL_OPEN)
def custody(token: str) -> ResponseReturnValue:
    """Show the chain of custody of a photo, and ask for what its original is needed."""
    return _page(_photo(token), OriginalForm())


@bp.post("/<token>/original")
@checks_its_own_token
@allow(Permission.ORIGINAL_OPEN)
def original(token: str) -> ResponseReturnValue:
    """Hand the original out as a file, once, to whoever says what for; nothing keeps a copy on the way."""
    photo, form = _photo(token), OriginalForm()
    if not valid(form):
        return _page(photo, form), 422
    try:
        content = open_original(photo, form.purpose.data or "", by=me())
    except (NotFound, Unopenable) as error:
        return _page(photo, form, said=words_of(error)), error.status
    named = f'attachment; filename="{file_name(photo)}"'
    headers = {"Cache-Control": UNKEPT, "Content-Disposition": named}
    return Response(content, mimetype="application/octet-stream", headers=headers)


@bp.app_template_global()
def case_file_url(case: Case) -> str:
    """Return the address of a case on paper, "" for whoever may not see it whole."""
    return url_for("pictures.case_file", case_id=case.id) if may(me(), Permission.CASE_FILE, case) else ""


@bp.get("/cases/<int:case_id>")
@allow(Permission.DESK_STAFF)
def case_file(case_id: int) -> ResponseReturnValue:
    """Show a case as it is printed: with the chain of custody of each of its photos."""
    return render_template("pictures/case_file.html", file=_file(case_id), as_pdf=pdf.INSTALLED)


@bp.get("/cases/<int:case_id>.pdf")
@allow(Permission.DESK_STAFF)
def case_pdf(case_id: int) -> ResponseReturnValue:
    """Hand the same out as a PDF, where the extra for it is installed."""
    file = _file(case_id)
    headers = {"Content-Disposition": handed_out(f"{file.case.number}.pdf")}
    return Response(pdf.written(file), mimetype="application/pdf", headers=headers)


def _file(case_id: int) -> CaseFile:
    case = get_case(case_id)
    require(me(), Permission.CASE_FILE, case)
    return file_of(case, me())


def _page(photo: Photo, form: OriginalForm, *, said: str = "") -> str:
    return render_template(
        "pictures/original.html",
        photo=photo,
        form=form,
        said=said,
        facts=facts_of(photo),
        openings=openings_of([photo])[photo.id],
    )
