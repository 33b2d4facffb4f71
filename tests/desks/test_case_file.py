"""A case on paper holds the chain of custody of every photo."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.desks.pictures import pdf
from reporter.kernel.db import command, db
from reporter.kernel.policy import ANYONE, Role
from reporter.photos.commands.intake import take_in
from reporter.photos.commands.originals import open_original
from reporter.photos.models import PhoneClaims, Photo
from reporter.ports import Ports
from tests.make import HERE, a_case, a_category, a_photo, a_rule, a_unit, a_user, hand_in
from tests.photos import pictures

Open = Callable[..., FlaskClient]


def test_it_says_of_each_photo_where_it_comes_from_and_who_opened_it(client_as: Open, fakes: Ports) -> None:
    phone = PhoneClaims(at=fakes.clock.now(), lon=HERE[0], lat=HERE[1], in_app=True)
    seeds = range(2)
    photos = [
        take_in(pictures.jpeg(pictures.street(seed)), by=ANYONE, uploader_key="x", phone=phone)
        for seed in seeds
    ]
    case = a_case(State.HANDLING, photo_ids=[photo.id for photo in photos])
    redactor = a_user(Role.REDACTOR, name="编辑苏某")
    open_original(photos[0], "核对车牌", by=redactor.actor)

    page = client_as(redactor).get(f"/pictures/cases/{case.id}")

    assert page.status_code == 200
    assert case.number in page.text
    for photo in photos:
        assert page.text.count(photo.sha256) == 1
        assert f"/pictures/{photo.token}/1600.jpg" in page.text
    assert page.text.count("核对车牌") == 1
    assert page.text.count("编辑苏某") >= 1
    assert page.text.count("在本页用相机拍摄") == 2


def test_what_a_residents_phone_claims_stays_with_those_who_may_open_originals(
    client_as: Open, fakes: Ports
) -> None:
    unit = a_unit()
    phone = PhoneClaims(at=fakes.clock.now(), lon=HERE[0], lat=HERE[1], in_app=True)
    photo = take_in(pictures.jpeg(pictures.street(3)), by=ANYONE, uploader_key="x", phone=phone)
    case = a_case(State.HANDLING, unit=unit, photo_ids=[photo.id])

    pages = [
        client_as(a_user(role, unit=unit if role is Role.HANDLER else None))
        .get(f"/pictures/cases/{case.id}")
        .text
        for role in (Role.REDACTOR, Role.HANDLER, Role.INSPECTOR)
    ]

    assert ["在本页用相机拍摄" in page for page in pages] == [True, False, False]
    assert all(photo.sha256 in page for page in pages)


def test_it_says_what_the_case_is_why_it_lies_there_how_its_clocks_ran_and_what_came_of_it(
    client_as: Open, fakes: Ports
) -> None:
    unit, kind = a_unit("环卫二队"), a_category("乱倒垃圾", handle_limit="4h")
    a_rule(unit, kind)
    case = a_case(State.HANDLING, unit=unit, category=kind, words="垃圾堆了三天", photo_ids=[a_photo("a").id])
    handler = a_user(Role.HANDLER, unit=unit, name="周某")
    advance(case, Action.REQUEST_EXTENSION, by=handler.actor, reason="要调吊车", minutes=60)
    shift = a_user(Role.SHIFT_LEADER, name="值班长郑某")
    advance(case, Action.APPROVE_EXTENSION, by=shift.actor, reason="同意延时")
    hand_in(case, by=handler.actor)

    page = client_as(handler).get(f"/pictures/cases/{case.id}").text

    for said in (
        "垃圾堆了三天", "乱倒垃圾", "环卫二队", "WGS 84", "限时 4 小时", "昼夜连续计时",
        "要调吊车", "值班长郑某", "同意延时", "处理结果", 'class="sketch"', "<circle",
    ):  # fmt: skip
        assert said in page, said


def test_a_photo_taken_elsewhere_is_named_as_such(client_as: Open) -> None:
    case = a_case(State.HANDLING, photo_ids=[a_photo("far").id])
    place_of_the_only_photo(HERE[0] + 0.01, HERE[1])

    page = client_as(a_user(Role.INSPECTOR)).get(f"/pictures/cases/{case.id}").text

    assert "距案件地点 840 米：不是同一位置" in page


@command
def place_of_the_only_photo(lon: float, lat: float) -> None:
    db.session.execute(update(Photo).values(lon=lon, lat=lat))


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ACCEPTOR, 200), (Role.DISPATCHER, 200), (Role.SHIFT_LEADER, 200), (Role.INSPECTOR, 200),
        (Role.SUPERVISOR, 200), (Role.LEADER, 200), (Role.REDACTOR, 200), (Role.HANDLER, 403),
        (Role.FIRST_REVIEWER, 403), (Role.SYSTEM_ADMIN, 403), (Role.AUDIT_ADMIN, 403), (Role.RESIDENT, 403),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_the_centre_and_inspection_open_every_case_and_a_unit_its_own(
    client_as: Open, role: Role, status: int, ending: str
) -> None:
    unit, other = a_unit(), a_unit()
    case = a_case(State.HANDLING, unit=unit)

    foreign = client_as(a_user(role, unit=other)).get(f"/pictures/cases/{case.id}{ending}").status_code
    own = client_as(a_user(Role.HANDLER, unit=unit)).get(f"/pictures/cases/{case.id}{ending}").status_code

    there = 200 if pdf.INSTALLED or not ending else 404
    assert (foreign, own) == (there if status == 200 else status, there)


def test_who_opened_originals_is_said_only_to_who_may_open_them(client_as: Open) -> None:
    case = a_case(State.HANDLING, photo_ids=[a_photo().id])
    pages = {
        role: client_as(a_user(role)).get(f"/pictures/cases/{case.id}").text
        for role in (Role.ACCEPTOR, Role.REDACTOR)
    }

    assert "SHA-256" in pages[Role.ACCEPTOR]
    assert "还没有人打开过" not in pages[Role.ACCEPTOR]
    assert "还没有人打开过" in pages[Role.REDACTOR]


def test_a_case_that_does_not_exist_is_not_found(client_as: Open) -> None:
    assert client_as(a_user(Role.REDACTOR)).get("/pictures/cases/999999").status_code == 404


def test_without_the_extra_there_is_no_button_and_the_page_prints(
    client_as: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "INSTALLED", False)
    case, browser = a_case(State.HANDLING), client_as(a_user(Role.INSPECTOR))

    page, file = (browser.get(f"/pictures/cases/{case.id}{ending}") for ending in ("", ".pdf"))

    assert "data-print" in page.text
    assert ".pdf" not in page.text
    assert file.status_code == 404


def test_the_pdf_holds_the_clean_pictures_and_takes_what_looks_like_its_own_language_as_words(
    client_as: Open,
) -> None:
    case = a_case(
        State.HANDLING,
        title='#panic("x") *b* @r $a$ `c`',
        words='= #image("/etc/passwd") \\',
        photo_ids=[a_photo("pdf").id],
    )

    answer = client_as(a_user(Role.INSPECTOR)).get(f"/pictures/cases/{case.id}.pdf")

    assert answer.status_code == (200 if pdf.INSTALLED else 404)
    if not pdf.INSTALLED:
        return
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.data.count(b"/DCTDecode") == 1
    assert b"Exif" not in answer.data
    assert f"{case.number}.pdf" in answer.headers["Content-Disposition"]


def test_the_source_of_the_pdf_holds_nothing_that_anybody_typed() -> None:
    """What is typed comes in as JSON, and the source reads nothing but that."""
    source = pdf.SOURCE.read_text("utf-8")

    assert "{{" not in source
    assert "eval" not in source
    assert source.count("sys.inputs") == 1
