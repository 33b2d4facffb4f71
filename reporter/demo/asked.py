"""What the demo city asks besides, and what the reports of its history answered."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def questions() -> list[dict[str, Any]]:
    """Return the questions, each with the slug of its `kind` and with `said`, the keys or words of answers."""
    table = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
    asked: list[dict[str, Any]] = table["question"]
    return asked


def said(kind: str, number: int) -> dict[str, list[str]]:
    """Return what the report `number` answered to what `kind` asks, by code: every third one nothing."""
    own = [one for one in questions() if one["kind"] == kind]
    return {one["code"]: [one["said"][number % len(one["said"])]] for one in own} if number % 3 else {}
