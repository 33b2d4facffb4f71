"""The neutral words of a post, and the reduction of an address to a road section. Pure."""

import re

from reporter.board.lifecycle import Outcome

ROAD_AT_MOST = 60
_DIGIT = r"[\d一二三四五六七八九十百]"
_HOUSE = re.compile(_DIGIT + r"+\s*(?:号楼|号院|号|栋|幢|单元|室|楼|层|户|#).*$", re.DOTALL)
_DWELLING = re.compile(
    rf"单元|{_DIGIT}\s*(?:号\s*楼|栋|幢|室|户)|\b(?:apt|apartment|bldg|building|flat|room|unit)\b\.?\s*(?:no\.?\s*)?\d",
    re.IGNORECASE,
)
# Words that judge a person, and ways to point at one; a post speaks of a place and of what was done there.
_HARSH = (
    "不要脸|丑恶|丧心病狂|人渣|低素质|素质低|没素质|没教养|刁民|卑鄙|可恶|可耻|恶心|无耻|无赖|泼妇|流氓|混蛋|垃圾人"
    "|缺德|老赖|败类|违法分子|犯罪分子|罪犯|肇事者"
)
_SURNAME = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔汤]"
)
_NOT_NEUTRAL = re.compile(
    rf"{_HARSH}|{_SURNAME}(?:某某|某(?![处地路段些个种日月年小])|先生|女士|小姐|师傅|老板)|姓{_SURNAME}的"
    r"|\b(?:disgusting|scum|shameless|criminals?|culprits?)\b|(?-i:\b(?:Mr|Mrs|Ms)\b)",
    re.IGNORECASE,
)


def road_section(address: str) -> str:
    """Return `address` without house, building, unit and room numbers; never a dwelling, at most 60 letters."""
    road = _HOUSE.sub("", address)
    if home := _DWELLING.search(road):
        road = road[: home.start()]
    return road.strip(" ,，、\t\r\n")[:ROAD_AT_MOST].strip()


def names_a_dwelling(text: str) -> bool:
    """Tell whether `text` points at somebody's home."""
    return bool(_DWELLING.search(text))


def not_neutral(text: str) -> list[str]:
    """Return the parts of `text` that judge a person or point at one, in their order."""
    return [match.group() for match in _NOT_NEUTRAL.finditer(text)]


ENDINGS = {Outcome.PUT_RIGHT: "已整改", Outcome.DEALT_WITH: "已依法处理", Outcome.OVERDUE: "逾期未整改"}


ALLEGED = re.compile(r"涉嫌|疑似|\balleged|\bsuspected", re.IGNORECASE)


def neutral_title(place: str, kind: str, *, outcome: Outcome, decided: bool = True) -> str:
    """Return "place + what + what became of it", naming no person and no plate, in Chinese.

    Args:
        decided: nobody is said to have done what no decision says.
    """
    if not decided:
        return f"{place}涉嫌{kind}，已劝导教育"
    return f"{place}{kind}，{ENDINGS[outcome]}"


def says_alleged(text: str) -> bool:
    """Tell whether `text` leaves open whether somebody did it."""
    return bool(ALLEGED.search(text))
