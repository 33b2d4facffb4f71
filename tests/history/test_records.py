"""Files of every form are read record by record; what cannot be read is named with its place."""

import gzip
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from reporter.history.records import MOST_BYTES, MOST_SIGNS, Fault, Record, Unreadable, read_records
from tests.history.files import FORMS, a_request, as_csv, as_json, as_lines, as_xml

pytestmark = pytest.mark.pure
Writes = Callable[[Sequence[dict[str, Any]]], bytes]


def read(content: bytes, encoding: str = "utf-8") -> list[Record]:
    return list(read_records(io.BytesIO(content), encoding=encoding))


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
def test_every_form_gives_the_same_records(write: Writes) -> None:
    requests = [a_request(number, description="Zwei\nZeilen, «über» 违停 & <b>") for number in range(3)]

    found = read(write(requests))

    assert [record.number for record in found] == [1, 2, 3]
    assert [{name: str(value) for name, value in record.fields.items()} for record in found] == [
        {name: str(value) for name, value in request.items()} for request in requests
    ]


def test_a_mark_at_the_beginning_is_no_part_of_the_file() -> None:
    for write in (as_json, as_lines, as_csv, as_xml):
        assert read(b"\xef\xbb\xbf" + write([a_request()]))[0].fields["service_request_id"] == "B000001"


def test_chinese_tables_are_read_in_their_own_encoding() -> None:
    content = "编号;说明\n1;违停，占道\n".encode("gb18030")

    assert read(content, "gb18030")[0].fields == {"编号": "1", "说明": "违停，占道"}
    assert read(content.replace(b";", b"\t"), "utf-8")[0].fault is Fault.NOT_TEXT


@pytest.mark.parametrize("write", [as_json, as_lines, as_csv, as_xml])
def test_a_record_that_is_too_large_is_passed_over(write: Writes) -> None:
    requests = [a_request(1), a_request(2, description="x" * (MOST_SIGNS + 1)), a_request(3)]

    found = read(write(requests))

    assert [record.fault for record in found] == [None, Fault.TOO_LARGE, None]


@pytest.mark.parametrize("write", [as_json, as_lines])
def test_a_record_that_is_too_deep_is_passed_over(write: Writes) -> None:
    deep = write([a_request(1), a_request(2, extra="DEEP"), a_request(3)])
    nested = b"[" * 20_000 + b"]" * 20_000

    found = read(deep.replace(b'"DEEP"', nested))

    assert [record.fault for record in found] == [None, Fault.TOO_DEEP, None]


def test_one_sign_without_end_does_not_fill_the_memory() -> None:
    content = as_json([a_request()])[:-1] + b', {"a": "' + b"x" * (MOST_BYTES + 2_000_000)

    with pytest.raises(Unreadable, match="After record 1 come more than 16 MB"):
        read(content)


@pytest.mark.parametrize("write", [write for name, write in FORMS.items() if name != "csv"])
def test_a_broken_end_says_after_which_record(write: Writes) -> None:
    content = write([a_request(number) for number in range(3)])
    found: list[Record] = []

    with pytest.raises(Unreadable, match="record"):
        found.extend(read_records(io.BytesIO(content[:-9])))

    assert len(found) <= 3


def test_a_packed_file_that_ends_too_early_gives_what_came_before() -> None:
    content = gzip.compress(as_lines([a_request(number) for number in range(5000)]))
    found: list[Record] = []

    with pytest.raises(Unreadable, match="broken or ends too early"):
        found += (record for record in read_records(io.BytesIO(content[: len(content) // 2])))


def test_a_line_that_is_no_record_is_passed_over() -> None:
    content = as_lines([a_request(1)]) + b"oops\n[1]\n\n" + as_lines([a_request(2)])

    assert [one.fault for one in read(content)] == [None, Fault.NOT_JSON, Fault.NOT_JSON, None]


def test_a_row_with_other_columns_is_passed_over() -> None:
    content = b"service_request_id,status\n1,open\n2,open,more\n3\n4,closed\n"

    assert [one.fault for one in read(content)] == [None, Fault.COLUMNS, Fault.COLUMNS, None]


def test_a_document_type_is_refused() -> None:
    content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><requests><request><id>&a;</id></request></requests>'

    with pytest.raises(Unreadable, match="document type"):
        read(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"hello\nworld\n", "neither JSON nor XML"),
        (b'[{"a": 1}, oops]', "After record 1 the file is not JSON"),
        (b'{"a": {"b": 1}}', "no list"),
        (b"<a><b></a>", "After record 0 the file is not XML"),
        (b'[{"a": "\xff\xfe"}]', "is not JSON in utf-8"),
    ],
)
def test_what_is_no_file_of_requests_says_why(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read(content)


def test_only_plain_fields_are_kept() -> None:
    wanted = {"id": "1", "open": True, "n": None, "x": 1.5}
    record = wanted | {"notes": [{"id": 2}], "more": {"id": "3"}}

    assert read(json.dumps([record]).encode())[0].fields == wanted
    assert read(json.dumps(record).encode() + b"\n" + json.dumps(record).encode())[0].fields == wanted
