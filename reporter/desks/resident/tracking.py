"""Follow a report by its query code: look, answer, add, withdraw, rate, say "not put right", remind. One's own list."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from reporter.cases.queries import get_case
from reporter.desks.enclosed import PhotosForm, gather, uploader_key
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.images import private_image
from reporter.desks.resident.door import bp, checks_its_own_token, guesses, sendings
from reporter.desks.resident.forms import (
    AnswerForm,
    CodeForm,
    MaterialForm,
    RateForm,
    ReopenForm,
    SolvedForm,
    SureForm,
    new_client_id,
)
from reporter.desks.resident.held import holder_of, report_behind
from reporter.desks.resident.own import own_reports
from reporter.desks.resident.progress import progress_of
from reporter.desks.resident.published import pair_of
from reporter.desks.resident.shots import Shot, shot_of
from reporter.desks.tokens import valid
from reporter.kernel.errors import Conflict, NotFound, ReporterError, WrongStep
from reporter.kernel.policy import Permission
from reporter.photos.models import Photo
from reporter.photos.queries import by_token, photos_by_tokens, staff_copy
from reporter.points.queries import shows_points
from reporter.reports.commands import followup
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of

SAY, AGAIN, RATE = "say", "again", "rate"  # prefixes of the forms that stand on one page
DOORS = {
    "say": {"answer", "add"},
    "again": {"reopen", "say_unfixed"},
    "rate": {"rate"},
    "solved": {"rate"},
    "sure": set(),
}  # where a form says what is wrong


@bp.get("/track")
@guesses
@allow(Permission.DESK_RESIDENT)
def track() -> ResponseReturnValue:
    """Ask for the query code, or lead on to the report that it opens."""
    form = CodeForm(request.args)
    if "code" not in request.args:
        return render_template("resident/track.html", form=form)
    if not form.validate():
        return render_template("resident/track.html", form=form), 422
    return _found_or_asked(form, lambda report: redirect(url_for("resident.lookup", code=report.code)))


@bp.get("/track/<code>")
@guesses
@allow(Permission.DESK_RESIDENT)
def lookup(code: str) -> ResponseReturnValue:
    """Show how the report stands."""
    uploader_key()
    return _found_or_asked(CodeForm(code=code), _page)


def _found_or_asked(form: CodeForm, show: Callable[[Report], ResponseReturnValue]) -> ResponseReturnValue:
    """Show the report that the typed code opens, else the form with the words why not."""
    try:
        return show(report_behind((form.code.data or "").strip()))
    except NotFound as error:
        form.code.errors = [words_of(error)]
        return render_template("resident/track.html", form=form), error.status


def _page(report: Report, status: int = 200, **forms: FlaskForm) -> ResponseReturnValue:
    """Return the page of `report`; a form that came back with errors stands on it as it was typed."""
    progress = progress_of(report)
    say = AnswerForm if "answer" in progress.doors else MaterialForm
    plain = {
        "say": say(None, prefix=SAY),
        "again": ReopenForm(None, prefix=AGAIN),
        "rate": RateForm(None, prefix=RATE),
        "solved": SolvedForm(None, prefix=RATE),
        "sure": SureForm(None),
    }
    page = render_template(
        "resident/progress.html", progress=progress, story=progress.story, report=report, pair=pair_of(progress.story),
        shots={"say": [], "again": []} | {name: _shots(form) for name, form in forms.items()},
        left=max(0, PhotosForm.most - report.photo_count), **(plain | forms),
        stray=[form for name, form in forms.items() if not progress.doors & DOORS[name]],
    )  # fmt: skip
    return page, status


def _shots(form: FlaskForm) -> list[Shot]:
    photos = photos_by_tokens(form.tokens.data) if isinstance(form, PhotosForm) else ()
    return [shot_of(photo) for photo in photos]


def _done(form: FlaskForm, act: Callable[[], object]) -> int:
    """Run `act` when `form` is valid; return 0 when it is done, else the status of the page that says why not."""
    if not valid(form):
        return 422
    try:
        act()
    except (WrongStep, Conflict) as error:
        flash(words_of(error), "warn")
        return error.status
    except ReporterError as error:
        blame(form, error)
        if error.field == "client_id":  # what is sent next is another addition
            form.client_id.data = new_client_id()
        return error.status
    return 0


def _back(report: Report, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for("resident.lookup", code=report.code))


def _ids(photos: list[Photo]) -> list[int]:
    return [photo.id for photo in photos]


@bp.post("/track/<code>/answer")
@checks_its_own_token
@guesses
@sendings
@allow(Permission.DESK_RESIDENT)
def answer(code: str) -> ResponseReturnValue:
    """Answer the centre's question."""
    report, form = report_behind(code), AnswerForm(prefix=SAY)
    ids, by = _ids(gather(form)), holder_of(report)
    words, own_id = form.words.data or "", form.client_id.data or ""
    if status := _done(form, lambda: followup.answer(report, words, ids, by=by, client_id=own_id)):
        return _page(report, status, say=form)
    return _back(report, _("Thank you. Your answer is with the moderator."))


