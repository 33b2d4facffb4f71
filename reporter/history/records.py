"""The records of a file of requests: JSON, JSON lines, XML or CSV, plain or packed with gzip; one at a time.

What is in memory is a piece of the file and one record. A record that is too large, too deep or no text is handed out
with its fault and the next one is read; what cannot be gone on from ends the reading and says after which record.
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO, cast
from xml.parsers import expat

import ijson

MOST_SIGNS = 256 * 1024  # of one record
MOST_BYTES = 16 * 1024 * 1024  # read for one record, after which the file is taken for broken
DEEPEST = 16
PIECE = 64 * 1024
LOOKED_AT = 1024 * 1024  # from the beginning, to know what a file is
GZIP = b"\x1f\x8b"
SEPARATORS = ",;\t|"


class Form(StrEnum):
    """How a file is written."""

    JSON = "json"
    LINES = "jsonl"
    XML = "xml"
    CSV = "csv"


class Fault(StrEnum):
    """Why a record cannot be read."""

    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    NOT_TEXT = "not_text"
    NOT_JSON = "not_json"
    COLUMNS = "columns"


@dataclass(frozen=True)
class Record:
    """One record: its place in the file, from 1, and its fields that are no lists and no objects."""

    number: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None


class Unreadable(Exception):
    """The file cannot be read any further; the text says where and why. What came before it is as good as ever."""


class _Unpacked(io.RawIOBase):
    """A file's bytes, unpacked where they are packed. `since` counts them and is set back after each record."""

    def __init__(self, file: BinaryIO) -> None:
        packed = file.read(len(GZIP)) == GZIP
        file.seek(0)
        self._file: Any = gzip.GzipFile(fileobj=file) if packed else file
        self.since, self.number = 0, 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes. Raises `Unreadable`."""
        try:
            piece = self._file.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Unreadable(
                f"After record {self.number} the file is broken or ends too early: {error}."
            ) from error
        self.since += len(piece)
        if self.since > MOST_BYTES:
            most = MOST_BYTES // 1024 // 1024
            raise Unreadable(f"After record {self.number} come more than {most} MB that are no whole record.")
        buffer[: len(piece)] = piece
        return len(piece)


def read_records(file: BinaryIO, *, encoding: str = "utf-8") -> Iterator[Record]:
    """Yield the records of `file` in their order.

    Args:
        file: open at its beginning, able to seek.
        encoding: of JSON and CSV that are not UTF-8; XML says its own.

    Raises:
        Unreadable: it is none of these, or ends in the middle.
    """
    source = _Unpacked(file)
    stream = io.BufferedReader(source, LOOKED_AT)
    form = _form_of(stream.peek(LOOKED_AT))
    for number, record in enumerate(_READERS[form](stream, source, encoding), 1):
        source.since, source.number = 0, number
        yield Record(number, record.fields, record.fault)


def _form_of(head: bytes) -> Form:
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if not text:
        raise Unreadable("The file is empty.")
    if text[:1] == b"<":
        return Form.XML
    if text[:1] == b"[":
        return Form.JSON
    if text[:1] != b"{":
        return Form.CSV
    first, _, rest = text.partition(b"\n")
    try:
        whole = json.loads(first)
    except (ValueError, RecursionError):
        return Form.JSON  # an object over several lines
    holds_a_list = any(isinstance(one, list | dict) for one in whole.values())
    alone = not rest.lstrip().startswith(b"{") and "service_request_id" not in whole
    return Form.JSON if holds_a_list and alone else Form.LINES


def _json(stream: BinaryIO, source: _Unpacked, encoding: str) -> Iterator[Record]:
    """Yield the objects of the first list of the file, wherever in it that is."""
    builder = _Builder(source)
    text = stream if encoding == "utf-8" else _Recoded(stream, encoding)
    if stream.peek(3)[:3] == b"\xef\xbb\xbf":  # type: ignore[attr-defined]  # it is buffered
        stream.read(3)
    try:
        for event, value in ijson.basic_parse(text, use_float=True, buf_size=PIECE):
            if record := builder.take(event, value):
                yield record
    except (ijson.JSONError, UnicodeError) as error:
        if "premature EOF" in str(error):
            raise Unreadable(f"The file ends in the middle, after record {builder.count}.") from error
        said = str(error).partition("\n")[0]
        raise Unreadable(
            f"After record {builder.count} the file is not JSON in {encoding}: {said}."
        ) from error
    if not builder.listed:
        raise Unreadable("The file holds no list of requests.")


class _Builder:
    """Makes records of the events of a JSON file. Of a record only the fields that are plain values are kept."""

    def __init__(self, source: _Unpacked) -> None:
        self.listed, self.count = False, 0
        self._source, self._over = source, False
        self._depth, self._name = 0, ""
        self._begin()

    def _begin(self) -> None:
        self._fields: dict[str, Any] = {}
        self._fault: Fault | None = None
        self._signs = 0

    def take(self, event: str, value: Any) -> Record | None:
        """Return a record when `event` ended it, else None."""
        if not self.listed or self._over:
            self.listed = self.listed or event == "start_array"
            return None
        if event in {"start_map", "start_array"}:
            self._depth += 1
            if self._depth > DEEPEST:
                self._fault = Fault.TOO_DEEP
        elif event in {"end_map", "end_array"}:
            self._depth -= 1
            self._over = self._depth < 0
            return self._ended() if self._depth == 0 else None
        elif event == "map_key":
            self._name = value if self._depth == 1 else self._name
            self._weigh(len(value))
        elif self._depth == 1:
            self._weigh(len(value) if isinstance(value, str) else 1)
            if self._fault is None:
                self._fields[self._name] = value
        elif isinstance(value, str):
            self._weigh(len(value))
        return None

    def _weigh(self, signs: int) -> None:
        self._signs += signs
        if self._signs > MOST_SIGNS and self._fault is None:
            self._fault, self._fields = Fault.TOO_LARGE, _only_names(self._fields)

    def _ended(self) -> Record:
        self.count += 1
        record = Record(self.count, self._fields, self._fault)
        self._begin()
        return record


def _only_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the short fields, by which a record that is refused can be named."""
    return {
        name: value for name, value in fields.items() if not isinstance(value, str) or len(value) < 100  # noqa: PLR2004 - signs
    }  # fmt: skip


