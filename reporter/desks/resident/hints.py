"""What helps while a report is written: a guess of its kind, and what its pictures do not show yet."""

from collections.abc import Sequence
from datetime import timedelta

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from reporter.cases.evidence import Lack
from reporter.cases.guess import By, Guess, guess_by_place, guess_by_words
from reporter.cases.models import Category
from reporter.cases.queries import categories, category_by_slug, kinds_around
from reporter.desks.enclosed import TOKEN, TOKENS_READ, PhotosForm, own
from reporter.desks.evidence import lack_words, lacks_of
from reporter.desks.guard import allow
from reporter.desks.resident.door import bp, questions
from reporter.desks.resident.shots import said_views
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.learning.queries import suggested_kind
from reporter.photos.queries import photos_by_tokens
from reporter.places.geometry import parse_point
from reporter.ports import ports

WITHIN = 100  # metres
LATELY = timedelta(days=180)  # of what was reported around a place
LONGEST = 200  # characters of the words that are looked at
# Which picture would help, by what is missing.
WANTED = {
    Lack.FEW: "more", Lack.OLD: "more", Lack.SEEN: "more", Lack.NO_TIME: "more", Lack.TOGETHER: "more", Lack.NOT_IN_APP: "more",
    Lack.NO_NEAR: "near", Lack.NO_FAR: "far",
}  # fmt: skip


@bp.post("/report/kind")
@questions
@allow(Permission.DESK_RESIDENT)
def guess() -> ResponseReturnValue:
    """Say which kind it may be, by the words, else by the place; nothing where that is not clear.

    It changes nothing, and is posted all the same: what somebody writes, and where, stands in no address and no log.
    """
    kinds, words = categories(), request.form.get("words", "")[:LONGEST]
    named = guess_by_words(words, kinds)
    found = _learnt(words, named) or named or _of_place()
    return jsonify(_as_json(found, kinds))


def _learnt(words: str, named: Guess | None) -> Guess | None:
    """Return what the city learnt from its own decided reports, where it is sure: that outweighs what words name."""
    suggestion = suggested_kind(words)
    if suggestion is None or (named and named.category_id == suggestion.category_id):
        return named
    return Guess(By.WORDS, suggestion.category_id)


def _of_place() -> Guess | None:
    if not request.form.get("lon"):
        return None
    point = parse_point(request.form.get("lon"), request.form.get("lat"))
    since = ports.clock.now() - LATELY
    return guess_by_place(kinds_around(point.lon, point.lat, metres=WITHIN, since=since))


def _as_json(found: Guess | None, kinds: Sequence[Category]) -> dict[str, str]:
    kind = next((kind for kind in kinds if found and kind.id == found.category_id), None)
    if found is None or kind is None:
        return {}
    subs = {sub.id for sub in kind.subcategories if sub.active}
    sub = str(found.subcategory_id) if found.subcategory_id in subs else ""
    return {"by": found.by, "kind": kind.slug, "sub": sub}


@bp.get("/report/evidence")
@questions
@allow(Permission.DESK_RESIDENT)
def evidence() -> ResponseReturnValue:
    """Say what the pictures of the browser's session lack for a kind, and which one more would help."""
    kind = category_by_slug(request.args.get("kind", "")[:64])
    if kind is None:
        raise BadInput("Please choose one of the kinds shown.", field="category")
    tokens = [token for token in request.args.getlist("token")[:TOKENS_READ] if TOKEN.match(token)]
    photos = own(photos_by_tokens(tokens))
    missing = lacks_of(kind, photos, said_views(photos, request.args))
    room = len(photos) < PhotosForm.most
    wanted = {WANTED[lack] for lack in missing} if room else set()
    return jsonify(sentences=lack_words(kind, missing), wanted=sorted(wanted))
