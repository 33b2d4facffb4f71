"""Tell what a file is by its first bytes, never by its name or what the browser says. Pure."""

from enum import StrEnum

from reporter.kernel.errors import BadInput, TooLarge

FIELD = "photos"
BYTE_LIMIT = 20 * 1024 * 1024


class Kind(StrEnum):
    """What is taken."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIF = "HEIF"


class UnreadablePhoto(BadInput):
    """The file is not a photo that can be taken; the message says what it is and what to do."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, field=FIELD, **values)


def damaged() -> UnreadablePhoto:
    """Return the refusal of a photo whose end or middle is missing."""
    return UnreadablePhoto("This photo is incomplete or damaged. Please send it again or choose another one.")


_KINDS = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
)
# The names are proper names: the same in every language.
_FOREIGN = (
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"BM", "BMP"),
    (b"8BPS", "PSD"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"FUJIFILMCCD-RAW", "RAW"),
    (b"IIU\0", "RAW"),
    (b"IIRO", "RAW"),
    (b"IIRS", "RAW"),
    (b"%PDF-", "PDF"),
)
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_HEVC_BRANDS = _HEIF_BRANDS - {b"mif1", b"msf1"}
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEAD = 1024  # readers of documents look this far for a beginning


def recognise(upload: bytes) -> Kind:
    """Return what `upload` is.

    Raises:
        TooLarge: more than 20 MB.
        UnreadablePhoto: empty, or anything but a photo of an accepted kind.
    """
    if not upload:
        raise UnreadablePhoto("This file is empty. Please choose the photo again.")
    if len(upload) > BYTE_LIMIT:
        raise TooLarge(
            "This photo is larger than %(megabytes)s MB. Please send a smaller version of it.",
            field=FIELD,
            megabytes=BYTE_LIMIT // 1024**2,
        )
    return _kind(upload)


def _kind(upload: bytes) -> Kind:
    for magic, kind in _KINDS:
        if upload.startswith(magic):
            return kind
    if upload[:4] == b"RIFF" and upload[8:12] == b"WEBP":
        return Kind.WEBP
    if upload[4:8] == b"ftyp":
        return _by_brand(upload)
    raise _foreign(upload)


def _by_brand(upload: bytes) -> Kind:
    length = min(int.from_bytes(upload[:4], "big"), 256)
    major = upload[8:12]
    brands = {major} | {upload[at : at + 4] for at in range(16, length, 4)}
    if major in _AVIF_BRANDS or (brands & _AVIF_BRANDS and not brands & _HEVC_BRANDS):
        raise _other_kind("AVIF")
    if brands & _HEIF_BRANDS:
        return Kind.HEIF
    if major == b"crx ":
        raise _other_kind("RAW")
    raise UnreadablePhoto("This is a video. Please send a photo: JPEG, PNG, WebP or HEIC.")


def _foreign(upload: bytes) -> UnreadablePhoto:
    for magic, name in _FOREIGN:
        if upload.startswith(magic):
            return _other_kind(name)
    head = upload[:_HEAD]
    if b"<svg" in head.lower():
        return _other_kind("SVG")
    if b"%PDF-" in head:
        return _other_kind("PDF")
    if _is_text(head):
        return UnreadablePhoto("This is a text file, not a photo. Please choose the photo itself.")
    return UnreadablePhoto("This is not a photo we can read. Please send it as JPEG, PNG, WebP or HEIC.")


def _other_kind(name: str) -> UnreadablePhoto:
    return UnreadablePhoto(
        "This is a %(kind)s file. Please send the photo as JPEG, PNG, WebP or HEIC.", kind=name
    )


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8", errors="strict" if len(head) < _HEAD else "ignore")
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\r\n\t\f\ufeff" for sign in text)
