"""Tell whether a photo's file is a file of another kind as well: a polyglot. Pure.

Each reader has its own place to look, and that is where it is looked for here: browsers and readers of documents at the
beginning, programs that unpack at the end, and what hangs behind the picture tells by its first bytes. Pictures and
films behind a photo are usual (burst shots, moving photos) and no reason to refuse it.
"""

from reporter.photos.kinds import UnreadablePhoto

_HEAD = 1024  # bytes; so far browsers and readers of PDF look for a beginning
# Of a table of contents at the end: 22 bytes and a remark of up to 65 535 (APPNOTE.TXT of PKWARE, 4.3.16).
_ZIP_END, _ZIP_END_LENGTH, _ZIP_TAIL = b"PK\x05\x06", 22, 22 + 65_535
_ZIP64_END, _ZIP64_END_LENGTH = b"PK\x06\x07", 20
_ZIP_ENTRY = b"PK\x01\x02"
# The names are proper names: the same in every language.
_MARKUP = (
    (b"%pdf-", "PDF"),
    (b"<svg", "SVG"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<head", "HTML"),
    (b"<body", "HTML"),
    (b"<iframe", "HTML"),
    (b"<script", "HTML"),
    (b"<?php", "PHP"),
)
_BEHIND = (
    (b"PK\x03\x04", "ZIP"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
    (b"#!", "Shell"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"GIF8", "GIF"),
)
# A JPEG whose first segment is so long that a script's remark begins with it.
_JPEG_SCRIPT = b"\xff\xd8\xff\xe0/*"


def refuse_polyglot(upload: bytes, end: int) -> None:
    """Raise `UnreadablePhoto` when `upload`, whose picture ends before byte `end`, is a file of another kind as well."""
    other = _other_kind(upload, end)
    if other:
        raise UnreadablePhoto(
            "This file is a photo and something else at once: %(kind)s. Please send the photo alone.",
            kind=other,
        )


def _other_kind(upload: bytes, end: int) -> str:
    head = upload[:_HEAD].lower()
    if head.startswith(_JPEG_SCRIPT):
        return "JavaScript"
    behind = upload[end : end + _HEAD].lstrip(b"\0 \t\r\n")
    for sign, kind in _MARKUP:
        if sign in head or behind.lower().startswith(sign):
            return kind
    for sign, kind in _BEHIND:
        if behind.startswith(sign):
            return kind
    return "ZIP" if _ends_as_zip(upload) else ""


def _ends_as_zip(upload: bytes) -> bool:
    """Tell whether a ZIP's table of contents is where programs that unpack it look for one."""
    at = upload.rfind(_ZIP_END, max(0, len(upload) - _ZIP_TAIL))
    if at < 0 or at + _ZIP_END_LENGTH > len(upload):
        return False
    if upload[at - _ZIP64_END_LENGTH : at].startswith(_ZIP64_END):
        return True
    table = at - int.from_bytes(upload[at + 12 : at + 16], "little")
    return table >= 0 and upload[table : table + 4] == _ZIP_ENTRY
