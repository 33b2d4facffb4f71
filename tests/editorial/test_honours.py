"""The honour list: nobody is named who has not agreed, everybody goes when their days are over or they say so."""

from datetime import timedelta

import pytest

from reporter.editorial.commands.honours import (
    write_honour,
)
from reporter.editorial.lifecycle import State
from reporter.editorial.queries import honoured, today
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Role
from reporter.ports import ports
from tests.editorial.pieces import a_deed, an_honour
from tests.make import a_user


def test_an_entry_is_shown_up_to_its_last_day() -> None:
    an_honour(State.PUBLISHED, until=today() + timedelta(days=1))

    seen = []
    for _day in range(3):
        seen.append(len(honoured().rows))
        ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]

    assert seen == [1, 1, 0]


def test_the_newest_stand_first_a_page_at_a_time() -> None:
    made = [an_honour(State.PUBLISHED, name=f"第{number}队").id for number in range(5)]

    first = honoured(size=3)
    rest = honoured(after=first.after, size=3)

    assert [row.id for row in (*first.rows, *rest.rows)] == made[::-1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("deed", "长" * 201), ("deed", "家住3号楼2单元"), ("deed", "电话13847400001"), ("day", 1), ("until", -1),
        ("until", 400),
    ],
)  # fmt: skip
def test_words_and_days_that_cannot_be_are_refused_with_their_field(field: str, value: str | int) -> None:
    given = value if isinstance(value, str) else today() + timedelta(days=value)

    with pytest.raises(BadInput) as refused:
        write_honour(a_deed(**{field: given}), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == field
