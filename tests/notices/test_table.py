"""The table of who is told what is whole: no step tells somebody of whom it has no row, and no row is never reached."""

import re
from typing import Any

import pytest
from flask import Flask

from reporter.board.lifecycle import OBJECTION_STEPS
from reporter.board.lifecycle import STEPS as BOARD_STEPS
from reporter.cases.lifecycle import STEPS as CASE_STEPS
from reporter.editorial.lifecycle import STEPS as PIECE_STEPS
from reporter.notices.addresses import (
    BELL,
    OWN_SETTINGS,
    board_page,
    page_of,
    post_page,
    settings_page,
    stop_following_page,
    stop_page,
)
from reporter.notices.table import OUTSIDE, TABLE, Who, row_for, sentence_for, told_by
from reporter.reports.lifecycle import STEPS as REPORT_STEPS

TABLES: dict[str, tuple[Any, ...]] = {
    "case": CASE_STEPS,
    "report": REPORT_STEPS,
    "exposure": BOARD_STEPS,
    "objection": OBJECTION_STEPS,
    "piece": PIECE_STEPS,
}
BESIDES = {
    ("calm_rule.switch_off", Who.CENTRE),
    ("case.ladder", Who.CENTRE),
    ("case.tell", Who.CENTRE),
    ("follow.digest", Who.FOLLOWER),
    ("handover.doubt", Who.COLLEAGUE),
    ("handover.hand_over", Who.CENTRE),
    ("hook.switch_off", Who.ADMINS),
    ("note.name", Who.COLLEAGUE),
}  # set off by no effect of a step
TOLD = {
    (f"{thing}.{step.action}", who)
    for thing, steps in TABLES.items()
    for step in steps
    for who in told_by(step.effect)
}


@pytest.mark.pure
def test_whoever_a_step_tells_has_a_row_and_every_row_is_reached() -> None:
    assert {(row.what, row.who) for row in TABLE} == TOLD | BESIDES


@pytest.mark.pure
def test_nobody_has_two_rows_for_one_step() -> None:
    assert len({(row.what, row.who) for row in TABLE}) == len(TABLE)


@pytest.mark.pure
def test_only_staff_are_told_in_their_quiet_hours() -> None:
    assert [row for row in TABLE if row.urgent and row.who is Who.REPORTER] == []


@pytest.mark.pure
def test_a_sentence_says_what_it_is_about() -> None:
    nameless = [row.what for row in TABLE if "%(number)s" not in row.sentence]

    assert {what.partition(".")[0] for what in nameless} == {"exposure", "handover", "objection", "piece"}
    assert {place for row in TABLE for place in re.findall(r"%\((\w+)\)s", row.sentence)} == {
        "number",
        "reason",
    }


@pytest.mark.pure
def test_a_reason_is_told_only_where_the_step_demands_one() -> None:
    with_reason = {
        f"{thing}.{step.action}" for thing, steps in TABLES.items() for step in steps if step.reason
    }

    assert {row.what for row in TABLE if "%(reason)s" in row.sentence} <= with_reason


@pytest.mark.pure
def test_what_webhooks_are_told_are_steps() -> None:
    steps = {f"{thing}.{step.action}" for thing, steps in TABLES.items() for step in steps}

    assert set(OUTSIDE) <= steps


@pytest.mark.pure
def test_a_notice_from_before_there_were_audiences_still_has_words() -> None:
    assert sentence_for("case.claim", "") == "The unit in charge has taken case %(number)s."
    assert sentence_for("no.such", "") == ""
    assert row_for("case.claim", "nobody") is None


def test_every_notice_leads_to_a_page(app: Flask) -> None:
    facts = {
        "case_id": 1,
        "exposure_id": 2,
        "objection_id": 3,
        "digest_id": 4,
        "number": "150902-1",
        "code": "ABCDEFGHIJKLMNOP",
    }
    paths = {page_of(who, **facts) for who in Who} | {page_of(who) for who in Who}  # type: ignore[arg-type]
    paths |= {page_of(Who.EDITORS, exposure_id=2), page_of(Who.CENTRE, number="R 1"), BELL, OWN_SETTINGS}
    paths |= {
        settings_page("x"),
        stop_page("x"),
        stop_following_page("x"),
        board_page("area=1"),
        post_page("x"),
    }

    urls = app.url_map.bind("jining.example")
    found = {path: urls.match(path.partition("?")[0], method="GET")[0] for path in paths}

    assert set(found.values()) == {
        "resident.lookup", "unit.case", "triage.case", "triage.search", "triage.all_handovers", "editor.objection", "editor.exposure", "editor.pieces",
        "admin.webhooks", "notices.bell", "notices.settings", "notices.by_link", "notices.stop",
        "resident.following", "resident.digest", "resident.stop", "public.board", "public.exposure",
    }  # fmt: skip
