"""Inside 微信's browser: the sign-in, the account it is tied to, the script on the report's page; elsewhere nothing."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reporter.accounts.commands.people import change_roles
from reporter.accounts.linking import link_wechat, wechat_key
from reporter.accounts.models import User, WeChatLink
from reporter.accounts.queries import user_behind_wechat, wechat_link_of
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.ports import Ports
from tests.desks.residents import a_city_to_report_in, a_file, filled, send
from tests.make import a_user

SignIn = Callable[..., FlaskClient]
IN_WECHAT = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MMWEBID/1 MicroMessenger/8.0.49.2600(0x28003135) WeChat/arm64"
PHONE = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36"
WECOM = IN_WECHAT + " wxwork/4.1"
SCRIPT = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"


@pytest.fixture
def inside(client_as: SignIn, fakes: Ports) -> SignIn:
    """Return a function that opens 微信's browser, in English, in a city that has an account there."""
    fakes.wechat.on = True  # type: ignore[attr-defined]

    def opened(user: User | None = None, agent: str = IN_WECHAT) -> FlaskClient:
        client = client_as(user)
        client.environ_base |= {"HTTP_USER_AGENT": agent, "HTTP_ACCEPT_LANGUAGE": "en"}
        return client

    return opened


def state_of(answer: TestResponse) -> str:
    return parse_qs(urlsplit(answer.location).query)["state"][0]


def come_back(client: FlaskClient, code: str, wanted: str = "/my") -> TestResponse:
    """Begin the sign-in and come back from 微信 with a code."""
    state = state_of(client.get(f"/wechat/in?next={wanted}"))
    return client.get(f"/wechat/back?code={code}&state={state}")


def linked(openid: str, **columns: object) -> User:
    user = a_user(**columns)  # type: ignore[arg-type]
    link_wechat(user, wechat_key(openid), by=user.actor)
    return user


def signed_in(client: FlaskClient) -> str | None:
    with client.session_transaction() as session:
        found: str | None = session.get("_user_id")
        return found and found.partition(".")[0]


def test_the_sign_in_is_offered_inside_wechat_alone(inside: SignIn, client_as: SignIn, fakes: Ports) -> None:
    offered = inside().get("/sign-in").text
    elsewhere = [inside(agent=agent).get("/sign-in").text for agent in (PHONE, WECOM)]
    fakes.wechat.on = False  # type: ignore[attr-defined]
    without = client_as().get("/sign-in", headers={"User-Agent": IN_WECHAT}).text

    assert "/wechat/in" in offered
    assert all("/wechat/in" not in page for page in [*elsewhere, without])


def test_whoever_linked_it_is_signed_in_and_led_on(inside: SignIn) -> None:
    user, client = linked("o-1"), inside()

    answer = come_back(client, "o-1", "/my/points")

    assert (answer.status_code, answer.location) == (302, "/my/points")
    assert signed_in(client) == str(user.id)


def test_the_way_to_wechat_names_our_own_address_and_a_state_of_this_session(inside: SignIn) -> None:
    answer = inside().get("/wechat/in?next=/my")

    query = parse_qs(urlsplit(answer.location).query)
    assert urlsplit(answer.location).netloc == "open.weixin.qq.com"
    assert query["redirect_uri"] == ["http://localhost/wechat/back"]
    assert len(query["state"][0]) >= 32


@pytest.mark.parametrize(
    "query", ["code=o-1&state=another", "code=o-1", "state={state}", "code=&state={state}"]
)
def test_an_answer_that_was_not_asked_for_signs_nobody_in(inside: SignIn, query: str) -> None:
    linked("o-1")
    client = inside()
    state = state_of(client.get("/wechat/in"))

    answer = client.get(f"/wechat/back?{query.format(state=state)}", follow_redirects=True)

    assert signed_in(client) is None
    assert "The sign-in with WeChat has run out." in answer.text


def test_an_answer_counts_once_and_for_ten_minutes(inside: SignIn, fakes: Ports) -> None:
    linked("o-1")
    client, late = inside(), inside()
    state, old = state_of(client.get("/wechat/in")), state_of(late.get("/wechat/in"))
    client.get(f"/wechat/back?code=o-1&state={state}")
    client.post("/sign-out")

    client.get(f"/wechat/back?code=o-1&state={state}")
    fakes.clock.move(timedelta(minutes=10))  # type: ignore[attr-defined]
    late.get(f"/wechat/back?code=o-1&state={old}")

    assert signed_in(client) is None
    assert signed_in(late) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("snapshot", "使用完整服务"),
        ("used", "The sign-in with WeChat has run out."),
        ("away", "WeChat does not answer at the moment. You can sign in in another way."),
    ],
)
def test_what_goes_wrong_at_wechat_is_said_with_the_way_out(inside: SignIn, code: str, words: str) -> None:
    client = inside()

    answer = come_back(client, code, "/my/points")
    page = client.get(answer.location).text

    assert "next=/my/points" in answer.location
    assert words in page
    assert 'name="password"' in page


def test_a_closed_account_stays_closed(inside: SignIn) -> None:
    linked("o-1", active=False)
    client = inside()

    answer = come_back(client, "o-1")

    assert signed_in(client) is None
    assert "This account is closed." in client.get(answer.location).text