class _Recoded:
    """A file in another encoding as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding=encoding, newline="")

    def read(self, size: int) -> bytes:
        return self._text.read(size).encode()


def _lines(stream: BinaryIO, source: _Unpacked, encoding: str) -> Iterator[Record]:
    text = _text_of(stream, encoding)
    number = 0
    for line, cut in _whole_lines(text, source):
        if not line.strip() and not cut:
            continue
        number += 1
        if cut:
            yield Record(number, fault=Fault.TOO_LARGE)
        elif not _is_text(line):
            yield Record(number, fault=Fault.NOT_TEXT)
        else:
            yield _of_line(number, line)


def _of_line(number: int, line: str) -> Record:
    try:
        found = json.loads(line)
    except RecursionError:
        return Record(number, fault=Fault.TOO_DEEP)
    except ValueError as error:
        if not line.endswith("\n"):
            raise Unreadable(f"The file ends in the middle, after record {number - 1}.") from error
        return Record(number, fault=Fault.NOT_JSON)
    if not isinstance(found, dict):
        return Record(number, fault=Fault.NOT_JSON)
    return Record(number, {name: one for name, one in found.items() if not isinstance(one, list | dict)})


def _text_of(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """Return the file as text; bytes that are none stay in it as lone surrogates."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(stream, encoding=name, errors="surrogateescape", newline="")


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole_lines(text: io.TextIOWrapper, source: _Unpacked) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it was too long and therefore left out."""
    try:
        while line := text.readline(MOST_SIGNS + 1):
            cut = len(line) > MOST_SIGNS and not line.endswith("\n")
            rest = line
            while cut and rest and not rest.endswith("\n"):
                source.since = 0
                rest = text.readline(MOST_SIGNS)
            yield ("\n" if cut else line), cut
    except UnicodeError as error:
        raise Unreadable(f"After record {source.number} the file is not text in {text.encoding}.") from error


def _csv(stream: BinaryIO, source: _Unpacked, encoding: str) -> Iterator[Record]:
    cut = False

    def lines() -> Iterator[str]:
        nonlocal cut
        for line, too_long in _whole_lines(_text_of(stream, encoding), source):
            cut = cut or too_long
            yield line

    text, number = lines(), 0
    header = next(text, "")
    separator = max(SEPARATORS, key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=separator), [])]
    if len(names) < 2:  # noqa: PLR2004 - one column is no table
        raise Unreadable("The file is neither JSON nor XML, and its first line names no columns as CSV does.")
    rows = csv.reader(text, delimiter=separator)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            number += 1
            yield Record(number, fault=Fault.TOO_LARGE)
            continue
        if not row and not cut:
            continue
        number += 1
        yield _of_row(number, names, row, cut=cut)
        cut = False


def _of_row(number: int, names: list[str], row: list[str], *, cut: bool) -> Record:
    if cut:
        return Record(number, fault=Fault.TOO_LARGE)
    fields = dict(zip(names, row, strict=False))
    if len(row) != len(names):
        return Record(number, fields, Fault.COLUMNS)
    if not all(map(_is_text, row)):
        return Record(number, {name: one for name, one in fields.items() if _is_text(one)}, Fault.NOT_TEXT)
    return Record(number, fields)


def _xml(stream: BinaryIO, source: _Unpacked, _encoding: str) -> Iterator[Record]:
    """Yield the children of the root. A file with a document type is refused: with one come entities."""
    reader = _XmlReader()
    while piece := stream.read(PIECE):
        reader.feed(piece, last=False)
        source.since = 0 if reader.found else source.since
        yield from reader.given()
    reader.feed(b"", last=True)
    yield from reader.given()


class _XmlReader:
    """Makes records of the elements below the root."""

    def __init__(self) -> None:
        self.found: list[Record] = []
        self._count, self._depth, self._signs = 0, 0, 0
        self._fields: dict[str, Any] = {}
        self._text: list[str] = []
        self._fault: Fault | None = None
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._said

    def feed(self, piece: bytes, *, last: bool) -> None:
        """Read on. Raises `Unreadable`."""
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            what = "ends in the middle" if last else f"is not XML ({error})"
            raise Unreadable(f"After record {self._count} the file {what}.") from error

    def given(self) -> list[Record]:
        """Return the records that were finished since."""
        found, self.found = self.found, []
        return found

    def _refuse(self, *_: object) -> None:
        raise Unreadable("The file has a document type (<!DOCTYPE …>), which is not read: take it out.")

    def _start(self, _name: str, _attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._text = []
        if self._depth == 2:  # noqa: PLR2004 - a child of the root
            self._fields, self._signs, self._fault = {}, 0, None
        if self._depth > DEEPEST:
            self._fault = Fault.TOO_DEEP

    def _said(self, text: str) -> None:
        self._signs += len(text)
        if self._signs > MOST_SIGNS:
            self._fault = self._fault or Fault.TOO_LARGE
        elif self._depth == 3:  # noqa: PLR2004 - a field of a record
            self._text.append(text)

    def _end(self, name: str) -> None:
        if self._depth == 3 and self._text:  # noqa: PLR2004 - a field of a record
            self._fields[name.rpartition(":")[2]] = "".join(self._text).strip()
        if self._depth == 2:  # noqa: PLR2004 - a child of the root
            self._count += 1
            self.found.append(Record(self._count, self._fields, self._fault))
        self._text = []
        self._depth -= 1


_Reader = Callable[[Any, _Unpacked, str], Iterator[Record]]
_READERS = cast(dict[Form, _Reader], {Form.JSON: _json, Form.LINES: _lines, Form.XML: _xml, Form.CSV: _csv})
