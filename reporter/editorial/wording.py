"""How long the words of a piece may be, and what they must not hold. Pure."""

from reporter.board.wording import names_a_dwelling
from reporter.kernel.errors import BadInput
from reporter.reports.screening import personal_data


def refuse_words(field: str, text: str, most: int, *, needed: bool = True) -> None:
    """Raise `BadInput` on `field` when `text` is missing, too long, or holds a number that is nobody's business."""
    if needed and not text.strip():
        raise BadInput("Please fill this in.", field=field)
    if len(text) > most:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field=field, most=most, length=len(text)
        )
    if personal_data(text):
        raise BadInput("This text seems to hold a phone, identity or plate number; take it out.", field=field)


def refuse_dwelling(field: str, text: str) -> None:
    """Raise `BadInput` on `field` when `text` points at somebody's home."""
    if names_a_dwelling(text):
        raise BadInput("This text points at a dwelling; name the road only.", field=field)
