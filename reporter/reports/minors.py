"""Whether a text speaks of people under age, and which of a city's own words it holds. Pure.

Only words are read, and never a face: how old somebody on a picture is a program does not guess.
"""

import re
from collections.abc import Iterator, Sequence

# People under age, but not what is called after them: 儿童公园, 学生公寓, 少年宫路.
THINGS = "公园|医院|公寓|宿舍|乐园|活动中心|宫|路|街|用品|车位|座椅|游乐|城|剧场|福利|书店|餐|服装|玩具|摄影|专用|票|证|卡"
PEOPLE = re.compile(
    rf"(?:小学生|中学生|(?<!大)学生|儿童|孩子|小孩|孩童|未成年|小朋友|红领巾|校服|娃娃|幼童|幼儿(?!园)|婴儿|少年|少女)(?!{THINGS})"
    r"|\b(?:child(?:ren)?|kids?|pupils?|schoolchild(?:ren)?|schoolboys?|schoolgirls?|minors|toddlers?|bab(?:y|ies))\b",
    re.IGNORECASE,
)
# Where children are: it counts only near somebody who is there.
PLACES = re.compile(r"幼儿园|托儿所|托管班|小学|中学|学校")
FOLK = re.compile(r"人|老师|家长|放学|上学|接送|排队|奔跑|玩耍")
NEAR = 10  # characters between the place and who is there

WORDS_AT_MOST, WORD_FROM, WORD_TO = 200, 2, 20  # of a city's own list, and the characters of each


def speaks_of_minors(text: str) -> str:
    """Return the first word by which `text` speaks of people under age, "" where it does not."""
    named = PEOPLE.search(text)
    return named[0] if named else next(_places_with_people(text), "")


def _places_with_people(text: str) -> Iterator[str]:
    for place in PLACES.finditer(text):
        around = (
            text[max(place.start() - NEAR, 0) : place.start()] + "。" + text[place.end() : place.end() + NEAR]
        )
        if FOLK.search(around):
            yield place[0]


def flagged_in(text: str, words: Sequence[str]) -> list[str]:
    """Return which of a city's words stand in `text`, in capitals or not, in the order of the list."""
    said = text.lower()
    return [word for word in words if word.lower() in said]


def word_list(typed: str) -> list[str]:
    """Return the words of a list as somebody types it: one a line, or with commas between; each once."""
    parts = (part.strip() for part in re.split(r"[\n\r,，、;；]+", typed))
    return list(dict.fromkeys(part for part in parts if part))
