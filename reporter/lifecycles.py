"""The four lifecycle tables as a page with diagrams: what `docs/lifecycle.md` is made of."""

from collections.abc import Iterable
from typing import Any

from reporter.board import lifecycle as board
from reporter.cases import lifecycle as cases
from reporter.reports import lifecycle as reports

HEAD = """# The four lifecycles

Made from the tables by `flask lifecycle > docs/lifecycle.md`; a house test holds it current. A step that is not in
a table does not exist; who may take it is in `reporter/kernel/policy.py`.
"""
TABLES = (
    ("Report", "reporter/reports/lifecycle.py", reports.STEPS),
    ("Case", "reporter/cases/lifecycle.py", cases.STEPS),
    ("Exposure", "reporter/board/lifecycle.py", board.STEPS),
    ("Objection", "reporter/board/lifecycle.py", board.OBJECTION_STEPS),
)


def lifecycle_page() -> str:
    """Return the page as Markdown: for each table a diagram of its moves and every row."""
    return HEAD + "".join(_chapter(*table) for table in TABLES)


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
