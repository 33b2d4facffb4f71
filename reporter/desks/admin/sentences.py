"""The city's ready sentences: which there are, how each reads, and changing them."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.cases.queries import categories
from reporter.cases.ready import PLACEHOLDERS, Purpose, Sentence, example, unknown_in
from reporter.cases.rewording import drop_sentence, save_sentence
from reporter.cases.sentences import get_sentence, own_sentence, sentences
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.sentence_forms import PURPOSES, DropForm, SentenceForm
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import look_again, valid
from reporter.desks.words import named
from reporter.kernel.errors import BadInput, Conflict, ReporterError
from reporter.kernel.policy import Permission


@dataclass(frozen=True)
class Preview:
    """How a sentence reads with invented values, in both languages; `chinese_only`: there is no English."""

    zh: str
    en: str
    chinese_only: bool


@bp.get("/sentences")
@allow(Permission.DESK_ADMIN)
def list_of_sentences() -> ResponseReturnValue:
    """Show all of them, by purpose."""
    every = sentences()
    kinds = {kind.id: named(kind) for kind in categories(active=False)}
    groups = [
        (purpose, word, [one for one in every if one.purpose is purpose])
        for purpose, word in PURPOSES.items()
    ]
    return render_template("admin/sentences.html", groups=groups, kinds=kinds)


@bp.get("/sentences/new")
@allow(Permission.DESK_ADMIN)
def new_sentence() -> ResponseReturnValue:
    """Show the form for a new one."""
    asked = request.args.get("purpose", "")
    purpose = Purpose(asked) if asked in list(Purpose) else Purpose.DECLINE
    return _page(None, SentenceForm(None, purpose=purpose))


def _page(
    one: Sentence | None, form: SentenceForm, status: int = HTTPStatus.OK, *, tried: bool = False
) -> ResponseReturnValue:
    form.offer(categories(active=False))
    row = own_sentence(one.key) if one else None
    return render_template(
        "admin/sentence.html", one=one, form=form, drop=DropForm(None, version=row.version if row else 0), row=row,
        who=names_of([row.changed_by_id]).get(row.changed_by_id or 0, "") if row else "",
        purpose=PURPOSES.get(Purpose(form.purpose.data), "") if form.purpose.data in list(Purpose) else "",
        preview=_preview(form) if one or tried else None, placeholders=list(PLACEHOLDERS),
    ), status  # fmt: skip


def _preview(form: SentenceForm) -> Preview:
    zh, en = form.text_zh.data or "", form.text_en.data or ""
    return Preview(example(zh, "zh"), example(en or zh, "en" if en else "zh"), chinese_only=not en)


@bp.post("/sentences/new")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_sentence() -> ResponseReturnValue:
    """Keep a new one, or show how it reads."""
    return _saved(None)


@bp.get("/sentences/<key>")
@allow(Permission.DESK_ADMIN)
def sentence(key: str) -> ResponseReturnValue:
    """Show one, and how it reads."""
    one = get_sentence(key)
    return _page(one, SentenceForm.showing(one))


@bp.post("/sentences/<key>")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def change_sentence(key: str) -> ResponseReturnValue:
    """Change one, or show how it would read."""
    return _saved(get_sentence(key))


def _saved(one: Sentence | None) -> ResponseReturnValue:
    form = SentenceForm()
    if one:
        form.purpose.data = one.purpose
    form.offer(categories(active=False))
    if not valid(form):
        return _page(one, form, BadInput.status)
    if "try" in request.form and not _unknown(form):
        return _page(one, form, tried=True)
    try:
        row = save_sentence(one.key if one else "", form.words, purpose=Purpose(form.purpose.data), by=me(), seen=form.version.data or 0)  # fmt: skip
    except ReporterError as error:
        return _refused(one, form, error)
    flash(_("Kept: %(name)s. It is offered from now on.", name=row.label_zh) if row.active else _("Kept: %(name)s. It is not offered.", name=row.label_zh), "ok")  # fmt: skip
    return redirect(url_for("admin.list_of_sentences", _anchor=row.purpose))


def _unknown(form: SentenceForm) -> bool:
    return bool(unknown_in(f"{form.text_zh.data}{form.text_en.data}"))


def _refused(one: Sentence | None, form: SentenceForm, error: ReporterError) -> ResponseReturnValue:
    if isinstance(error, Conflict) and one:
        now = own_sentence(one.key)
        look_again(form, now.version if now else 0)
        form.version.errors = [words_of(error), _("What you typed is still here: saving it again replaces what the others wrote.")]  # fmt: skip
    else:
        blame(form, error)
    return _page(one, form, error.status)


@bp.post("/sentences/<key>/drop")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def give_up_sentence(key: str) -> ResponseReturnValue:
    """Take up a delivered one as it was delivered; take another one away."""
    form = DropForm()
    if not valid(form):
        return _page(get_sentence(key), SentenceForm.showing(get_sentence(key)), BadInput.status)
    try:
        drop_sentence(key, by=me(), seen=form.version.data or 0)
    except ReporterError as error:
        flash(words_of(error), "warn")
    else:
        flash(_("Done. What the city wrote stays readable in the audit trail."), "ok")
    return redirect(url_for("admin.list_of_sentences"))
