"""What in a picture may have to be hidden: proposals of a program, on which a person decides. Pure."""

from enum import StrEnum


class RegionKind(StrEnum):
    """What a region seems to show."""

    FACE = "face"
    PLATE = "plate"
    PHONE = "phone"  # text with as many digits as a phone number
    TEXT = "text"  # any other
