"""The consent of those whom a piece names: written down, and taken back."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.editor.consent_forms import ConsentForm, EndConsentForm
from reporter.desks.editor.door import bp, checks_its_own_token
from reporter.desks.editor.pages import accepted
from reporter.desks.editor.piece_kinds import ARTICLES, KINDS
from reporter.desks.editor.piece_pages import piece_page
from reporter.desks.guard import allow, me
from reporter.editorial.commands.consents import record_consent, withdraw_consent
from reporter.editorial.lifecycle import Action
from reporter.editorial.queries import get_article, get_honour
from reporter.editorial.worklists import Naming
from reporter.kernel.policy import Permission

CONSENT = "/<any(articles, honours):naming>/<int:piece_id>/consent"


def _naming(slug: str, piece_id: int) -> Naming:
    return get_article(piece_id) if slug == ARTICLES else get_honour(piece_id)


@bp.post(CONSENT)
@checks_its_own_token
@allow(Permission.EDITORIAL_WRITE)
def save_consent(naming: str, piece_id: int) -> ResponseReturnValue:
    """Write down who agreed to be named."""
    one = _naming(naming, piece_id)
    form = ConsentForm.sent(one)
    seen = form.version.data
    if not accepted(form, "consent", lambda: record_consent(one, form.said(), by=me(), seen=seen)):
        return piece_page(KINDS[naming], one, wrong="consent", form=form), 422
    flash(_("The consent is written down."))
    return redirect(url_for("editor.piece", kind=naming, piece_id=piece_id))


@bp.post(f"{CONSENT}/withdraw")
@checks_its_own_token
@allow(Permission.EDITORIAL_WITHDRAW)
def end_consent(naming: str, piece_id: int) -> ResponseReturnValue:
    """Take the piece off, because somebody who agreed does not any more."""
    one = _naming(naming, piece_id)
    form = EndConsentForm.sent(one)
    seen, words = form.version.data, form.reason.data or ""
    if not accepted(
        form,
        Action.WITHDRAW_CONSENT,
        lambda: withdraw_consent(one, form.consent.data, words, by=me(), seen=seen),
    ):
        return piece_page(KINDS[naming], one, wrong=Action.WITHDRAW_CONSENT, form=form), 422
    flash(_("Taken down."))
    return redirect(url_for("editor.piece", kind=naming, piece_id=piece_id))
