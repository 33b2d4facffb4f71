"""Internal notes: beside a report or a case, written, changed in the first minutes, taken away, and who can be named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.desks.dossier import you_wrote
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.incoming import an_id
from reporter.desks.states import role_word
from reporter.desks.tokens import valid
from reporter.desks.triage.case_pages import APPROVALS, DISPATCH, LISTS, case_for_me, case_page
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.note_forms import NoteForm
from reporter.desks.triage.pages import report_page
from reporter.desks.triage.panes import Wanted
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, ReporterError, WrongStep
from reporter.kernel.policy import Permission, may
from reporter.ports import ports
from reporter.reports.commands.noting import change_note, refuse_to_change, remove_note, write_note
from reporter.reports.desk_models import Note
from reporter.reports.models import Report
from reporter.reports.notes import case_of, colleagues, get_note, notes_for, notes_of_report
from reporter.reports.noting import WORDS_AT_MOST, may_change, may_write
from reporter.reports.queries import get_report
from reporter.reports.screening import personal_data
from reporter.reports.worklists import AtTriage

BACK = {  # pages that show a case's notes, beside its own
    DISPATCH: "triage.waiting_case",
    APPROVALS: "triage.approval",
    "unit": "unit.case",
    "inspection": "inspection.case",
}
SHOWN = 50  # colleagues offered at once


@dataclass(frozen=True)
class Noted:
    """A note as the page shows it. `form`: with it the writer changes the note, None where that is over."""

    id: int
    who: str
    at: datetime
    words: str
    for_unit: bool
    changed: bool
    removed: str
    form: NoteForm | None
    may_remove: bool


@dataclass(frozen=True)
class NotesBox:
    """The notes at one thing. `action`: where a new one is sent, "" for whoever only reads; `names`: who can be named."""

    notes: Sequence[Noted]
    form: NoteForm
    action: str
    names: str
    asks_unit: bool
    args: Mapping[str, Any]
    most: int = WORDS_AT_MOST


@bp.app_template_global("notes_at_report")
def notes_at_report(report: Report, args: Mapping[str, Any]) -> NotesBox:
    """Return the notes at a report, for the moderators. `args`: what leads back to the list beside it."""
    may_add = may_write(me())
    action = url_for("triage.add_report_note", report_id=report.id, **args) if may_add else ""
    notes = notes_of_report(report.id) if may_add else []
    return _box(notes, action, url_for("triage.people_to_name"), args, asks_unit=False)


@bp.app_template_global("notes_at_case")
def notes_at_case(case: Case, at: str = "") -> NotesBox | None:
    """Return what the reader may see of the notes at a case; None for whoever has nothing to do with them.

    Args:
        at: the page that shows them, one of `BACK`; "" for that of the case.
    """
    if not may_write(me(), case):
        return None
    args: dict[str, Any] = {"at": at} if at else {}
    action = url_for("triage.add_case_note", case_id=case.id, **args)
    names = url_for("triage.people_to_name", case=case.id)
    return _box(notes_for(case, me()), action, names, args, asks_unit=may(me(), Permission.NOTE_AT_CASE))


def _box(
    notes: Sequence[Note], action: str, names: str, args: Mapping[str, Any], *, asks_unit: bool
) -> NotesBox:
    sent_id, sent_form = g.get("note_sent", (None, None))
    writers = names_of([one for note in notes for one in (note.author_id, note.removed_by_id)])
    shown = [_noted(note, writers, sent_form if sent_id == note.id else None) for note in notes]
    form = sent_form if sent_id == 0 else NoteForm(None, prefix="note")
    return NotesBox(shown, form, action, names, asks_unit, args)


def _noted(note: Note, writers: Mapping[int, str], sent: NoteForm | None) -> Noted:
    now, leads = ports.clock.now(), may(me(), Permission.CASE_APPROVE)
    gone = note.removed_at is not None
    changeable = not gone and may_change(note.author_id, note.at, now=now, by=me())
    form = sent or NoteForm(None, prefix=f"note{note.id}", words=note.words, version=str(note.version))
    return Noted(
        id=note.id, who=_name(writers, note.author_id), at=note.at, words=note.words, for_unit=note.for_unit,
        changed=note.changed_at is not None, form=form if changeable else None,
        removed=_("Taken away by %(who)s.", who=_name(writers, note.removed_by_id)) if gone else "",
        may_remove=not gone and (leads or note.author_id == me().id),
    )  # fmt: skip


def _name(names: Mapping[int, str], user_id: int | None) -> str:
    return names.get(user_id or 0) or _("somebody whose account was erased")


@bp.post("/<int:report_id>/notes")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def add_report_note(report_id: int) -> ResponseReturnValue:
    """Write a note at a report."""
    return _written(get_report(report_id))


@bp.post("/cases/<int:case_id>/notes")
@checks_its_own_token
@allow(Permission.DESK_STAFF)
def add_case_note(case_id: int) -> ResponseReturnValue:
    """Write a note at a case."""
    try:
        return _written(case_for_me(case_id))
    except NotAllowed as error:
        return _apart(error)


def _written(at: Report | Case) -> ResponseReturnValue:
    form = NoteForm(prefix="note")
    g.note_sent = (0, form)
    try:
        if not valid(form):
            return _page(at, BadInput.status)
        note = write_note(at, form.words.data or "", by=me(), for_unit=bool(form.for_unit.data))
    except BadInput as error:
        blame(form, error)
        return _page(at, error.status)
    return _kept(note)


def _page(at: Report | Case, status: int) -> ResponseReturnValue:
    """Return the page that the note was sent from: a case's own, or that of another desk, which shows its notes by itself."""
    if not isinstance(at, Case):
        return report_page(at), status
    beside = request.args.get("at", "")
    if beside in LISTS or beside not in BACK:
        return case_page(at, beside), status
    answer = make_response(current_app.view_functions[BACK[beside]](case_id=at.id))
    answer.status_code = status
    return answer


