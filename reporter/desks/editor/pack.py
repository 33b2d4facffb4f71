"""A post for newspapers and television: what stands on the board and its masked pictures, in one file.

Nothing is masked anew: the pictures are the very copies that the public sees, in their largest size.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from tempfile import SpooledTemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from reporter.board.models import Exposure, PublicPicture
from reporter.board.shown import picture_bytes
from reporter.desks.dates import span, zone
from reporter.desks.downloads import in_pieces
from reporter.desks.guard import city
from reporter.desks.incoming import UNTYPABLE
from reporter.desks.words import DEFAULT_LOCALE, named
from reporter.ports import ports

IN_MEMORY = 8 * 1024 * 1024  # bytes; a larger pack is put together on disk
PRINTED = 200  # dots an inch: what newsprint shows of a picture (a screen of 100 lines, twice over)
CENTIMETRES = 2.54  # in an inch
LICENSE = "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"


def pack_of(post: Exposure) -> Iterator[bytes]:
    """Return an archive of a post that is on show, in Chinese: its pictures, `text.txt`, `credits.txt`.

    In pieces of a file that is gone with the last of them.

    Raises:
        NotFound: a masked copy is not there (any more).
    """
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        with force_locale(DEFAULT_LOCALE), ZipFile(file, "w", ZIP_DEFLATED) as archive:
            _fill(archive, post)
        file.seek(0)
        stack.pop_all()
    return in_pieces(file)


def _fill(archive: ZipFile, post: Exposure) -> None:
    pictures = list(_pictures(post))
    for name, picture in pictures:
        archive.writestr(_entry(name), picture_bytes(picture, _largest(picture)))
    archive.writestr(_entry("text.txt"), _text(post))
    archive.writestr(_entry("credits.txt"), _credits(post, pictures))


def _entry(name: str) -> ZipInfo:
    now = ports.clock.now().astimezone(zone())
    return ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second))


def _pictures(post: Exposure) -> Iterator[tuple[str, PublicPicture]]:
    """Yield the name of each picture in the archive, and the picture."""
    numbers = Counter[str]()
    for picture in post.used:
        stage = "after" if picture.stage == "after" else "before"
        numbers[stage] += 1
        yield f"{stage}-{numbers[stage]}.jpg", picture


def _largest(picture: PublicPicture) -> str:
    """Return the last part of the address of the largest masked JPEG."""
    side = max(int(name.split(".")[0]) for name in picture.copies if name.endswith(".jpeg"))
    return picture.file(f"{side}.jpeg")


def _text(post: Exposure) -> str:
    source = _line(" ".join(filter(None, (post.basis_source, post.basis_date))))
    lines = [
        (_("Title"), post.title), (_("Text"), post.summary), (_("Correction"), post.correction),
        (_("Kind"), named(post, "kind")), (_("Road"), post.road), (_("Area"), named(post, "area")),
        (_("Seen, to the hour"), _hour(post.happened_at)), (_("Handled by"), named(post, "unit")),
        (_("Took"), span(post.minutes_taken)), (_("Legal basis"), post.basis), (_("Source of it"), source),
        (_("Address of this post"), _address(post)), (_("Published"), _day(post.published_at)),
        (_("Shown until"), _day(post.expires_at)),
    ]  # fmt: skip
    said = [f"{label}{_(': ')}{_line(words)}" for label, words in lines if words]
    return "\n".join(
        [
            *said,
            "",
            _("Please look at the address before you print: a post that is gone there was taken down."),
            "",
        ]
    )


def _credits(post: Exposure, pictures: Sequence[tuple[str, PublicPicture]]) -> str:
    return "\n".join([
        _("City Operation and Command Centre, %(city)s", city=named(city())),
        _("Exposure board") + _(": ") + _address(post),
        _("Pictures, and how large they print at %(dpi)s dots an inch, as newspapers do:", dpi=PRINTED),
        *(f"  {name}{_(': ')}{_print_size(picture)}" for name, picture in pictures),
        _("The pictures are masked. Please show them as they are: do not uncover, sharpen or put them together with others to find out who it is."),
        _("Licence") + _(": ") + LICENSE, "",
    ])  # fmt: skip


def _print_size(picture: PublicPicture) -> str:
    across, down = (f"{pixels / PRINTED * CENTIMETRES:.1f}" for pixels in (picture.width, picture.height))
    return _(
        "%(width)s by %(height)s pixels, %(across)s by %(down)s cm",
        width=picture.width, height=picture.height, across=across, down=down,
    )  # fmt: skip


def _address(post: Exposure) -> str:
    return url_for("public.exposure", public_id=post.public_id, _external=True)


def _line(words: str) -> str:
    """Return the words on one line, without what nobody types."""
    return " ".join(words.translate(UNTYPABLE).split())


def _hour(at: datetime) -> str:
    return f"{at.astimezone(zone()):%Y-%m-%d %H}:00"


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(zone()):%Y-%m-%d}" if at else ""
