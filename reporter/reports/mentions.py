"""What a text names, and whether it says anything at all. Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise

from reporter.reports.screening import PATTERNS

SHOP = re.compile(
    r"[\u4e00-\u9fff]{2}(?:烧烤店|火锅店|面馆|饭店|饭馆|餐厅|酒楼|小吃部|超市|便利店|水果店|烟酒店|五金店|理发店|网吧|棋牌室|洗车行|修理厂)"
)  # the two characters before tell one shop from another; what leads up to them changes from sentence to sentence
NOT_SAID = re.compile(r"[\W_]+")
SHORTEST = 4  # characters: below this many people write the same, or next to nothing
SAME_LETTERS = 2  # different characters up to which a text of `SHORTEST` and more is none
LONGEST_WORD = 24  # Latin letters and digits in a row that no word has
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
RUN, SIDE_BY_SIDE = (
    6,
    0.7,
)  # letters, and the share of pairs of neighbouring keys among them, that nobody writes


def plates_in(text: str) -> Sequence[str]:
    """Return the number plates that `text` names, written alike, each once."""
    found = (NOT_SAID.sub("", plate).upper() for plate in PATTERNS["plate"].findall(text))
    return list(dict.fromkeys(found))


def shops_in(text: str) -> Sequence[str]:
    """Return the shops that `text` names, by the end of their names, each once."""
    return list(dict.fromkeys(SHOP.findall(text)))


def bare(text: str) -> str:
    """Return `text` without blanks, marks and capitals: what two copies of one text have in common."""
    return NOT_SAID.sub("", text).lower()


def says_nothing(text: str) -> bool:
    """Tell whether somebody wrote, and wrote no words: one key again and again, a row of the keyboard. Silence is none."""
    said = bare(text)
    if len(said) < SHORTEST:
        return bool(text.strip()) and not said
    return len(set(said)) <= SAME_LETTERS or _hit_at_random(said)


def _hit_at_random(said: str) -> bool:
    if not said.isascii():
        return False
    pairs = [any(first + second in row for row in KEYBOARD) for first, second in pairwise(said)]
    along_the_rows = len(said) >= RUN and sum(pairs) >= SIDE_BY_SIDE * len(pairs)
    return along_the_rows or (len(said) > LONGEST_WORD and not set(said) & set("aeiouy"))
