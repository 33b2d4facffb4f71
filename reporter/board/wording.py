"""The neutral words of a post, and the reduction of an address to a road section. Pure."""

import re

_NUMBER = re.compile(r"[\d０-９一二三四五六七八九十]+\s*(?:号楼|号院|栋|幢|单元|室|楼|层|户|号|#).*$")
DWELLING = re.compile(r"(?:单元|\d+\s*室|\d+\s*户|\d+\s*号楼|\d+\s*栋)")


def road_section(address: str) -> str:
    """Return `address` without house, building, unit and room numbers."""
    return _NUMBER.sub("", address).strip(" ,，、")[:60]


def names_a_dwelling(text: str) -> bool:
    """Tell whether `text` points at somebody's home."""
    return bool(DWELLING.search(text))


def neutral_title(road: str, kind: str, *, nature: str) -> str:
    """Return "place + what + put right", naming no person and no plate, in Chinese."""
    ending = "已依法处理" if nature == "act" else "已整改"
    return f"{road}{kind}，{ending}"
