"""What a kind asks besides: each question on a page of its own, their order on the page of the kind."""

from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.asking import move_question, save_question
from reporter.cases.models import Category
from reporter.cases.queries import get_category
from reporter.cases.question_models import Question
from reporter.cases.questions import get_question
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.question_forms import KnownQuestionForm, NewQuestionForm, QuestionForm
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission


@bp.get("/kinds/<int:kind_id>/questions/new")
@allow(Permission.DESK_ADMIN)
def new_kind_question(kind_id: int) -> ResponseReturnValue:
    """Show the form for another question of a kind."""
    return _page(get_category(kind_id), None, NewQuestionForm())


def _page(kind: Category, question: Question | None, form: QuestionForm) -> str:
    return render_template("admin/question.html", kind=kind, question=question, form=form)


@bp.post("/kinds/<int:kind_id>/questions/new")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_kind_question(kind_id: int) -> ResponseReturnValue:
    """Ask something more."""
    return _saved(get_category(kind_id), None, NewQuestionForm())


@bp.get("/kinds/<int:kind_id>/questions/<int:question_id>")
@allow(Permission.DESK_ADMIN)
def kind_question(kind_id: int, question_id: int) -> ResponseReturnValue:
    """Show one question."""
    question = get_question(kind_id, question_id)
    return _page(get_category(kind_id), question, KnownQuestionForm(data=QuestionForm.columns(question)))


@bp.post("/kinds/<int:kind_id>/questions/<int:question_id>")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def change_kind_question(kind_id: int, question_id: int) -> ResponseReturnValue:
    """Ask it otherwise, or no longer; reports that answered it keep what they were asked."""
    return _saved(get_category(kind_id), get_question(kind_id, question_id), KnownQuestionForm())


def _saved(kind: Category, question: Question | None, form: QuestionForm) -> ResponseReturnValue:
    status = BadInput.status
    if valid(form):
        seen = form.version.data if isinstance(form, KnownQuestionForm) else None
        try:
            save_question(kind, question, form.row, by=me(), seen=seen)
        except ReporterError as error:
            status = form.blame(error, question.version if question else None)
        else:
            flash(
                _("The question has been saved. Reports that answered it before keep what they were asked."),
                "ok",
            )
            return redirect(url_for("admin.kind", kind_id=kind.id, _anchor="questions"))
    return _page(kind, question, form), status


@bp.post("/kinds/<int:kind_id>/questions/<int:question_id>/move")
@allow(Permission.DESK_ADMIN)
def move_kind_question(kind_id: int, question_id: int) -> ResponseReturnValue:
    """Ask a question one place earlier or later."""
    by = request.form.get("by", type=int)
    if by not in {-1, 1}:
        abort(HTTPStatus.NOT_FOUND)
    move_question(get_category(kind_id), get_question(kind_id, question_id), by, by=me())
    return redirect(url_for("admin.kind", kind_id=kind_id, _anchor="questions"))