@bp.post("/track/<code>/add")
@checks_its_own_token
@guesses
@sendings
@allow(Permission.DESK_RESIDENT)
def add(code: str) -> ResponseReturnValue:
    """Add words or pictures."""
    report, form = report_behind(code), MaterialForm(prefix=SAY)
    ids, by = _ids(gather(form)), holder_of(report)
    words, own_id = form.words.data or "", form.client_id.data or ""
    if status := _done(form, lambda: followup.add_material(report, words, ids, by=by, client_id=own_id)):
        return _page(report, status, say=form)
    return _back(report, _("Thank you. It was added to your report."))


@bp.post("/track/<code>/withdraw")
@checks_its_own_token
@guesses
@allow(Permission.DESK_RESIDENT)
def withdraw(code: str) -> ResponseReturnValue:
    """Take the report back."""
    report, form = report_behind(code), SureForm()
    if status := _done(form, lambda: followup.withdraw(report, by=holder_of(report))):
        return _page(report, status, sure=form)
    flash(_("Your report %(number)s was withdrawn.", number=report.number), "ok")
    return redirect(url_for("resident.track"))


@bp.post("/track/<code>/solved")
@checks_its_own_token
@guesses
@allow(Permission.DESK_RESIDENT)
def say_solved(code: str) -> ResponseReturnValue:
    """Say in one press whether it is solved; how satisfied one is may follow."""
    report, form = report_behind(code), SolvedForm(prefix=RATE)
    solved, by = form.solved.data == "yes", holder_of(report)
    if status := _done(form, lambda: followup.say_solved(report, solved=solved, by=by)):
        return _page(report, status, solved=form)
    flash(
        _("Thank you. You may also say how satisfied you are.")
        if solved
        else _("Thank you. Please send a photo of how it looks now."),
        "ok",
    )
    return redirect(url_for("resident.lookup", code=report.code, _anchor="rating"))


@bp.post("/track/<code>/rate")
@checks_its_own_token
@guesses
@allow(Permission.DESK_RESIDENT)
def rate(code: str) -> ResponseReturnValue:
    """Rate how it was handled."""
    report, form = report_behind(code), RateForm(prefix=RATE)
    solved, by = form.solved.data == "yes", holder_of(report)
    if status := _done(form, lambda: followup.rate(report, form.rating.data or "", solved=solved, by=by)):
        return _page(report, status, rate=form)
    return _back(report, _("Thank you for your rating."))


@bp.post("/track/<code>/reopen")
@checks_its_own_token
@guesses
@sendings
@allow(Permission.DESK_RESIDENT)
def reopen(code: str) -> ResponseReturnValue:
    """Say that it is not put right yet."""
    report, form = report_behind(code), ReopenForm(prefix=AGAIN)
    ids, by = _ids(gather(form)), holder_of(report)
    if status := _done(form, lambda: followup.say_not_fixed(report, form.reason.data or "", ids, by=by)):
        return _page(report, status, again=form)
    if get_case(report.case_id or 0).is_open:
        return _back(report, _("It is open again; the unit has been told."))
    return _back(report, _("Thank you. The centre looks at it and decides whether the case is opened again."))


@bp.post("/track/<code>/urge")
@checks_its_own_token
@guesses
@allow(Permission.DESK_RESIDENT)
def urge(code: str) -> ResponseReturnValue:
    """Remind the unit, once a day."""
    report, form = report_behind(code), SureForm()
    if status := _done(form, lambda: followup.urge(report, by=holder_of(report))):
        return _page(report, status, sure=form)
    return _back(report, _("The unit has been reminded. You can do so again tomorrow."))


@bp.get("/track/<code>/photos/<token>/<int:size>")
@guesses
@allow(Permission.DESK_RESIDENT)
def picture(code: str, token: str, size: int) -> ResponseReturnValue:
    """Send one of the report's own pictures to whoever has its code."""
    report, photo = report_behind(code), by_token(token)
    if photo.id not in photo_ids_of(report.id):
        raise NotFound("There is no such photo.")
    return private_image(staff_copy(photo, size).content)


@bp.get("/my")
@allow(Permission.DESK_RESIDENT)
def mine() -> ResponseReturnValue:
    """Show one's own reports, or how to get at them without an account."""
    user_id, after = me().id, request.args.get("after", "")
    page = own_reports(user_id, after=after) if user_id is not None else None
    points = user_id is not None and shows_points(user_id)
    return render_template("resident/mine.html", page=page, after=after, form=CodeForm(None), points=points)
