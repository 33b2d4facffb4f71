"""What a phone keeps to write and send a report without a network: two pages of nobody, a token, an answer for scripts."""

from flask import g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf

from reporter.desks.device import device_id
from reporter.desks.enclosed import TOKEN, TOKENS_READ, own, uploader_key
from reporter.desks.guard import allow
from reporter.desks.resident.door import bp, questions
from reporter.desks.resident.draft import Draft, empty_draft
from reporter.desks.words import DEFAULT_LOCALE, LANGUAGES, offered
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import Permission
from reporter.photos.queries import photos_by_tokens


@bp.get("/report/waiting")
@allow(Permission.DESK_RESIDENT)
def waiting() -> ResponseReturnValue:
    """Show what waits on this phone; the phone alone knows, so the page's script fills it in."""
    return render_template("resident/waiting.html")


@bp.get("/report/kept/<page>")
@allow(Permission.DESK_RESIDENT)
def kept(page: str) -> ResponseReturnValue:
    """Send a page as a phone keeps it: nobody's, without a token, in the language and print that the address says.

    The service worker asks without cookies, so nothing of a session can be in it.
    """
    g.elder = request.args.get("elder") == "1"
    with force_locale(_locale_of(request.args.get("lang", ""))):
        if page == "report":
            return empty_draft().page()
        if page == "waiting":
            return render_template("resident/waiting.html")
    raise NotFound("There is no such page.")


def _locale_of(tag: str) -> str:
    found = [locale for locale in offered() if LANGUAGES[locale][0] == tag]
    return next(iter([*found, *offered()]), DEFAULT_LOCALE)


@bp.get("/report/token")
@questions
@allow(Permission.DESK_RESIDENT)
def token() -> ResponseReturnValue:
    """Give a form a fresh token against forged requests, and the browser a session for its pictures; name those it has."""
    uploader_key()
    device_id()
    asked = [one for one in request.args.getlist("picture")[:TOKENS_READ] if TOKEN.match(one)]
    pictures = [photo.token for photo in own(photos_by_tokens(asked))]
    return jsonify(token=generate_csrf(), pictures=pictures)


def sent_as_json(draft: Draft) -> ResponseReturnValue:
    """Send the report of a draft that waited on a phone; say what became of it, or what has to be put right.

    `pictures` are those that the server still has: the phone sends the others again.
    """
    report = draft.send()
    if report is not None:
        receipt = url_for("resident.receipt", code=report.code)
        return jsonify(number=report.number, code=report.code, receipt=receipt), 201
    return refused_as_json(draft)


def refused_as_json(draft: Draft) -> ResponseReturnValue:
    """Say what stands in the way. Whoever only has to wait reads 429: the phone then tries again by itself."""
    problems = {name: [str(one) for one in errors] for name, errors in draft.form.errors.items() if errors}
    words = " ".join(sentence for errors in problems.values() for sentence in errors)
    return jsonify(error=words, fields=sorted(problems), pictures=draft.form.tokens.data), (
        BadInput.status if draft.stopped else draft.status
    )
