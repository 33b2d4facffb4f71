"""What a resident follows, by its pages; the way out by link, without signing in."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from reporter.accounts.commands.own import Proof
from reporter.board.commands.exposures import withdraw
from reporter.board.queries import get_exposure
from reporter.following.commands.stopping import token_to_stop
from reporter.following.queries import follower_of, follows_of
from reporter.following.rules import Rhythm, What
from reporter.kernel.policy import Role
from reporter.notices.commands.leaving import erase_account
from reporter.places.geometry import coarsen
from reporter.reports.commands.intake import Spot
from tests.following.following import EIGHT, a_post, digests, follows, sent, ticked
from tests.make import HERE, a_report, a_user, an_area, the_kind

Client = Callable[..., FlaskClient]
PLACE = {"what": "place", "lon": HERE[0], "lat": HERE[1], "radius_m": "500", "name": "在家"}
SECRET = "a good long password"
REST = {"kind": "", "rhythm": "", "area_id": ""}


def test_a_place_an_area_and_a_kind_are_followed_by_the_form(client_as: Client) -> None:
    area, user = an_area("桥东街道"), a_user()
    kind, client = the_kind(), client_as(user)

    answers = [
        client.post("/my/following/new", data=REST | one)
        for one in (PLACE, {"what": "area", "area_id": area.id}, {"what": "city", "kind": kind.slug, "rhythm": "weekly"})
    ]  # fmt: skip
    page = client.get("/my/following").text

    assert [answer.location for answer in answers] == ["/my/following"] * 3
    assert [row.what for row in follows_of(user.id)] == list(What)
    assert all(words in page for words in ("在家周边", "500", "桥东街道", kind.name_zh, "每周一次"))


@pytest.mark.parametrize(
    ("sent_in", "words"),
    [
        (PLACE | {"lon": "", "lat": ""}, "请在地图上标注地点"),
        (PLACE | {"lon": "nan"}, "zz"),
        (PLACE | {"lon": "2.35", "lat": "48.85"}, "zz"),
        (PLACE | {"radius_m": "3"}, "zz"),
        ({"what": "area"}, "请选择区域"),
        ({"what": "everything"}, "zz"),
    ],
)
def test_what_cannot_be_followed_comes_back_as_it_was_filled_in(
    client_as: Client, sent_in: dict[str, Any], words: str
) -> None:
    an_area()
    user = a_user()

    answer = client_as(user).post("/my/following/new", data=REST | {"name": "在家"} | sent_in)

    assert answer.status_code == 422
    assert words in answer.text or words == "zz"
    assert 'id="errors"' in answer.text
    assert 'value="在家"' in answer.text
    assert list(follows_of(user.id)) == []


def test_around_a_post_one_press_is_enough_and_two_are_no_more(client_as: Client) -> None:
    one, user = a_post(), a_user()
    client = client_as(user)
    page = client.get(f"/board/{one.public_id}").text
    assert f'action="/my/following/post/{one.public_id}"' in page

    for _ in range(2):
        answer = client.post(f"/my/following/post/{one.public_id}")

    assert answer.location == "/my/following"
    assert [row.point for row in follows_of(user.id)] == [(one.lon, one.lat)]


def test_whoever_is_not_signed_in_is_led_by_the_sign_in_to_the_form_as_it_was_wished(
    client_as: Client,
) -> None:
    one = a_post()
    page = client_as().get(f"/board/{one.public_id}").text
    (way,) = re.findall(r'href="(/my/following/new\?post=[^"]+)"', page)

    to_sign_in = client_as().get(way).location
    form = client_as(a_user()).get(way).text

    assert to_sign_in.startswith("/sign-in?next=")
    assert f'name="lon" type="hidden" value="{one.lon}"' in form
    assert f'value="{one.road}"' in form


def test_around_ones_report_one_press_is_enough_and_two_are_no_more(client_as: Client) -> None:
    report, user = a_report(spot=Spot("picked", *HERE, address="解放大街" * 9)), a_user()
    client = client_as(user)
    page = client.get(f"/track/{report.code}").text
    assert f'action="/my/following/report/{report.code}"' in page

    for _ in range(2):
        answer = client.post(f"/my/following/report/{report.code}")

    assert answer.location == "/my/following"
    (row,) = follows_of(user.id)
    assert row.point == coarsen(report.lon, report.lat)
    assert row.name == report.address[:30]


def test_a_code_that_is_nobodys_follows_nothing(client_as: Client) -> None:
    an_area()
    user = a_user()

    answer = client_as(user).post("/my/following/report/7KQM94TX2B8R5HWD")

    assert answer.status_code == 404
    assert list(follows_of(user.id)) == []


def test_whoever_is_not_signed_in_is_led_from_the_report_by_its_code_which_tells_no_place(
    client_as: Client,
) -> None:
    report = a_report(spot=Spot("picked", *HERE, address="解放大街12号"))
    page = client_as().get(f"/track/{report.code}").text
    (way,) = re.findall(r'href="(/my/following/new\?report=[^"]+)"', page)

    to_sign_in = client_as().get(way).location
    form = client_as(a_user()).get(way).text

    assert way == f"/my/following/new?report={report.code}"
    assert to_sign_in.startswith("/sign-in?next=")
    assert f'name="lon" type="hidden" value="{report.lon}"' in form
    assert 'value="解放大街12号"' in form


def test_the_map_and_the_board_lead_to_what_they_are_narrowed_to(client_as: Client) -> None:
    a_post()
    area, kind = an_area("新区"), the_kind()

    pages = [client_as().get(f"/{page}?kind={kind.slug}&area={area.id}").text for page in ("map", "board")]

    form = client_as(a_user()).get(f"/my/following/new?kind={kind.slug}&area={area.id}").text
    assert all(f"/my/following/new?kind={kind.slug}&amp;area={area.id}" in page for page in pages)
    assert f'<option selected value="{area.id}">' in form
    assert f'<option selected value="{kind.slug}">' in form


def test_a_subscription_is_changed_paused_taken_up_again_and_removed(client_as: Client) -> None:
    an_area()
    user = a_user()
    row, client = follows(user, What.PLACE, name="在家"), client_as(user)
    here = f"/my/following/{row.id}"
    assert 'value="在家"' in client.get(here).text

    client.post(here, data=REST | PLACE | {"radius_m": "2000", "name": "单位"})
    changed = [(one.radius_m, one.name) for one in follows_of(user.id)]
    client.post(f"{here}/pause", data={"on": "1"})
    paused = [one.paused for one in follows_of(user.id)]
    client.post(f"{here}/pause", data={"on": "0"})
    going_on = [one.paused for one in follows_of(user.id)]
    client.post(f"{here}/remove")

    assert (changed, paused, going_on, list(follows_of(user.id))) == ([(2000, "单位")], [True], [False], [])
    assert client.get(here).status_code == 404


def test_when_everything_is_told_is_set_in_the_citys_time(client_as: Client) -> None:
    user = a_user()
    follows(user)
    client = client_as(user)

    kept = client.post("/my/following/when", data={"rhythm": "weekly", "weekday": "3", "hour": "19"})
    refused = client.post("/my/following/when", data={"rhythm": "weekly", "weekday": "3", "hour": "3"})

    follower = follower_of(user.id)
    assert follower is not None
    assert (kept.status_code, refused.status_code) == (302, 422)
    assert (follower.rhythm, follower.weekday, follower.hour) == (Rhythm.WEEKLY, 3, 19)
    assert str(follower.next_at) == "2026-11-26 11:00:00+00:00"


def test_a_digest_leads_from_the_bell_to_the_posts_that_are_on_show(client_as: Client) -> None:
    user, stranger = a_user(), a_user()
    follows(user)
    one, gone = a_post(), a_post()
    ticked(EIGHT)
    withdraw(get_exposure(gone.id), "当事人已登报致歉", by=a_user(Role.LEADER).actor)
    (way,) = re.findall(r'href="(/my/following/digests/\d+)"', client_as(user).get("/notices/").text)

    page = client_as(user).get(way).text

    assert (f"/board/{one.public_id}" in page, f"/board/{gone.public_id}" in page) == (True, False)
    assert client_as(stranger).get(way).status_code == 404
    assert client_as().get(way).status_code == 302


def test_the_letter_names_posts_and_ends_at_one_press_as_rfc_8058_has_it(client_as: Client) -> None:
    user = a_user(locale="en")
    follows(user)
    one = a_post()
    ticked(EIGHT)
    (letter,) = sent()
    (address,) = re.findall(r"<(.+)>", letter.headers["List-Unsubscribe"])
    stop = urlsplit(address).path

    looked = [client_as().get(stop), client_as().head(stop)]
    still = [row.paused for row in follows_of(user.id)]
    pressed = client_as().post(stop, data={"List-Unsubscribe": "One-Click"})
    again = client_as().post(stop, data={"List-Unsubscribe": "One-Click"})

    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.subject == "1 new post where you follow"
    assert all(f"/board/{one.public_id}" in text and one.title in text for text in (letter.text, letter.html))
    assert [answer.status_code for answer in looked] == [200, 200]
    assert still == [False]
    assert (pressed.status_code, again.status_code) == (200, 200)
    assert [row.paused for row in follows_of(user.id)] == [True]


def test_one_link_ends_one_subscription_and_no_other(client_as: Client) -> None:
    an_area()
    user = a_user()
    first, second = follows(user), follows(user, What.PLACE)

    answer = client_as().post(f"/my/following/stop/{token_to_stop(user.id, second.id)}")

    assert answer.status_code == 200
    assert {row.id: row.paused for row in follows_of(user.id)} == {first.id: False, second.id: True}


def test_a_forged_link_ends_nothing(client_as: Client) -> None:
    user = a_user()
    follows(user)
    token = token_to_stop(user.id)

    answers = [client_as().post(f"/my/following/stop/{one}") for one in (token[:-1], f"{token}x", "x")]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert [row.paused for row in follows_of(user.id)] == [False]


def test_the_link_of_what_was_removed_says_so(client_as: Client) -> None:
    user = a_user()
    row = follows(user)
    client_as(user).post(f"/my/following/{row.id}/remove")
    stop = f"/my/following/stop/{token_to_stop(user.id, row.id)}"

    looked, pressed = client_as().get(stop), client_as().post(stop)

    assert (looked.status_code, pressed.status_code) == (200, 200)
    assert "您已删除此项关注" in looked.text


def test_letters_of_what_is_followed_can_be_switched_off_and_the_bell_stays(client_as: Client) -> None:
    user = a_user()
    follows(user)
    client_as(user).post(
        "/notices/settings",
        data={"mail": ["progress"], "sms": [], "quiet_from": "22:00", "quiet_to": "07:00", "digest_hour": "8", "most": "10"},
    )  # fmt: skip
    a_post()

    ticked(EIGHT)

    assert (len(digests()), sent()) == (1, [])


def test_somebody_who_wants_quiet_until_later_gets_the_letter_later(client_as: Client) -> None:
    user = a_user()
    follows(user)
    client_as(user).post(
        "/notices/settings",
        data={
            "mail": ["followed"],
            "quiet_from": "22:00",
            "quiet_to": "09:30",
            "digest_hour": "8",
            "most": "10",
        },
    )
    a_post()

    ticked(EIGHT)

    assert (len(digests()), sent()) == (1, [])


def test_the_copy_of_ones_data_holds_what_is_followed_and_erasing_takes_it_away(client_as: Client) -> None:
    an_area()
    user = a_user(password=SECRET)
    follows(user, What.PLACE, name="在家")
    a_post()
    ticked(EIGHT)
    ticked(EIGHT + timedelta(minutes=1))

    with ZipFile(BytesIO(client_as(user).get("/my/data.zip").data)) as archive:
        copy = archive.read("data.json").decode()
    erase_account(user, Proof(password=SECRET), by=user.actor)

    assert all(words in copy for words in ("在家", "113.109", '"posts": 1'))
    assert (list(follows_of(user.id)), follower_of(user.id), digests()) == ([], None, [])
