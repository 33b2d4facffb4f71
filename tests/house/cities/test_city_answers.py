"""Answers to what a kind asks are for those who handle it: no address gives them to anybody else."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import update

from reporter.cases.answers import Datatype
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.reports.models import Report
from tests.house.cities.homes import Home, go_to
from tests.house.cities.test_city_pages import (
    HOMES_HOST,
    Visitor,
    addresses,
    lists,
    the_officer,
    unpacked,
    visitor,
)
from tests.make import a_user

SAID = "第七根灯杆旁边的暗号"
ANSWERS = [
    {
        "code": "lamp", "datatype": str(Datatype.TEXT), "question_zh": "灯杆编号的暗号？", "question_en": "Lamp code?",
        "answer": [{"key": SAID, "zh": SAID, "en": SAID}],
    }
]  # fmt: skip


def shown(who: Visitor, paths: Iterator[tuple[str, str]]) -> set[str]:
    """Return the endpoints that say anything of it."""
    return {
        endpoint
        for endpoint, path in paths
        if any(
            word in unpacked(who.ask(path).get_data()).decode("utf-8", "replace") for word in (SAID, "暗号")
        )
    }


def test_nobody_but_who_handles_it_is_shown_an_answer(app: Flask, home: Home) -> None:
    go_to("jining")
    db.session.execute(update(Report).values(answers=ANSWERS))
    db.session.commit()
    officer, anybody, resident = the_officer(app, HOMES_HOST), visitor(app, HOMES_HOST), visitor(app, HOMES_HOST, a_user(Role.RESIDENT))  # fmt: skip
    paths = [*lists(app, home), *addresses(app, home, "GET")]

    told = [shown(who, iter(paths)) for who in (anybody, resident)]
    told_staff = shown(officer, iter(paths))

    assert told == [set(), set()]
    assert {
        "triage.report",
        "triage.case",
        "unit.case",
        "inspection.case",
        "pictures.case_file",
    } <= told_staff