def test_somebody_new_opens_an_account_with_a_name_alone(inside: SignIn) -> None:
    client = inside()
    first = client.get(come_back(client, "o-new", "/my/points").location).text

    unnamed = client.post("/wechat/open", data={"name": " "})
    opened = client.post("/wechat/open", data={"name": "其其格"})
    again = client.post("/wechat/open", data={"name": "其其格"})

    user = user_behind_wechat(wechat_key("o-new"))
    assert "Open an account with WeChat" in first
    assert unnamed.status_code == 422
    assert opened.location == "/my/points"
    assert user is not None
    assert (user.name, user.email, user.phone, user.roles) == ("其其格", None, None, ["resident"])
    assert signed_in(client) == str(user.id)
    assert again.status_code == 404


def test_an_account_of_wechat_alone_has_no_password_to_guess_and_stays_linked(inside: SignIn) -> None:
    client = inside()
    come_back(client, "o-new")
    client.post("/wechat/open", data={"name": "其其格"})

    page = client.get("/account").text
    stays = client.post("/wechat/unlink")
    guessed = inside().post("/sign-in", data={"login": "", "password": ""})

    assert "Unlink WeChat" not in page
    assert "Change the password" not in page
    assert stays.status_code == 409
    assert guessed.status_code == 422


def test_somebody_with_an_account_signs_in_once_and_links_it(inside: SignIn) -> None:
    user, client = a_user(locale="en", email="q@example.org", password="correct horse battery"), inside()  # noqa: S106
    come_back(client, "o-2")
    login = {"login": "q@example.org", "password": "correct horse battery", "next": "/wechat/first"}

    led = client.post("/sign-in", data=login)
    asked = client.get("/wechat/first").text
    client.post("/wechat/link")

    other = inside()
    come_back(other, "o-2")
    assert led.location == "/wechat/first"
    assert "Link this WeChat to your account?" in asked
    assert signed_in(other) == str(user.id)
    assert [entry.action for entry in trail_of(db.session.get_one(User, user.id))] == ["link_wechat"]


def test_a_wechat_belongs_to_one_account(inside: SignIn) -> None:
    linked("o-1")
    client = inside(a_user(locale="en"))
    come_back(client, "o-1")

    answer = client.post("/wechat/link")

    assert answer.status_code == 409
    assert "linked to another account already" in answer.text


def test_it_is_unlinked_and_another_one_takes_its_place(inside: SignIn) -> None:
    user = linked("o-1", locale="en", password="correct horse battery")  # noqa: S106
    client = inside(user)

    page = client.get("/account").text
    come_back(client, "o-2")
    client.post("/wechat/link")
    moved = wechat_link_of(user.id)
    client.post("/wechat/unlink")

    assert "WeChat has been linked since" in page
    assert moved is not None
    assert moved.key == wechat_key("o-2")
    assert wechat_link_of(user.id) is None
    assert db.session.scalar(select(func.count(WeChatLink.id))) == 0


def test_of_who_somebody_is_there_only_a_digest_is_kept() -> None:
    user = linked("oABC-123")

    link = wechat_link_of(user.id)

    assert link is not None
    assert "oABC" not in link.key
    assert len(link.key) == 32


def test_the_script_is_loaded_and_allowed_on_the_report_inside_wechat_alone(inside: SignIn) -> None:
    a_city_to_report_in()
    within, outside = inside().get("/report"), inside(agent=PHONE).get("/report")
    other = inside().get("/sign-in")

    policy = within.headers["Content-Security-Policy"]
    assert f'src="{SCRIPT}"' in within.text
    assert "script-src 'self' https://res.wx.qq.com;" in policy
    assert within.headers["Cache-Control"] == "no-store"
    for page in (outside, other):
        assert "res.wx.qq.com" not in page.text + page.headers["Content-Security-Policy"]


def test_the_report_is_sent_inside_wechat_without_any_script(inside: SignIn) -> None:
    kind = a_city_to_report_in()

    answer = send(inside(), filled(kind, photos=[a_file()]))

    assert answer.status_code == 302
    assert "/report/receipt/" in answer.location


def test_a_signature_is_given_for_our_own_pages_inside_wechat(inside: SignIn) -> None:
    asked = "/wechat/signature?page="

    given = inside().get(f"{asked}http://localhost/report")
    foreign = inside().get(f"{asked}https://evil.example/report")
    broken = inside().get(f"{asked}http://[")
    outside = inside(agent=PHONE).get(f"{asked}http://localhost/report")

    assert sorted(given.get_json()) == ["appId", "nonceStr", "signature", "timestamp"]
    assert [one.status_code for one in (foreign, broken, outside)] == [404, 404, 404]


def test_staff_are_neither_signed_in_by_wechat_nor_tied_to_it(inside: SignIn) -> None:
    staff = a_user(Role.DISPATCHER, locale="en")
    db.session.add(WeChatLink(user_id=staff.id, key=wechat_key("o-1"), linked_at=staff.created_at))
    db.session.commit()
    client, own = inside(), inside(staff)

    answer = come_back(client, "o-1")
    come_back(own, "o-2")
    refused = own.post("/wechat/link")

    assert "Staff sign in with their password." in client.get(answer.location).text
    assert signed_in(client) is None
    assert refused.status_code == 403
    assert user_behind_wechat(wechat_key("o-2")) is None


def test_who_is_appointed_loses_the_way_in_by_wechat(inside: SignIn) -> None:
    user = linked("o-1", phone="13847400001")

    change_roles(
        user, roles=[Role.DISPATCHER], unit_id=None, active=True, by=a_user(Role.SECURITY_ADMIN).actor
    )
    db.session.commit()

    assert wechat_link_of(user.id) is None
    assert trail_of(user)[-1].action == "change_roles"
