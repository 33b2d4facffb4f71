"""What the demo city's editors have written, by the real commands: articles, an honour list, a notice."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reporter.board.boxes import Box
from reporter.demo.scenes import boxes
from reporter.demo.stage import drawing
from reporter.editorial.commands.articles import Text, write_article
from reporter.editorial.commands.consents import Agreement, record_consent
from reporter.editorial.commands.honours import DAYS_SHOWN, Deed, write_honour
from reporter.editorial.commands.pictures import Caption, add_picture, judge_mask
from reporter.editorial.commands.pieces import hand_in, release
from reporter.editorial.commands.service_notices import Appeal, write_service_notice
from reporter.editorial.models import Article, ConsentWay, Giver, HonourKind, Rubric
from reporter.editorial.queries import get_article, today
from reporter.editorial.worklists import AnyPiece
from reporter.kernel.policy import Actor
from reporter.ports.clock import FixedClock

FILE = Path(__file__).parent / "columns.toml"
DRAFT, SEED = "draft", 7
PLACE = (113.1092, 41.0323)  # degrees WGS 84, of the drawings
NOON = 4  # hour of the day, UTC: the drawings are of daylight
READ_AFTER = timedelta(hours=2)


class Newsroom:
    """Whoever writes and whoever releases, on a clock that is moved through time."""

    def __init__(self, writer: Actor, releaser: Actor, clock: FixedClock, *, now: datetime) -> None:
        self.writer, self.releaser, self.clock, self.now = writer, releaser, clock, now

    def write(self) -> None:
        """Write everything, each thing on its day."""
        table = tomllib.loads(FILE.read_text(encoding="utf-8"))
        for rows, write in (
            ("article", self._article), ("honour", self._honour), ("notice", self._notice),
        ):  # fmt: skip
            for row in table[rows]:
                self.clock.set(self.now - timedelta(days=row["ago"]))
                self._hand_on(write(row), row)
        self.clock.set(self.now)

    def _article(self, row: dict[str, Any]) -> AnyPiece:
        text = Text(
            Rubric(row["column"]),
            row["title"],
            row["standfirst"],
            row["body"],
            people=row.get("people", []),
            **_english(row),
        )
        article = write_article(text, by=self.writer)
        for name in article.people:
            record_consent(article, _agreement(name, Giver.PERSON, name), by=self.writer)
        if "picture" in row:
            self._hang(article, row)
        return get_article(article.id)

    def _hang(self, article: Article, row: dict[str, Any]) -> None:
        photo_id = drawing(
            row["picture"], seed=SEED, at=self.clock.now().replace(hour=NOON), point=PLACE, by=self.writer
        )
        caption = Caption(row["caption"], row.get("caption_en", ""))
        picture = add_picture(article, photo_id, caption, by=self.writer)
        if row.get("stage") != DRAFT:
            mask = [Box(one.x, one.y, one.w, one.h, one.what) for one in boxes(row["picture"], seed=SEED)]
            judge_mask(article, picture.id, mask, checked=True, by=self.writer)

    def _honour(self, row: dict[str, Any]) -> AnyPiece:
        until = today() + timedelta(days=DAYS_SHOWN)
        deed = Deed(HonourKind(row["kind"]), row["name"], row["deed"], today(), until, **_english(row))
        honour = write_honour(deed, by=self.writer)
        if "giver" in row:
            agreed = _agreement(honour.name, Giver(row["giver"]), row["giver_name"])
            record_consent(honour, agreed, by=self.writer)
        return honour

    def _notice(self, row: dict[str, Any]) -> AnyPiece:
        until = today() + timedelta(days=DAYS_SHOWN)
        appeal = Appeal(row["title"], row["sentence"], row["link"], today(), until, sort=1, **_english(row))
        return write_service_notice(appeal, by=self.writer)

    def _hand_on(self, piece: AnyPiece, row: dict[str, Any]) -> None:
        if row.get("stage") == DRAFT:
            return
        hand_in(piece, by=self.writer)
        self.clock.set(self.clock.now() + READ_AFTER)
        release(piece, by=self.releaser)


def _agreement(person: str, giver: Giver, giver_name: str) -> Agreement:
    """Return what is written down of somebody who agreed on paper today."""
    return Agreement(person, giver, giver_name, ConsentWay.PAPER, today(), "示例-2026-1")


def _english(row: dict[str, Any]) -> dict[str, Any]:
    """Return the English version of a row; a caption is its picture's."""
    return {name: text for name, text in row.items() if name.endswith("_en") and name != "caption_en"}
