"""A photo that is a file of another kind as well is refused by its name; what phones hang behind photos is not."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from reporter.photos.kinds import UnreadablePhoto
from reporter.photos.pixels import clean
from tests.photos import pictures
from tests.photos.zone import ZONE

pytestmark = pytest.mark.pure


def archive(remark: bytes = b"", *, entries: int = 1) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.comment = remark
        for number in range(entries):
            packed.writestr(f"{number}.txt", "a letter")
    return file.getvalue()


def film() -> bytes:
    """Return what a phone hangs behind a moving photo: the beginning of an MP4 file, and noise."""
    return struct.pack(">I", 24) + b"ftypmp42\0\0\0\0mp42isom" + pictures.jpeg(pictures.grain())


def in_a_remark(other: bytes) -> bytes:
    return pictures.with_segment(pictures.jpeg(), 0xFE, other)


def with_a_chunk(other: bytes) -> bytes:
    """Return a PNG with a chunk of its own kind before its end mark."""
    photo = pictures.png()
    return photo[:-12] + pictures.chunk(b"prVt", other) + photo[-12:]


def refusal(upload: bytes) -> str:
    with pytest.raises(UnreadablePhoto) as refused:
        clean(upload, zone=ZONE)
    return str(refused.value)


@pytest.mark.parametrize("kind", pictures.EVERY_KIND)
@pytest.mark.parametrize(
    ("behind", "name"),
    [
        (archive(), "ZIP"),
        (b"\0\0\r\n" + archive(b"a remark"), "ZIP"),
        (b"Rar!\x1a\x07\x01\0 and so on", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
        (b"%PDF-1.7\n%%EOF", "PDF"),
        (b"\n<script>alert(1)</script>", "HTML"),
        (b"<!DOCTYPE html><title>x</title>", "HTML"),
        (b"<SVG onload='alert(1)'/>", "SVG"),
        (b"<?php system($_GET[0]);", "PHP"),
        (b"\x7fELF\2\1\1", "ELF"),
        (b"MZ\x90\0", "EXE"),
        (b"#!/bin/sh\nrm -r /", "Shell"),
        (b"GIF89a" + b"\0" * 50, "GIF"),
    ],
)
def test_what_hangs_behind_a_photo_is_refused_by_its_name(kind: str, behind: bytes, name: str) -> None:
    assert f"something else at once: {name}" in refusal(pictures.EVERY_KIND[kind]() + behind)


@pytest.mark.parametrize(
    ("begins", "name"),
    [
        (b"%PDF-1.4\n1 0 obj", "PDF"),
        (b"<html><body onload=alert(1)>", "HTML"),
        (b"--><SCRIPT>alert(1)</SCRIPT>", "HTML"),
        (b"<?php phpinfo(); ?>", "PHP"),
    ],
)
def test_what_readers_of_documents_find_at_the_beginning_is_refused(begins: bytes, name: str) -> None:
    assert f"something else at once: {name}" in refusal(in_a_remark(begins))


def test_a_remark_of_a_script_over_the_first_segment_is_refused() -> None:
    photo = pictures.jpeg()
    script = photo[:2] + b"\xff\xe0" + b"/*" + b"*/=1;alert(1)/*".ljust(0x2F2A - 2) + photo[2:]

    assert "something else at once: JavaScript" in refusal(script)


@pytest.mark.parametrize("hidden", [in_a_remark, with_a_chunk])
def test_an_archive_inside_a_photo_is_found_by_its_table_at_the_end(hidden: Callable[[bytes], bytes]) -> None:
    assert "something else at once: ZIP" in refusal(hidden(archive(entries=40)))


def test_the_largest_archives_are_known_by_the_mark_of_their_own() -> None:
    large = b"some data" + b"PK\x06\x07" + b"\0" * 16 + b"PK\x05\x06" + b"\xff" * 16 + b"\0\0"

    assert "something else at once: ZIP" in refusal(pictures.jpeg() + large)


@pytest.mark.parametrize("kind", pictures.EVERY_KIND)
@pytest.mark.parametrize(
    "behind",
    [
        film(),
        b"\0" * 4096,
        b"SEFH\x6a\0\0\0\1\0\0\0SEFT",
        pictures.jpeg(),
        b"PK\x05\x06",
        b"PK\x05\x06" + b"\1" * 18,
        b"PK\x05\x06" + b"\xff" * 18,
    ],
)
def test_films_further_pictures_and_padding_behind_a_photo_are_usual(kind: str, behind: bytes) -> None:
    assert clean(pictures.EVERY_KIND[kind]() + behind, zone=ZONE).copies


def test_a_photo_with_long_texts_in_its_metadata_is_taken() -> None:
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF/></x:xmpmeta>"

    assert clean(pictures.with_segment(pictures.jpeg(), 0xE1, xmp), zone=ZONE).copies
