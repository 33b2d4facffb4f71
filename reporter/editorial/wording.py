"""How long the words of a piece may be, and what they must not hold. Pure."""

from collections.abc import Mapping

from reporter.board.wording import names_a_dwelling
from reporter.kernel.errors import BadInput
from reporter.reports.screening import personal_data

ENGLISH_LONGER = 3  # letters that an English text may have for one of the Chinese text


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


def refuse_english(texts: Mapping[str, tuple[str, int]]) -> None:
    """Raise `BadInput` on the first field of an English version that is not as it must be; it may be left out whole.

    Args:
        texts: by the names of the fields, the English text and how long it may be, in letters.
    """
    given = any(text.strip() for text, _most in texts.values())
    for field, (text, most) in texts.items():
        if given and not text.strip():
            raise BadInput("An English version has all of its parts, or none.", field=field)
        refuse_words(field, text, most, needed=False)


def refuse_dwelling(field: str, text: str) -> None:
    """Raise `BadInput` on `field` when `text` points at somebody's home."""
    if names_a_dwelling(text):
        raise BadInput("This text points at a dwelling; name the road only.", field=field)
