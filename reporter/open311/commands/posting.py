"""Take in what other systems post: durable at once, the same post once, and a report made of it by the ordinary door."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import ANYONE
from reporter.open311.key_models import ApiKey
from reporter.open311.post_models import Fetching, PostedRequest, ServiceType, number_waiting
from reporter.open311.posts import SAME_FOR, get_post, posted_before
from reporter.places.geometry import Datum
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.reports.commands.intake import Spot, Submission, submit
from reporter.reports.models import Report

MAKE, FETCH = "open311.make", "open311.fetch"
PURPOSE = "posted request"  # for which it is sealed


@dataclass(frozen=True)
class Posting:
    """One report as another system posts it, read and checked.

    Attributes:
        mark: a digest of what makes it this post and no other.
        for_ever: `mark` comes from the client, which never uses it twice; otherwise the same bytes later are another one.
        sender: device, names and what else of whoever sent it the report has no place for.
        media: addresses of pictures to be fetched.
        device: by what whoever sent it is known again, "" when nothing says so.
    """

    mark: str
    for_ever: bool
    answered_as: ServiceType
    category_id: int
    subcategory_id: int | None
    spot: Spot
    words: str = ""
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    photo_ids: Sequence[int] = ()
    media: Sequence[str] = ()
    contact: str = ""
    sender: Mapping[str, str] = field(default_factory=dict)
    account_id: str = ""
    device: str = ""
    locale: str = "zh_Hans_CN"


def known_post(posting_mark: str, *, for_ever: bool) -> PostedRequest | None:
    """Return what was posted as this before; the same bytes count as the same for `SAME_FOR`."""
    return posted_before(posting_mark, since=None if for_ever else ports.clock.now() - SAME_FOR)


@command
def take_post(posting: Posting, key: ApiKey) -> PostedRequest:
    """Keep a post, and make its report at once unless its kind is answered by a token; a retry gets what is there.

    Raises:
        BadInput: as `reports.commands.intake.submit`.
    """
    if known := known_post(posting.mark, for_ever=posting.for_ever):
        return known
    now = ports.clock.now()
    _retire(posting.mark, now)
    row = _row(posting, key, now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:  # sent twice at the same instant
        if known := known_post(posting.mark, for_ever=posting.for_ever):
            return known
        raise
    if posting.answered_as is ServiceType.BATCH:
        row.sealed = _sealed(posting, key)
        enqueue(MAKE, key=f"{MAKE} {row.token}", post_id=row.id)
    else:
        row.sealed = _seal(dict(posting.sender)) if posting.sender else ""
        _make(row, _submission(posting, key, row.token))
    return row


def _retire(mark: str, now: datetime) -> None:
    """Free the mark of a post that is too old to be the same one."""
    old = (PostedRequest.mark == mark) & (PostedRequest.at < now - SAME_FOR)
    freed = update(PostedRequest).where(old).values(mark=f"{mark} {uuid4().hex}")
    db.session.execute(freed.execution_options(synchronize_session=False))


def _row(posting: Posting, key: ApiKey, now: datetime) -> PostedRequest:
    media = [{"url": url, "state": str(Fetching.WAITING), "why": ""} for url in posting.media]
    return PostedRequest(
        key_id=key.id, token=uuid4().hex, mark=posting.mark, answered_as=posting.answered_as,
        account_id=posting.account_id, media=media, waiting=number_waiting(media), at=now,
    )  # fmt: skip


def _submission(posting: Posting, key: ApiKey, token: str) -> Submission:
    return Submission(
        client_id=f"open311-{token}", category_id=posting.category_id, subcategory_id=posting.subcategory_id,
        spot=posting.spot, words=posting.words, photo_ids=list(posting.photo_ids), contact=posting.contact,
        device=f"{key.name} {posting.device}" if posting.device else "", locale=posting.locale,
        sent_through=key.name, answers=dict(posting.answers), more_answers=True,
    )  # fmt: skip


def _make(row: PostedRequest, submission: Submission) -> Report:
    report = submit(submission, by=ANYONE)
    row.report_id = report.id
    if row.media:
        enqueue(FETCH, key=f"{FETCH} {row.token}", post_id=row.id)
    return report


def _sealed(posting: Posting, key: ApiKey) -> str:
    """Return all that the report is made of, as only this installation reads it."""
    whole = asdict(_submission(posting, key, "")) | {"sender": dict(posting.sender)}
    return _seal(whole)


def _seal(content: Mapping[str, Any]) -> str:
    return ports.seals.seal(json.dumps(content, ensure_ascii=False), purpose=PURPOSE)


@command
def make_report(post_id: int) -> None:
    """Make the report of a post that was answered by a token; made twice it is the same one."""
    row = get_post(post_id)
    if row is None or row.report_id or row.fault:
        return
    kept = json.loads(ports.seals.unseal(row.sealed, purpose=PURPOSE))
    sender, spot = kept.pop("sender"), kept.pop("spot")
    made = Spot(**spot | {"datum": Datum(spot["datum"])})
    try:
        with db.session.begin_nested():
            _make(row, Submission(**kept | {"spot": made, "client_id": f"open311-{row.token}"}))
    except BadInput as error:
        row.fault = str(error)
        row.waiting = 0
        return  # what was posted stays sealed: an administrator is told of it, and nobody else has it
    row.sealed = _seal(sender) if sender else ""
