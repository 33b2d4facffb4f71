"""What kinds of units a city has: its three families of works and those beside them. Pure."""

from enum import StrEnum


class Family(StrEnum):
    """What a unit does. The order is that of the lists."""

    SANITATION = "sanitation"  # 环卫
    ENFORCEMENT = "enforcement"  # 综合执法
    FACILITIES = "facilities"  # 设施维护
    TRAFFIC = "traffic"  # 公安交警
    STREETS = "streets"  # 街道社区
    FIRM = "firm"  # telecom, power, property managers
    CENTRE = "centre"
    OTHER = "other"


def family_of(written: str) -> Family | None:
    """Return the family that a unit's `family` names; None for words from before there were any."""
    return Family(written) if written in set(Family) else None
