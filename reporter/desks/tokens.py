"""Forms that hold words come back with them: when the session was forgotten, or the thing has changed meanwhile."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, g
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_wtf import FlaskForm

View = TypeVar("View", bound=Callable[..., Any])


def own_token_check(bp: Blueprint) -> Callable[[View], View]:
    """Return a decorator: the view answers a forgotten session with the form itself, so that nothing typed is lost.

    The form's own check of the token against forged requests stays: such a view does nothing unless its
    form is `valid`, or `holds_token` where something is done before that.
    """

    def declare(view: View) -> View:
        def exempt(state: BlueprintSetupState) -> None:
            state.app.extensions["csrf"].exempt(view)

        bp.record_once(exempt)
        return view

    return declare


def holds_token(form: FlaskForm) -> bool:
    """Tell whether `form` came out of a page of the browser's session, so that the request may change anything."""
    return "csrf_token" not in form or bool(form.csrf_token.validate(form))


def valid(form: FlaskForm) -> bool:
    """Tell whether `form` may be used; a forgotten session is said in words that help."""
    if form.validate():
        return True
    if "csrf_token" in form and form.csrf_token.errors:
        form.csrf_token.label.text = _("This form")
        form.csrf_token.errors = [
            _("It was open for a long time. Nothing was sent yet; please look through it and send it again.")
        ]
    return False


def sent(action: str, form: FlaskForm) -> int | None:
    """Remember what was sent, so that it can be shown again as it was filled in; return the version it is about."""
    g.sent = (action, form)
    seen: int | None = form.version.data
    return seen


def look_again(form: FlaskForm, version: int) -> None:
    """Keep what was typed; what is sent next is about the thing as it is now."""
    form.version.data = version
    form.version.raw_data = None
