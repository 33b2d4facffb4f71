"""Organs that look after areas: read from a file, all or none; on the cases there, and on no other city's."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.cases.lifecycle import State
from reporter.kernel.db import enter_city
from reporter.kernel.errors import BadInput, NotAllowed, NotFound
from reporter.kernel.policy import SYSTEM, Role
from reporter.places.shapes import Level
from reporter.routing.pairings import (
    MOST_LINES,
    Pair,
    cases_of_patch,
    drop_pairing,
    import_pairs,
    paired_areas,
    pairings,
    pairings_at,
    read_pairs,
    save_pair,
)
from tests.desks.residents import a_file, post
from tests.make import a_case, a_city, a_unit, a_user, an_area
from tests.queries import counted

SignIn = Callable[..., FlaskClient]
FILE = "organ,area,contact,phone\n财政局,150902901,乌兰,0474-1\n城管一中队,150902902,,\n".encode()


def test_a_file_is_read_with_a_mark_at_its_beginning_and_empty_lines() -> None:
    pairs = read_pairs(b"\xef\xbb\xbf" + FILE + b",,,\n\n")

    assert pairs == [Pair("财政局", "150902901", "乌兰", "0474-1"), Pair("城管一中队", "150902902")]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"name,place\n", "columns"),
        (b"organ,area\n", "no line"),
        (b"organ,area\n,150902901\n", "organ is missing"),
        (b"organ,area\n" + b"a,1\n" * (MOST_LINES + 1), "more than"),
        (b"", "columns"),
    ],
)
def test_what_is_no_such_file_is_said(content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        read_pairs(content)

    assert caught.value.field == "file"


def test_a_file_is_taken_whole_and_again_changes_nothing() -> None:
    unit, _, area = a_unit("城管一中队"), an_area(code="150902901"), an_area(code="150902902")

    assert import_pairs(read_pairs(FILE), by=SYSTEM) == 2
    assert import_pairs(read_pairs(FILE), by=SYSTEM) == 0
    assert [(one.organ, one.unit_id) for one in pairings()] == [("财政局", None), ("城管一中队", unit.id)]
    assert paired_areas(unit.id) == [area.id]


@pytest.mark.parametrize("wrong", [Pair("教育局", "999"), Pair("财政局", "150902901")])
def test_of_a_file_with_a_fault_nothing_is_taken(wrong: Pair) -> None:
    an_area(code="150902901")

    with pytest.raises(BadInput):
        import_pairs([Pair("财政局", "150902901"), wrong], by=SYSTEM)

    assert pairings() == []


def test_only_a_system_administrator_changes_pairings() -> None:
    area, head = an_area(), a_user(Role.UNIT_HEAD).actor
    save_pair(Pair("财政局", area.code), by=a_user(Role.SYSTEM_ADMIN).actor)
    row = pairings()[0]

    acts: list[Callable[[], object]] = [
        lambda: save_pair(Pair("教育局", area.code), by=head),
        lambda: import_pairs([Pair("教育局", area.code)], by=head),
        lambda: drop_pairing(row.id, by=head),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    drop_pairing(row.id, by=SYSTEM)
    with pytest.raises(NotFound):
        drop_pairing(row.id, by=SYSTEM)


def test_who_looks_after_a_street_looks_after_what_lies_in_it() -> None:
    street, unit = an_area(), a_unit()
    community = an_area(level=Level.COMMUNITY, parent_id=street.id)
    grid, elsewhere = an_area(level=Level.GRID, parent_id=community.id), an_area()
    save_pair(Pair(unit.name_zh, street.code), by=SYSTEM)
    inside = [a_case(area_id=area.id) for area in (street, community, grid)]
    a_case(area_id=elsewhere.id)
    a_case(State.CLOSED, area_id=street.id)

    assert [one.unit_id for one in pairings_at(grid.id)] == [unit.id]
    assert pairings_at(elsewhere.id) == []
    assert pairings_at(None) == []
    assert {case.id for case in cases_of_patch(unit.id).rows} == {case.id for case in inside}
    assert cases_of_patch(a_unit().id).rows == []


def test_a_patch_of_many_areas_is_one_question() -> None:
    street, unit = an_area(), a_unit()
    save_pair(Pair(unit.name_zh, street.code), by=SYSTEM)
    counts = []
    for _ in range(2):
        for _more in range(5):
            an_area(level=Level.COMMUNITY, parent_id=street.id)
        with counted() as statements:
            cases_of_patch(unit.id)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_another_city_is_told_nothing() -> None:
    area, unit = an_area(), a_unit()
    save_pair(Pair(unit.name_zh, area.code), by=SYSTEM)
    case, row = a_case(area_id=area.id), pairings()[0]
    assert case.area_id == area.id

    enter_city(a_city().id)

    assert (pairings(), pairings_at(area.id), paired_areas(unit.id)) == ([], [], [])
    assert cases_of_patch(unit.id).rows == []
    with pytest.raises(NotFound):
        drop_pairing(row.id, by=SYSTEM)


def test_the_page_takes_one_pairing_and_a_file_and_keeps_what_was_typed(client_as: SignIn) -> None:
    an_area(code="150902901")
    an_area(code="150902902")
    admin = client_as(a_user(Role.SYSTEM_ADMIN))

    wrong = admin.post("/admin/pairings", data={"organ": "财政局", "area": "1", "contact": "乌兰"})
    right = admin.post("/admin/pairings", data={"organ": "财政局", "area": "150902901", "contact": "乌兰"})
    file = post(admin, "/admin/pairings/file", {"file": a_file(FILE, "pairs.csv")})
    bad = post(admin, "/admin/pairings/file", {"file": a_file(b"x", "pairs.csv")})

    assert [one.status_code for one in (wrong, right, file, bad)] == [422, 302, 302, 422]
    assert 'value="乌兰"' in wrong.text
    assert [one.organ for one in pairings()] == ["财政局", "城管一中队"]


def test_the_paired_organ_stands_on_the_case_and_its_unit_sees_its_patch(client_as: SignIn) -> None:
    street, unit = an_area(), a_unit("教育局")
    save_pair(Pair("教育局", street.code, "其木格", "0474-4"), by=SYSTEM)
    case = a_case(State.DISPATCHED, area_id=street.id, unit=a_unit("环卫一队"))

    page = client_as(a_user(Role.DISPATCHER)).get(f"/triage/cases/{case.id}").text
    patch = client_as(a_user(Role.HANDLER, unit=unit)).get("/unit/patch").text

    assert "教育局（其木格 0474-4）" in page
    assert case.number in patch
    assert "环卫一队" in patch
