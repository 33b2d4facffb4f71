"""What somebody may mean by an address that they type: the names to look for, the likeliest first. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reporter.places.pieces import plain

LONGEST = 120  # characters that are looked at
MOST_READINGS = 7

_END = r"(?:大街|大道|马路|公路|路|街|巷|道|胡同|里)"
_ROAD = re.compile(rf"^(?P<road>.{{1,12}}?{_END})(?P<rest>[^与和及].*)$")
_TWO = (
    re.compile(rf"^(?P<one>.{{1,12}}?{_END})\s*(?:与|和|及|跟|、|/|&|\u00d7|x)\s*(?P<other>\D.{{0,11}}?{_END})的?(?P<end>.*)$"),
    re.compile(rf"^(?P<one>.{{1,12}}?{_END})\s*(?P<other>\D.{{0,11}}?{_END})的?(?P<end>.*)$"),
    re.compile(rf"^(?P<one>.{{1,12}}?{_END})\s*(?:与|和|及|跟|、|/|&|\u00d7|x)\s*(?P<other>\D.{{0,11}})$"),
    re.compile(r"^(?P<one>[a-z0-9 .]{3,}?)\s*(?:/|&|@|\u00d7|\band\b|\byu\b)\s*(?P<other>[a-z0-9 .]{2,})$"),
)  # fmt: skip
_MEETING = re.compile(r"^(?:交叉路口|交叉口|十字路口|丁字路口|路口|交汇处|交会处|交界处|口)?")
_BESIDE = re.compile(
    r"(?:[东西南北]{1,2}[侧边面]?约?\d+米|(?:[东西南北]{1,2}[侧边面]?约?\d*米?)?"
    r"(?:对面|旁边|旁|附近|门口|门前|边上|路口|交叉口|[东西南北]侧|[东西南北]边|[东西南北]面|[东西南北]门))$"
)
# What stands before a name in an address, from the state down; 市场 and 小区 are names of places themselves.
_REGION = re.compile(
    r"^(?:中国)?(?:[^省市区县旗]{2,5}自治区|[^省市区县旗]{2,4}省)?(?:[^省市区县旗路街]{2,6}市(?![场民政立]))?"
    r"(?:[^省市区县旗路街]{1,6}(?:(?<![小社园校厂景])区|县|旗))?(?:[^市区县旗路街]{1,6}(?:街道|镇|乡|苏木))?"
)
_NO_NAME = re.compile(r"^[\d号#]*$")
_NUMBER = re.compile(
    r"^(?:第)?(?P<number>\d{1,5}(?:[-之]\d{1,4})?)\s*(?:号|弄|#|$)|(?P<chinese>[一二三四五六七八九十百零〇]{1,6})号"
)
_LATIN_NUMBER = re.compile(
    r"^(?P<before>\d{1,5})?[ ,]*(?P<road>[a-z][a-z .']{2,}?)[ ,]*(?:no\.?|hao)?[ ,]*(?P<after>\d{1,5})?(?: *hao)?$"
)
_STEM = re.compile(rf"{_END}$|(?<=[a-z]{{3}})(?:street|road|avenue|dajie|dadao|lu|jie)$")
_CHINESE = re.compile(r"[㐀-鿿]")


class How(StrEnum):
    """How much of what was typed a found name stands for."""

    WHOLE = "whole"
    PART = "part"  # the road of a house number, a road of two that are not known to cross
    ALIKE = "alike"  # a street where a road was typed


@dataclass(frozen=True)
class Meant:
    """A name to look for, as `plain` writes it.

    Attributes:
        number: of a house that was typed behind the road, "" when there was none.
    """

    text: str
    how: How = How.WHOLE
    number: str = ""


def meanings_of(typed: str) -> list[Meant]:
    """Return what may be meant, the likeliest first, at most seven; none when nothing was typed that could be a name.

    One Chinese character is enough, of other letters it takes two.
    """
    text = " ".join(
        unicodedata.normalize("NFKC", typed[:LONGEST]).casefold().split()
    )  # blanks cost the patterns time
    text = text.strip(" 与和及跟/&、,，")
    found: dict[str, Meant] = {}
    for meant in _every(text):
        long_enough = len(meant.text) > 1 or (meant.text and _CHINESE.match(meant.text))
        if long_enough and meant.text not in found:
            found[meant.text] = meant
    return list(found.values())[:MOST_READINGS]


def _every(text: str) -> Iterator[Meant]:
    yield Meant(plain(text))
    own = _REGION.sub("", text, count=1)
    own = own if len(own) > 1 else text
    short = _BESIDE.sub("", own)
    for shorter in (own, short):
        yield Meant(plain(shorter))
    yield from _two_roads(own)
    yield from _on_a_road(own)
    for word in short.replace(",", " ").replace("，", " ").split():
        if _CHINESE.search(word) and not _NO_NAME.match(word):
            yield Meant(plain(word), How.PART)
    stem = _STEM.sub("", plain(short))
    if len(stem) > 1:
        yield Meant(stem, How.ALIKE)


def _two_roads(text: str) -> Iterator[Meant]:
    two = next((found for way in _TWO if (found := way.match(text))), None)
    if two is None:
        return
    end = two.groupdict().get("end") or ""
    if _MEETING.sub("", _BESIDE.sub("", end), count=1).strip():
        return
    one, other = plain(two["one"]), plain(_BESIDE.sub("", two["other"]) or two["other"])
    if other:
        yield Meant(one + other)
        yield Meant(one, How.PART)
        yield Meant(other, How.PART)


def _on_a_road(text: str) -> Iterator[Meant]:
    latin = _LATIN_NUMBER.match(text)
    if latin and (latin["before"] or latin["after"]):
        yield Meant(plain(latin["road"]), How.PART, latin["before"] or latin["after"])
        return
    road = _ROAD.match(text)
    if road is None:
        return
    rest = road["rest"].strip()
    number = _NUMBER.match(rest)
    behind = rest[number.end() :] if number else rest
    if behind := _BESIDE.sub("", behind).strip():
        yield Meant(plain(behind), How.PART)
    yield Meant(plain(road["road"]), How.PART, (number["number"] or number["chinese"]) if number else "")
