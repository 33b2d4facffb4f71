"""Which passwords anybody would try first, and when two phone numbers or mail addresses are the same. Pure."""

import re
import unicodedata
from itertools import pairwise

from reporter.kernel.errors import BadInput

FEWEST = 4  # different characters
LONGEST = 200  # characters of a mail address
COMMON = frozenset(
    [
        "0123456789",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "123456789a",
        "a123456789",
        "abc1234567",
        "abcd123456",
        "administrator",
        "asdfghjkl1",
        "changeme123",
        "iloveyou123",
        "letmein123",
        "mima123456",
        "passw0rd123",
        "password12",
        "password123",
        "password1234",
        "q1w2e3r4t5",
        "qq123456789",
        "qwer123456",
        "qwerty12345",
        "qwerty123456",
        "qwertyuiop",
        "welcome123",
        "woaini1314",
        "woaini5201314",
    ]
)

NUMBER = re.compile(r"\+?[0-9]{6,15}")
_BETWEEN = str.maketrans("", "", " -()\u00a0\u3000\uff08\uff09")
_MOBILE = re.compile(r"1[0-9]{10}|\+[0-9]{7,15}")
_AT_HOME = re.compile(r"(?:\+86|0086|86)(1[0-9]{10})")


def plain_mobile(text: str) -> str:
    """Return a phone number so that two ways of writing it are the same text: no blanks, no +86; "" stays "".

    Raises:
        BadInput: it is no phone number; field "mobile".
    """
    number = _bare(text)
    if number and not (number.isascii() and NUMBER.fullmatch(number)):
        raise BadInput("Please give a phone number, such as 13800001234.", field="mobile")
    return number


def known_as(contact: str) -> str:
    """Return a mail address or phone number so that two ways of writing it are the same text, whatever it is."""
    return contact.strip().lower() if "@" in contact else _bare(contact.strip().lower())


def reachable(contact: str) -> str:
    """Return a contact to which a code can be sent: a mobile number without blanks and +86, a mail address as it is.

    Raises:
        BadInput: it is neither; field "contact".
    """
    text = unicodedata.normalize("NFKC", contact).strip()
    plain = known_as(text)
    if "@" in plain and len(plain) <= LONGEST:
        return plain
    if not _MOBILE.fullmatch(plain):
        raise BadInput(
            "Please give a mobile number, such as 13800001234, or a mail address.", field="contact"
        )
    return plain


def _bare(text: str) -> str:
    number = text.translate(_BETWEEN)
    at_home = _AT_HOME.fullmatch(number)
    if at_home:
        return at_home[1]
    return f"+{number[2:]}" if number.startswith("00") else number


def refuse_guessable(password: str, *, login: str, field: str) -> None:
    """Check that a new password is none of those that anybody would try first. Raises `BadInput`."""
    low, own = password.strip().casefold(), login.strip().casefold()
    if low and low in {own, own.partition("@")[0]}:
        raise BadInput("The password is the address itself. Please take something else.", field=field)
    if low in COMMON or len(set(low)) < FEWEST or _counts(low):
        raise BadInput(
            "This password is easily guessed. A short sentence of your own is hard to guess and easy to remember.",
            field=field,
        )


def _counts(text: str) -> bool:
    """Tell whether each character follows the one before, up or down, as in 1234567890 and zyxwvutsrq."""
    steps = {ord(two) - ord(one) for one, two in pairwise(text)}
    return steps in ({1}, {-1}) or text in "01234567890" or text in "09876543210"
