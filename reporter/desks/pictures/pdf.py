"""A case on paper as PDF: set by typst, an extra (`make pdf`). What is said comes as data, never as part of the source."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import get_template_attribute
from flask_babel import gettext as _

from reporter.desks.dates import plain_moment
from reporter.desks.dossier import LARGE
from reporter.desks.pictures.case_file import CaseFile, Shot
from reporter.desks.pictures.custody import Fact
from reporter.desks.words import speaks_chinese
from reporter.kernel.errors import NotFound, ReporterError
from reporter.photos.queries import staff_picture
from reporter.ports import ports

try:
    import typst
except ImportError:  # the extra is not installed; its button is not shown
    typst = None

INSTALLED = typst is not None
MAIN = "main.typ"
SOURCE = Path(__file__).with_name("case_file.typ")
FONTS = (
    "Noto Sans CJK SC",
    "Noto Serif CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Zen Hei",
)


class NoFont(ReporterError):
    """The machine has no font with Chinese letters."""

    status = 503


@cache
def chinese_fonts() -> tuple[str, ...]:
    """Return which of `FONTS` this machine has; looked for once."""
    there = set(typst.Fonts().families())
    return tuple(font for font in FONTS if font in there)


def written(file: CaseFile) -> bytes:
    """Return `file` as PDF; its pictures are the clean copies.

    Raises:
        NotFound: the extra is not installed.
        NoFont: the machine has no Chinese font.
    """
    if not INSTALLED:
        raise NotFound("This installation writes no PDF. Please print the page.")
    if not chinese_fonts():
        raise NoFont(
            "This machine has no Chinese font, so no PDF can be written. Please print the page; the operator can install fonts-noto-cjk."
        )
    told = {"file": json.dumps(_told(file), ensure_ascii=False)}
    with TemporaryDirectory(
        prefix="case-file-"
    ) as folder:  # of this process alone; typst reads nothing outside it
        for name, content in _parts(file).items():
            (Path(folder) / name).write_bytes(content)
        made: bytes = typst.compile(
            str(Path(folder) / MAIN),
            root=folder,
            sys_inputs=told,
            timestamp=int(ports.clock.now().timestamp()),
        )
    return made


def _parts(file: CaseFile) -> dict[str, bytes]:
    """Return the files that the PDF is made of, by name: the source, the clean copies, the sketch."""
    parts = {f"{place}.jpg": staff_picture(shot.photo.token, LARGE) for place, shot in enumerate(file.shots)}
    if file.sketch:
        draw = get_template_attribute("_parts/sketch.html", "sketch_svg")
        parts["sketch.svg"] = str(draw(file.sketch, "")).encode()
    return {MAIN: SOURCE.read_bytes()} | parts


def _told(file: CaseFile) -> dict[str, object]:
    return {
        "lang": "zh" if speaks_chinese() else "en",
        "fonts": chinese_fonts(),
        "title": _("Case %(number)s on paper", number=file.case.number),
        "line": f"{file.case.title} · {_('as of %(moment)s', moment=file.printed)}",
        "sections": [{"title": one.title, "facts": _rows(one.facts)} for one in file.sections],
        "sketch": file.sketch is not None,
        "note": _("North is up. Borders are drawn roughly and decide nothing."),
        "photos": _("Photos and where they come from"),
        "shots": [_shot(place, shot) for place, shot in enumerate(file.shots)],
        "happened": _("What happened"),
        "timeline": [
            {"at": plain_moment(step.at) if step.at else _("now"), "title": step.title, "text": step.text}
            for step in file.timeline
        ],
    }


def _shot(place: int, shot: Shot) -> dict[str, object]:
    title = _("Photo %(number)s, %(stage)s", number=place + 1, stage=shot.stage)
    facts = _rows(shot.facts)
    if shot.openings is not None:
        opened = [f"{plain_moment(one.entry.at)} · {one.who} · {one.entry.reason}" for one in shot.openings]
        facts.append([_("Opened so far"), "; ".join(opened) or _("Nobody has opened it.")])
    return {
        "title": title,
        "picture": f"{place}.jpg",
        "alt": _("The clean copy of the photo"),
        "facts": facts,
    }


def _rows(facts: object) -> list[list[str]]:
    rows: list[Fact] = list(facts)  # type: ignore[call-overload]
    return [[fact.term, fact.text] for fact in rows]
