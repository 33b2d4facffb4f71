"""The words of a post: kept while it is redacted, refused where they hold what must not be public."""

from dataclasses import dataclass

from reporter.board.commands.door import move
from reporter.board.lifecycle import DAYS_AT_MOST, DAYS_SHOWN, Action, days_on_show
from reporter.board.models import Exposure
from reporter.board.wording import ROAD_AT_MOST, names_a_dwelling, not_neutral
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor
from reporter.reports.screening import personal_data

TITLE_AT_MOST, SUMMARY_AT_MOST = 60, 500
BASIS_AT_MOST, SOURCE_AT_MOST, DATE_AT_MOST = 300, 120, 40


@dataclass(frozen=True)
class Wording:
    """The words of a post, and for how many days it is shown.

    Attributes:
        basis_date: since when the basis is in force, or when it was last looked up; as the public reads it.
    """

    title: str
    summary: str
    road: str
    basis: str
    basis_source: str
    basis_date: str
    no_minor: bool
    days: int = DAYS_SHOWN


@command
def word(exposure: Exposure, wording: Wording, *, by: Actor, seen: int | None = None) -> None:
    """Keep the post's words while it is being redacted.

    Raises:
        BadInput: a phone, identity or plate number, a dwelling, words that judge or name a person, too long
            a text, or days not between 1 and 90.
    """
    refuse_text("title", wording.title, TITLE_AT_MOST)
    refuse_text("summary", wording.summary, SUMMARY_AT_MOST)
    refuse_text("road", wording.road, ROAD_AT_MOST)
    _refuse_long("basis", wording.basis, BASIS_AT_MOST)
    _refuse_long("basis_source", wording.basis_source, SOURCE_AT_MOST)
    _refuse_long("basis_date", wording.basis_date, DATE_AT_MOST)
    _refuse_days(wording.days)
    move(exposure, Action.REDACT, by=by, seen=seen, facts={"words": True})
    exposure.add_redactor(by.id)
    for name, value in vars(wording).items():
        setattr(exposure, name, value.strip() if isinstance(value, str) else value)


@command
def show_for(exposure: Exposure, days: int, *, by: Actor, seen: int | None = None) -> None:
    """Keep for how many days the post is to be shown, while it is redacted.

    Raises:
        BadInput: days not between 1 and 90.
    """
    _refuse_days(days)
    move(exposure, Action.REDACT, by=by, seen=seen, facts={"days": days})
    exposure.add_redactor(by.id)
    exposure.days = days


def refuse_text(field: str, text: str, most: int) -> None:
    """Raise `BadInput` on `field` when `text` holds what must not be public."""
    _refuse_long(field, text, most)
    if personal_data(text):
        raise BadInput("This text seems to hold a phone, identity or plate number; take it out.", field=field)
    if names_a_dwelling(text):
        raise BadInput("This text points at a dwelling; name the road only.", field=field)
    if found := not_neutral(text):
        raise BadInput(
            "This text is not neutral: %(words)s. Say what was there and what was done, not who.",
            field=field, words=", ".join(found),
        )  # fmt: skip


def _refuse_long(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field=field, most=most, length=len(text)
        )


def _refuse_days(days: int) -> None:
    try:
        days_on_show(days)
    except ValueError as error:
        raise BadInput("A post is shown for 1 to %(most)s days.", field="days", most=DAYS_AT_MOST) from error
