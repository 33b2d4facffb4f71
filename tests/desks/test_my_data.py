"""The page of one's own data: what it says, what it hands over, how a contact is put right, how an account ends."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from reporter.accounts.commands.identity import keep_real_name
from reporter.accounts.queries import get_user, user_by_login
from reporter.desks.accounts import exporting
from reporter.kernel.policy import Role
from reporter.reports.commands.triage import request_info
from reporter.reports.queries import get_report
from tests.make import a_category, a_moderator, a_question, a_report, a_user
from tests.notices.posting import letters, texts, work

Client = Callable[..., FlaskClient]
PHONE, MAIL, SECRET = "13847412345", "qiqige@example.org", "a good long password"


def archive_of(content: bytes) -> tuple[dict[str, Any], list[str]]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return json.loads(archive.read("data.json")), sorted(archive.namelist())


def test_the_page_says_what_is_kept_and_shows_contacts_masked(client_as: Client) -> None:
    user = a_user(phone=PHONE, email=MAIL, name="小其")
    keep_real_name(user, "其其格", by=user.actor)

    page = client_as(user).get("/my/data").text

    assert "138****2345" in page
    assert "q***@example.org" in page
    assert not any(word in page for word in (PHONE, MAIL, "其其格"))


def test_the_copy_holds_everything_and_nothing_of_anybody_else(client_as: Client) -> None:
    user, other = a_user(phone=PHONE, email=MAIL, name="小其"), a_user()
    keep_real_name(user, "其其格", by=user.actor)
    kind = a_category()
    a_question(kind, "lamp", question_zh="灯杆编号？")
    report = a_report(
        by=user.actor, contact=PHONE, words="沙发挡路", photos=2, category=kind, answers={"lamp": ["K-12"]}
    )
    theirs = a_report(by=other.actor, words="别人的事", photos=1)
    request_info(report, "哪个门？", by=a_moderator().actor)

    answer = client_as(user).get("/my/data.zip")
    data, names = archive_of(answer.data)

    assert "no-store" in answer.headers["Cache-Control"]
    assert data["account"] | {"since": ""} == {
        "called": "小其", "real_name": "其其格", "phone": PHONE, "mail": MAIL, "language": "", "since": "",
        "signs_in_with_wechat": False,
    }  # fmt: skip
    (own,) = data["reports"]
    assert (own["number"], own["words"], own["contact"]) == (report.number, "沙发挡路", PHONE)
    assert own["answers"] == [{"question": "灯杆编号？", "answer": "K-12"}]
    assert [one["words"] for one in own["messages"]] == ["哪个门？"]
    assert names == sorted(["data.json", *own["pictures"]])
    assert len(own["pictures"]) == 2
    assert theirs.number not in str(data)
    assert "别人的事" not in str(data)


def test_many_reports_come_in_several_files(client_as: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "REPORTS", 2)
    user = a_user(email=MAIL)
    numbers = [a_report(by=user.actor).number for _ in range(3)]
    client = client_as(user)

    first, _ = archive_of(client.get("/my/data.zip").data)
    second, _ = archive_of(client.get(str(first["more_reports"])).data)

    said = [one["number"] for data in (first, second) for one in data["reports"]]
    assert said == numbers[::-1]
    assert "account" not in second
    assert second["more_reports"] == ""


def test_nobody_who_is_not_signed_in_gets_anything(client_as: Client) -> None:
    client = client_as()

    answers = [
        client.get(path).status_code
        for path in ("/my/data", "/my/data.zip", "/my/data/erase", "/my/data/contact")
    ]

    assert answers == [302] * 4


def code_in(words: str) -> str:
    found = re.search(r"\d{6}", words)
    assert found is not None
    return found[0]


def test_a_contact_is_put_right_by_a_code_to_the_new_one_and_one_to_the_old(client_as: Client) -> None:
    user = a_user(email=MAIL)
    client, elsewhere = client_as(user), client_as(user)

    asked = client.post("/my/data/contact", data={"contact": PHONE})
    work()
    new, own = code_in(texts()[-1][1]), code_in(letters()[-1].subject)
    page = client.get(asked.location)
    alone = client.post("/my/data/contact/enter", data={"code": new})
    wrong = client.post("/my/data/contact/enter", data={"code": new, "own_code": "no"})
    before = get_user(user.id).phone
    right = client.post("/my/data/contact/enter", data={"code": new, "own_code": own})

    assert (texts()[-1][0], letters()[-1].to) == (PHONE, MAIL)
    assert "138****2345" in page.text
    assert "q***@example.org" in page.text
    assert [alone.status_code, wrong.status_code, before] == [422, 422, None]
    assert 'id="own_code-err"' in wrong.text
    assert f'value="{new}"' in wrong.text
    assert right.location == "/my/data"
    assert get_user(user.id).phone == PHONE
    assert client.get("/my/data").status_code == 200
    assert "/sign-in" in elsewhere.get("/my/data").location  # other browsers are signed out


def test_a_contact_is_put_right_by_the_password_where_there_is_one(client_as: Client) -> None:
    user = a_user(email=MAIL, password=SECRET)
    client = client_as(user)

    asked = client.post("/my/data/contact", data={"contact": PHONE})
    work()
    new = code_in(texts()[-1][1])
    page = client.get(asked.location)
    wrong = client.post("/my/data/contact/enter", data={"code": new, "password": "not this one"})
    before = get_user(user.id).phone
    right = client.post("/my/data/contact/enter", data={"code": new, "password": SECRET})

    assert letters() == []
    assert 'name="own_code"' not in page.text
    assert 'id="password-err"' in wrong.text
    assert f'value="{new}"' in wrong.text
    assert [wrong.status_code, before] == [422, None]
    assert right.location == "/my/data"
    assert client.get("/my/data").status_code == 200
    assert get_user(user.id).phone == PHONE


def test_whoever_guesses_the_password_for_another_contact_waits(watched: FlaskClient) -> None:
    a_user(email=MAIL, password=SECRET)
    watched.post("/sign-in", data={"login": MAIL, "password": SECRET})
    watched.post("/my/data/contact", data={"contact": PHONE})

    answers = [
        watched.post("/my/data/contact/enter", data={"code": "123456", "password": "not this one"})
        for _ in range(6)
    ]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "Retry-After" in answers[-1].headers


def test_with_number_and_address_one_chooses_where_the_proof_goes(client_as: Client) -> None:
    client = client_as(a_user(email=MAIL, phone=PHONE))

    page = client.get("/my/data").text
    unsaid = client.post("/my/data/contact", data={"contact": "13800009999", "own": "no"})
    client.post("/my/data/contact", data={"contact": "13800009999", "own": "email"})
    work()

    assert 'name="own"' in page
    assert unsaid.status_code == 422
    assert 'value="13800009999"' in unsaid.text
    assert [letter.to for letter in letters()] == [MAIL]
    assert [to for to, _ in texts()] == ["13800009999"]


def test_codes_that_were_tried_too_often_hold_no_more_and_that_is_said(client_as: Client) -> None:
    client = client_as(a_user(email=MAIL))
    client.post("/my/data/contact", data={"contact": PHONE})

    answers = [client.post("/my/data/contact/enter", data={"code": "no", "own_code": "no"}) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422] * 4 + [302]
    assert client.get("/my/data/contact").location == "/my/data"


@pytest.mark.parametrize("typed", ["", "nobody", MAIL])
def test_a_contact_that_will_not_do_is_said_at_its_field_and_kept(client_as: Client, typed: str) -> None:
    answer = client_as(a_user(email=MAIL)).post("/my/data/contact", data={"contact": typed})

    assert answer.status_code == 422
    assert 'id="contact-err"' in answer.text
    assert f'value="{typed}"' in answer.text


def test_an_account_ends_with_the_password_and_its_browser_is_signed_out(client_as: Client) -> None:
    user = a_user(email=MAIL, password=SECRET)
    report = a_report(by=user.actor)
    client = client_as(user)

    wrong = client.post("/my/data/erase", data={"password": "not this one"})
    right = client.post("/my/data/erase", data={"password": SECRET})

    assert wrong.status_code == 422
    assert 'id="password-err"' in wrong.text
    assert right.location == "/"
    assert client.get("/account").status_code == 302
    assert get_report(report.id).reporter_id is None


def test_an_account_without_a_password_ends_with_a_fresh_code(client_as: Client) -> None:
    user = a_user(email=MAIL)
    client = client_as(user)

    before = client.post("/my/data/erase", data={"code": "123456"})
    client.post("/my/data/erase/code")
    work()
    code = re.search(r"\d{6}", letters()[-1].subject)
    assert code is not None
    wrong = client.post("/my/data/erase", data={"code": "no"})
    right = client.post("/my/data/erase", data={"code": code[0]})

    assert [before.status_code, wrong.status_code] == [422, 422]
    assert 'id="code-err"' in wrong.text
    assert right.location == "/"
    assert user_by_login(MAIL) is None


def test_another_browser_of_somebody_who_has_gone_is_signed_out_too(client_as: Client) -> None:
    user = a_user(email=MAIL, password=SECRET)
    here, there = client_as(user), client_as(user)

    here.post("/my/data/erase", data={"password": SECRET})

    assert there.get("/account").status_code == 302


def test_staff_see_their_data_and_are_offered_no_end(client_as: Client) -> None:
    client = client_as(a_user(Role.ACCEPTOR, email=MAIL, password=SECRET))

    page, refused = client.get("/my/data"), client.post("/my/data/erase", data={"password": SECRET})

    assert page.status_code == 200
    assert "/my/data/erase" not in page.text
    assert refused.status_code == 403
    assert client.get("/account").status_code == 200
