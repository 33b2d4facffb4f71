"""What the demo city asks, its history answers as a resident could."""

from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from reporter.cases.answers import answers_to
from reporter.cases.editing import default_kinds
from reporter.demo.asked import questions, said


@pytest.mark.pure
def test_every_question_is_of_a_kind_that_there_is_and_every_answer_can_be_read() -> None:
    kinds = {kind["slug"] for kind in default_kinds()}
    plain = {"variable": True, "required": False, "choices": []}

    assert {one["kind"] for one in questions()} <= kinds
    for kind in kinds:
        asked = [SimpleNamespace(**(plain | one)) for one in questions() if one["kind"] == kind]
        for number in range(6):
            answers, faults = answers_to(asked, said(kind, number), zone=ZoneInfo("Asia/Shanghai"))
            assert faults == []
            assert len(answers) == (len(asked) if number % 3 else 0)
