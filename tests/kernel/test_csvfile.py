"""A CSV file that somebody brings is read, or refused with the line that is wrong, its first one included."""

import pytest

from reporter.kernel.csvfile import read_csv
from reporter.kernel.errors import BadInput

pytestmark = pytest.mark.pure
LONG = "x" * 140_000  # more than one cell may hold


def test_lines_keep_their_numbers_where_empty_ones_are_left_out() -> None:
    columns, lines = read_csv("\ufeff day , name\n\n2027-02-05, 初六 \n , \n2027-02-06,\n".encode())

    assert columns == {"day", "name"}
    assert [cells for _, cells in lines] == [
        {"day": "2027-02-05", "name": "初六"},
        {"day": "2027-02-06", "name": ""},
    ]


@pytest.mark.parametrize("content", [f"day,{LONG}\n1,2\n", f"day,name\n1,{LONG}\n"])
def test_what_no_reader_takes_is_refused_wherever_it_stands(content: str) -> None:
    with pytest.raises(BadInput, match="not a CSV file") as refused:
        list(read_csv(content.encode())[1])

    assert refused.value.field == "file"