def _apart(error: ReporterError) -> ResponseReturnValue:
    """Say on a page of its own why nothing was written, with what was typed: the page it came from is closed to them."""
    words = f"{words_of(error)} {you_wrote()}".strip()
    return render_template("error.html", status=error.status, words=words), error.status


def _kept(note: Note) -> ResponseReturnValue:
    if personal_data(note.words):
        flash(_("The note seems to hold a phone, identity or plate number. Please take it out unless it is needed."), "warn")  # fmt: skip
    else:
        flash(_("Noted for colleagues."))
    return _back(note)


def _back(note: Note) -> ResponseReturnValue:
    """Lead to a note on the page from which it was sent."""
    anchor = f"note-{note.id}"
    if note.case_id:
        endpoint = BACK.get(request.args.get("at", ""), "triage.case")
        return redirect(url_for(endpoint, case_id=note.case_id, _anchor=anchor))
    args = Wanted.of(request.args, AtTriage, AtTriage.WAITING).args(AtTriage.WAITING)
    return redirect(url_for("triage.report", report_id=note.report_id, _anchor=anchor, **args))


@bp.post("/notes/<int:note_id>")
@checks_its_own_token
@allow(Permission.DESK_STAFF)
def keep_note(note_id: int) -> ResponseReturnValue:
    """Change one's own note."""
    note, form = get_note(note_id), NoteForm(prefix=f"note{note_id}")
    try:
        at = _where(note)
    except NotFound as error:
        return _apart(error)
    g.note_sent = (note_id, form)
    try:
        refuse_to_change(
            note, by=me()
        )  # first: a form that is too old as well has no place on the page any more
        if not valid(form):
            return _page(at, BadInput.status)
        change_note(note, form.words.data or "", by=me(), seen=form.seen)
    except (BadInput, Conflict, WrongStep) as error:
        return _refused(note_id, form, error)
    return _kept(note)


def _where(note: Note) -> Report | Case:
    """Return where a note is. Raises `NotFound` for whoever may not write there: they learn nothing of it."""
    case = case_of(note)
    if not may_write(me(), case):
        raise NotFound("There is no such note.")
    return case or get_report(note.report_id or 0)


def _refused(note_id: int, form: NoteForm, error: ReporterError) -> ResponseReturnValue:
    """Show the page again with what was typed: in its own form while the note can be changed, else in that of a new one."""
    note = get_note(note_id)
    if not isinstance(error, BadInput):
        form.version.data, form.version.raw_data = str(note.version), None
        form.words.errors = [words_of(error)]
        if isinstance(error, WrongStep):
            again = NoteForm(None, prefix="note", words=form.words.data)
            again.words.errors = [words_of(error)]
            g.note_sent = (0, again)
    else:
        blame(form, error)
    return _page(_where(note), error.status)


@bp.post("/notes/<int:note_id>/remove")
@allow(Permission.DESK_STAFF)
def take_note_away(note_id: int) -> ResponseReturnValue:
    """Take a note away; a trace of it stays."""
    note = get_note(note_id)
    _where(note)
    remove_note(note, by=me())
    flash(_("The note was taken away."))
    return _back(note)


@bp.get("/colleagues")
@allow(Permission.DESK_STAFF)
def people_to_name() -> ResponseReturnValue:
    """Return as JSON who can be named in a note at a case, at a report without one: those who may read it.

    `people` are the first `SHOWN` whose names have `q` in them; with `more` there are others.
    """
    asked, part = request.args.get("case", type=an_id), request.args.get("q", "").strip().lower()[:40]
    case = get_case(asked) if asked else None
    if not may_write(me(), case):
        return jsonify(people=[], more=False)
    for_unit = not may(me(), Permission.NOTE_AT_CASE) or "unit" in request.args
    found = [
        one for one in colleagues(case, for_unit=for_unit) if part in one.name.lower() and one.id != me().id
    ]
    people = [
        {"name": one.name, "roles": ", ".join(role_word(role) for role in one.roles)} for one in found[:SHOWN]
    ]
    answer = jsonify(people=people, more=len(found) > SHOWN)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
