"""What a post's words may hold, field by field."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.board.commands.words import TITLE_AT_MOST, refuse_text, word
from reporter.board.lifecycle import State
from reporter.board.queries import get_exposure
from reporter.kernel.errors import BadInput, NotAllowed, WrongStep
from reporter.kernel.policy import Role
from tests.board.posts import GOOD, an_exposure
from tests.make import a_user


def test_the_words_are_kept_without_blanks_around_them() -> None:
    exposure = an_exposure()

    word(exposure, replace(GOOD, title=" 解放大街占道，已整改 \n", days=60), by=a_user(Role.REDACTOR).actor)

    after = get_exposure(exposure.id)
    assert (after.title, after.days, after.no_minor) == ("解放大街占道，已整改", 60, True)
    assert after.state is State.REDACTING


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "长" * (TITLE_AT_MOST + 1)),
        ("title", "蒙J·12345 占盲道，已清"),
        ("summary", "联系电话 13800001234"),
        ("summary", "身份证 152626199001011234"),
        ("summary", "业主王某某不听劝告"),
        ("summary", "素质低，已教育"),
        ("road", "阳光小区3号楼2单元"),
        ("road", "路" * 61),
        ("basis", "条" * 301),
        ("basis_source", "网" * 121),
        ("basis_date", "日" * 41),
    ],
)
def test_what_must_not_be_public_is_refused_on_its_field(field: str, text: str) -> None:
    exposure = an_exposure()
    changes: dict[str, Any] = {field: text}

    with pytest.raises(BadInput) as refused:
        word(exposure, replace(GOOD, **changes), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == field
    assert get_exposure(exposure.id).state is State.PROPOSED


@pytest.mark.parametrize("days", [0, 91, -5])
def test_a_post_is_not_shown_for_ever(days: int) -> None:
    with pytest.raises(BadInput) as refused:
        word(an_exposure(), replace(GOOD, days=days), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == "days"


def test_nobody_but_a_redactor_words() -> None:
    with pytest.raises(NotAllowed):
        word(an_exposure(), GOOD, by=a_user(Role.SECOND_REVIEWER).actor)


def test_words_do_not_move_once_reviewers_look() -> None:
    exposure = an_exposure(State.SECOND_REVIEW)

    with pytest.raises(WrongStep):
        word(exposure, replace(GOOD, title="另一个"), by=a_user(Role.REDACTOR).actor)


@pytest.mark.pure
@given(
    before=st.text("解放大街占道已清，。 ", max_size=12),
    number=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    after=st.text("请联系谢 ，。", max_size=12),
)
def test_a_phone_number_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    with pytest.raises(BadInput):
        refuse_text("summary", before + number + after, 500)
