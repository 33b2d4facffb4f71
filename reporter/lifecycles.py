"""The tables as pages: `docs/lifecycle.md` with the five lifecycles, `docs/notices.md` with who is told what."""

from collections.abc import Iterable
from typing import Any

from reporter.board import lifecycle as board
from reporter.cases import lifecycle as cases
from reporter.editorial import lifecycle as editorial
from reporter.notices.plan import DIGEST_HOUR, MOST_A_DAY, QUIET_FROM, QUIET_TO
from reporter.notices.table import OUTSIDE, TABLE, Row, Way
from reporter.reports import lifecycle as reports

HEAD = """# The five lifecycles

Made from the tables by `flask lifecycle > docs/lifecycle.md`; a house test holds it current. A step that is not in
a table does not exist; who may take it is in `reporter/kernel/policy.py`.
"""
NOTICES = f"""# Who is told what

Made from `reporter/notices/table.py` by `flask notices > docs/notices.md`; a house test holds it current. Every row
rings the bell of whoever it names. *At once* is mail or SMS, whichever the person gave; *mail of the day* comes
together with others at {DIGEST_HOUR}:00; *group* is the unit's robots of 企业微信 and 钉钉. From {QUIET_FROM:%H:%M} to {QUIET_TO:%H:%M} nothing is
sent but what is urgent, and that to staff on duty only; beyond {MOST_A_DAY} a day, the mail of the day takes the rest.
Each recipient may set all of it anew, and switch off each kind by each channel. People of the centre, editors and
administrators get mail when they ask for it in their settings.

| step | who | kind | ways | urgent | in these words |
|---|---|---|---|---|---|
"""
WAYS = {Way.SEND: "at once", Way.DIGEST: "mail of the day", Way.ROBOT: "group"}
TABLES = (
    ("Report", "reporter/reports/lifecycle.py", reports.STEPS),
    ("Case", "reporter/cases/lifecycle.py", cases.STEPS),
    ("Exposure", "reporter/board/lifecycle.py", board.STEPS),
    ("Objection", "reporter/board/lifecycle.py", board.OBJECTION_STEPS),
    (
        "Article, entry of the honour list, public-service notice",
        "reporter/editorial/lifecycle.py",
        editorial.STEPS,
    ),
)


def lifecycle_page() -> str:
    """Return the page as Markdown: for each table a diagram of its moves and every row."""
    return HEAD + "".join(_chapter(*table) for table in TABLES)


def notices_page() -> str:
    """Return as Markdown who is told what, and which steps webhooks hear of under which name."""
    heads = (
        "\n## What webhooks are told\n\n[webhooks.md](webhooks.md) says how.\n\n| step | event |\n|---|---|\n"
    )
    outside = "".join(f"| `{step}` | `{event}` |\n" for step, event in OUTSIDE.items())
    return NOTICES + "".join(_told(row) for row in TABLE) + heads + outside


def _told(row: Row) -> str:
    ways = ", ".join(words for way, words in WAYS.items() if way in row.ways) or "bell only"
    sentence = row.sentence.replace("%(number)s", "…").replace("%(reason)s", "…")
    urgent = "yes" if row.urgent else ""
    return f"| `{row.what}` | {row.who} | {row.kind} | {ways} | {urgent} | {sentence} |\n"


def _chapter(name: str, file: str, steps: Iterable[Any]) -> str:
    rows = list(steps)
    return "\n".join((f"\n## {name}", "", f"`{file}`", "", *_diagram(rows), "", *_table(rows), ""))


def _diagram(rows: list[Any]) -> list[str]:
    """Return a state diagram of the moves; steps that stay where they are stand in the table alone."""
    moves = [
        f"    {row.source or '[*]'} --> {row.target}: {row.action}"
        for row in rows
        if row.source != row.target
    ]
    ends = {row.target for row in rows} - {row.source for row in rows}
    return ["```mermaid", "stateDiagram-v2", *moves, *(f"    {end} --> [*]" for end in sorted(ends)), "```"]


def _table(rows: list[Any]) -> list[str]:
    head = ["| from | action | to | who may | needs | sets off |", "|---|---|---|---|---|---|"]
    return head + [
        f"| {row.source or '—'} | {row.action} | {row.target} | {row.who} | {_needs(row)} | {_effects(row)} |"
        for row in rows
    ]


def _needs(row: Any) -> str:
    guards = [(guard.__doc__ or guard.__name__).strip().rstrip(".") for guard in getattr(row, "guards", ())]
    needs = (["a reason"] if row.reason else []) + [_plain(words) for words in guards]
    return "; ".join(needs) or "—"


def _plain(words: str) -> str:
    return words.replace("\n", " ").replace("|", "/")


def _effects(row: Any) -> str:
    names = [effect.name.lower() for effect in type(row.effect) if effect in row.effect and effect.value]
    counted = [f"counts {row.counts}"] if getattr(row, "counts", "") else []
    ladder = [f"escalates at {cases.LADDER_AT}"] if getattr(row, "ladder", False) else []
    return ", ".join(names + counted + ladder) or "—"
