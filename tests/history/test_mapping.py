"""The mapping: its mistakes are named with their lines, and a skeleton is one."""

import pytest

from reporter.history.mapping import BadMapping, Code, read_mapping, skeleton
from reporter.places.geometry import Datum

pytestmark = pytest.mark.pure
KINDS = ["parking", "parking/wheels", "other"]


def test_what_it_says() -> None:
    text = """
source = "boston311"
zone = "America/New_York"
datum = "gcj02"
encoding = "GB18030"
open_per_day = 7
[services]
"4f38" = "parking/wheels"
"x" = "skip"
"y" = ""
[fields]
service_request_id = "case_enquiry_id"
[status]
"In Arbeit" = "open"
"""

    found = read_mapping(text, "m.toml", KINDS)

    assert (found.source, str(found.zone), found.datum, found.encoding, found.open_per_day) == (
        "boston311", "America/New_York", Datum.GCJ02, "gb18030", 7,
    )  # fmt: skip
    assert found.services == {"4f38": "parking/wheels", "x": "skip", "y": ""}
    assert found.fields == {"service_request_id": "case_enquiry_id"}
    assert found.statuses == {"open": True, "closed": False, "in arbeit": True}


def test_every_mistake_is_named_with_its_line() -> None:
    text = """source = "Boston 311"
zone = "Boston"
datum = "mars"
encoding = "rot13"
open_per_day = 0
colour = "red"
[services]
"4f38" = "carpark"
"x" = 3
[fields]
name = "x"
[status]
done = "over"
"""

    with pytest.raises(BadMapping) as wrong:
        read_mapping(text, "m.toml", KINDS)

    lines = str(wrong.value).splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == sorted(
        f"m.toml, line {number}" for number in (1, 2, 3, 4, 5, 6, 8, 9, 11, 13)
    )
    assert "there is no kind 'carpark': there are other, parking, and 'skip'" in str(wrong.value)


def test_what_is_no_toml_says_where() -> None:
    with pytest.raises(BadMapping, match="line 2"):
        read_mapping('source = "a"\nservices\n', "m.toml", KINDS)


def test_a_skeleton_is_a_mapping_with_gaps_whatever_the_codes_are() -> None:
    codes = [Code('a"b\\c', "Line\nbreak", 3, "other"), Code("000", "", 9), Code("x=1 # y", "违停", 1)]

    text = skeleton("city", codes, KINDS)

    assert read_mapping(text, "m.toml", KINDS).services == {"000": "", 'a"b\\c': "other", "x=1 # y": ""}
    assert text.index('"000"') < text.index('"a')
