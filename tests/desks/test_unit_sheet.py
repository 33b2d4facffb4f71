"""A unit's list as a workbook: what stands in its cells, of which kind they are, and how long it may be."""

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.cases.lifecycle import State
from reporter.desks.unit import sheet
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.routing.models import Unit
from tests.make import a_case, a_unit, a_user
from tests.queries import counted

Client = Callable[..., FlaskClient]
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no zones


def cells(content: bytes, number: int = 1) -> list[list[object]]:
    """Return the rows of sheet `number`: text, moments as the workbook says them, None for an empty cell."""
    book = zipfile.ZipFile(BytesIO(content))
    root = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - our own file
    assert not list(root.iter(f"{SPACE}f"))  # a formula
    return [_values(row) for row in root.iter(f"{SPACE}row")]


def _values(row: ET.Element) -> list[object]:
    values: list[object] = []
    for cell in row:
        place = ord(cell.attrib["r"][0]) - ord("A")  # no sheet of ours has more than 26 columns
        values += [None] * (place - len(values)) + [_value(cell)]
    return values


def _value(cell: ET.Element) -> object:
    if cell.get("t") == "inlineStr":
        return "".join(cell.itertext())
    number = cell.findtext(f"{SPACE}v")
    return None if number is None else FIRST_DAY + timedelta(seconds=round(86400 * float(number)))


@pytest.fixture
def browser(client_as: Client, handler: User) -> FlaskClient:
    """Return the handler's browser."""
    return client_as(handler)


def test_a_row_says_what_the_card_says_with_dates_as_dates_of_the_citys_zone(
    browser: FlaskClient, unit: Unit
) -> None:
    case = a_case(State.HANDLING, unit=unit, title="占了人行道", urgent=True)

    answer = browser.get("/unit/list.xlsx?at=work")
    headings, row = cells(answer.data)
    told = dict(zip(headings, row, strict=False))

    assert answer.status_code == 200
    assert answer.mimetype == sheet.KIND
    assert told["Number"] == case.number
    assert told["What it is about"] == "占了人行道"
    assert told["State"] == "handling"
    assert told["Light"] == "Enough time"
    assert told["Claimed"] == datetime(2026, 11, 23, 14, 0)  # noqa: DTZ001 - 06:00 UTC as the city's clock shows it
    assert told["Notable"] == "urgent"
    assert "xSplit" in zipfile.ZipFile(BytesIO(answer.data)).read("xl/worksheets/sheet1.xml").decode()


def test_headings_are_chinese_for_who_reads_chinese_and_the_file_is_named_after_unit_list_and_day(
    client_as: Client, unit: Unit
) -> None:
    answer = client_as(a_user(Role.HANDLER, unit=unit)).get("/unit/list.xlsx?at=claim")

    assert cells(answer.data)[0][:3] == ["案件编号", "事项", "类别"]
    named = answer.headers["Content-Disposition"]
    assert named.startswith("attachment")
    assert "filename*=UTF-8''%E7%8E%AF%E5%8D%AB%E4%B8%80%E9%98%9F-" in named
    assert named.endswith("-2026-11-23.xlsx")


@pytest.mark.parametrize("typed", ["=1+1", "@SUM(A1)", "+86", "-1", '=HYPERLINK("x")', "https://example.org", "007"])  # fmt: skip
def test_what_somebody_typed_stays_text(browser: FlaskClient, unit: Unit, typed: str) -> None:
    a_case(State.HANDLING, unit=unit, title=typed, address=typed, words=typed)

    _, row = cells(browser.get("/unit/list.xlsx?at=work").data)

    assert row.count(typed) == 3


def test_what_was_reported_is_in_the_sheet_without_numbers_that_say_who_it_was(
    browser: FlaskClient, unit: Unit
) -> None:
    a_case(State.HANDLING, unit=unit, words="找我 13847400001")

    headings, row = cells(browser.get("/unit/list.xlsx?at=work").data)

    assert dict(zip(headings, row, strict=False))["As reported"] == "找我 ＊＊＊"


def test_a_list_longer_than_a_workbook_may_be_ends_there_and_says_so(
    browser: FlaskClient, unit: Unit, monkeypatch: pytest.MonkeyPatch, fakes: Ports
) -> None:
    monkeypatch.setattr(sheet, "MOST", 5)
    monkeypatch.setattr(sheet, "AT_A_TIME", 2)
    numbers = []
    for _ in range(6):
        numbers.append(a_case(State.HANDLED, unit=unit).number)
        fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock

    content = browser.get("/unit/list.xlsx?at=check").data

    assert [row[0] for row in cells(content)[1:]] == numbers[:5]
    assert ["Cases", "The list is longer: these are the first 5 cases."] in cells(content, 2)


def test_a_longer_list_asks_the_database_no_more(browser: FlaskClient, unit: Unit) -> None:
    a_case(State.HANDLING, unit=unit)
    browser.get("/unit/list.xlsx")
    with counted() as few:
        browser.get("/unit/list.xlsx")
    for _ in range(9):
        a_case(State.HANDLING, unit=unit)

    with counted() as many:
        content = browser.get("/unit/list.xlsx").data

    assert len(cells(content)) == 11
    assert len(many) == len(few)


def test_every_list_has_its_workbook_and_none_holds_anothers_cases(browser: FlaskClient, unit: Unit) -> None:
    shut = a_case(State.CLOSED, unit=unit)
    a_case(State.HANDLING, unit=a_unit("别的单位"))

    numbers = {
        at: [row[0] for row in cells(browser.get(f"/unit/list.xlsx?at={at}").data)[1:]]
        for at in ("claim", "work", "check", "rework", "done")
    }

    assert numbers == {"claim": [], "work": [], "check": [], "rework": [], "done": [shut.number]}


def test_a_list_that_does_not_exist_is_refused_and_nobody_but_a_unit_gets_one(
    client_as: Client, browser: FlaskClient
) -> None:
    assert browser.get("/unit/list.xlsx?at=zzz").status_code == 422
    assert client_as(a_user(Role.INSPECTOR)).get("/unit/list.xlsx").status_code == 403
