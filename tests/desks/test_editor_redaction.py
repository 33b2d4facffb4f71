"""The redactor's screen: masks by numbers, choice of pictures, words, days, the hand-in."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.board.boxes import Box
from reporter.board.commands.masks import draft_mask
from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.photos.queries import get_photo
from tests.board.posts import PLATE, an_exposure, editors, finish
from tests.make import a_user
from tests.queries import counted

Client = Callable[..., FlaskClient]
WORDS = {
    "title": "解放大街占道，已整改", "summary": "已清走。", "road": "解放大街", "basis": "《条例》第三条",
    "basis_source": "市人大", "basis_date": "2026-11-23 查阅", "no_minor": "y",
}  # fmt: skip


def _mask(exposure: Exposure, place: int = 0, **boxes: Any) -> dict[str, Any]:
    """Return what the form of a picture sends: `b0=(kind, x, y, w, h)` in percent, judged unless a sixth says no."""
    sent: dict[str, Any] = {
        "version": exposure.version, "act": "judge", "checked": "y",
        "sha256": get_photo(exposure.pictures[place].photo_id).staff_sha256,
    }  # fmt: skip
    for name, box in boxes.items():
        number = name.removeprefix("b")
        sent |= dict(
            zip((f"boxes-{number}-{part}" for part in ("kind", "x", "y", "w", "h")), box, strict=False)
        )
        if len(box) < 6:
            sent[f"boxes-{number}-judged"] = "y"
    return sent | {"rows": len(boxes)}


def _url(exposure: Exposure, place: int = 0) -> str:
    return f"/editor/{exposure.id}/pictures/{exposure.pictures[place].id}"


def test_the_screen_shows_the_picture_its_boxes_and_what_is_missing(client_as: Client) -> None:
    team = editors()
    exposure = an_exposure(State.REDACTING, team=team)
    photo = get_photo(exposure.pictures[0].photo_id)

    page = client_as(team.redactor).get(f"/editor/{exposure.id}?photo={exposure.pictures[0].id}").text

    assert f"/pictures/{photo.token}/1600.jpg" in page
    assert 'class="e-line-done"' in page
    assert "5\u00a0/\u00a07" in page
    assert "disabled" in page.split("data-hand-in")[1]


def test_opening_the_screen_is_in_the_trail_once_for_each_person(client_as: Client) -> None:
    exposure, one, two = an_exposure(), a_user(Role.REDACTOR), a_user(Role.REDACTOR)

    for user in (one, two, one):
        client_as(user).get(f"/editor/{exposure.id}")

    opened = [
        entry.actor_id for entry in trail_of(get_exposure(exposure.id)) if entry.action == "open_picture"
    ]
    assert opened == [one.id, two.id]


@pytest.mark.parametrize("role", [Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.LEADER])
def test_no_other_editor_sees_a_picture_before_it_is_judged(client_as: Client, role: Role) -> None:
    exposure = an_exposure()
    client = client_as(a_user(role))

    page, picture = client.get(f"/editor/{exposure.id}"), client.get(f"{_url(exposure)}/preview.jpg")

    assert page.status_code == 200
    assert "/pictures/" not in page.text
    assert picture.status_code == 403
    assert not any(entry.action == "open_picture" for entry in trail_of(get_exposure(exposure.id)))


def test_boxes_are_kept_as_judged_and_the_next_picture_comes_up(client_as: Client) -> None:
    exposure = an_exposure()
    client = client_as(a_user(Role.REDACTOR))

    sent = _mask(exposure, b0=("plate", "25", "50", "20", "10"), b7=("face", "1.5", "2", "3", "4"))
    answer = client.post(_url(exposure), data=sent, follow_redirects=True)

    picture = get_exposure(exposure.id).pictures[0]
    assert answer.status_code == 200
    assert picture.confirmed
    assert picture.mask == [PLATE, Box(0.015, 0.02, 0.03, 0.04, "face")]
    assert get_photo(exposure.pictures[1].photo_id).token in answer.text.split('aria-current="true"')[1][:200]


def test_empty_rows_and_rows_to_be_taken_away_are_no_boxes(client_as: Client) -> None:
    exposure = an_exposure()
    sent = _mask(exposure, b0=("plate", "", "", "", ""), b1=("face", "1", "2", "3", "4")) | {
        "boxes-1-drop": "y"
    }

    client_as(a_user(Role.REDACTOR)).post(_url(exposure), data=sent)

    picture = get_exposure(exposure.id).pictures[0]
    assert (picture.confirmed, picture.boxes) == (True, [])


def test_a_draft_may_hold_boxes_that_wait(client_as: Client) -> None:
    exposure = an_exposure()
    sent = _mask(exposure, b0=("text", "1", "2", "3", "4", "waits")) | {"act": "draft"}

    client_as(a_user(Role.REDACTOR)).post(_url(exposure), data=sent)

    picture = get_exposure(exposure.id).pictures[0]
    assert (picture.confirmed, picture.waiting) == (False, 1)


@pytest.mark.parametrize(
    "box",
    [
        ("plate", "95", "50", "20", "10"),
        ("plate", "-1", "50", "20", "10"),
        ("plate", "25", "50", "0", "10"),
        ("plate", "25", "50", "20", ""),
        ("plate", "25", "50", "20", "x<script>"),
        ("plate", "25", "50", "20", "nan"),
        ("plate", "25", "50", "20", "1e400"),
        ("child", "25", "50", "20", "10"),
        ("text", "25", "50", "20", "10", "waits"),
    ],
)
def test_a_box_that_cannot_be_is_refused_and_what_was_typed_stays(
    client_as: Client, box: tuple[str, ...]
) -> None:
    exposure = an_exposure()
    sent = _mask(exposure, b0=("face", "11.5", "12", "13", "14"), b1=box)

    answer = client_as(a_user(Role.REDACTOR)).post(_url(exposure), data=sent)

    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
    assert 'value="11.5"' in answer.text
    assert "<script>" not in answer.text.split("<svg viewBox")[1].split("data-words")[0]
    assert not get_exposure(exposure.id).pictures[0].confirmed


def test_a_hundred_and_one_boxes_are_refused_not_cut_off(client_as: Client) -> None:
    exposure = an_exposure()
    boxes: dict[str, Any] = {f"b{number}": ("face", "1", "1", "1", "1") for number in range(101)}

    answer = client_as(a_user(Role.REDACTOR)).post(_url(exposure), data=_mask(exposure, **boxes))

    assert answer.status_code == 422
    assert get_exposure(exposure.id).pictures[0].boxes == []


def test_a_stale_page_is_answered_with_the_fresh_one(client_as: Client) -> None:
    exposure, other = an_exposure(), a_user(Role.REDACTOR, name="其其格")
    sent = _mask(exposure, b0=("face", "1", "1", "1", "1"))
    draft_mask(exposure, exposure.pictures[0].id, [PLATE], by=other.actor)

    answer = client_as(a_user(Role.REDACTOR)).post(_url(exposure), data=sent)

    assert answer.status_code == 409
    assert "其其格" in answer.text
    assert get_exposure(exposure.id).pictures[0].mask == [PLATE]
    assert f'name="version" type="hidden" value="{get_exposure(exposure.id).version}"' in answer.text


def test_a_change_of_ones_own_in_another_window_is_called_that(client_as: Client) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    sent = _mask(exposure, b0=("face", "1", "1", "1", "1"))
    draft_mask(exposure, exposure.pictures[0].id, [PLATE], by=redactor.actor)

    answer = client_as(redactor).post(_url(exposure), data=sent)

    assert answer.status_code == 409
    assert "别的窗口" in answer.text
    assert answer.headers["HX-Push-Url"] == "false"


def test_a_mask_for_another_file_is_answered_with_the_fresh_page(client_as: Client) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(Role.REDACTOR)).post(
        _url(exposure), data=_mask(exposure) | {"sha256": "0" * 64}
    )

    assert answer.status_code == 409
    assert not get_exposure(exposure.id).pictures[0].confirmed


def test_nobody_but_a_redactor_keeps_a_mask(client_as: Client) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(Role.SECOND_REVIEWER)).post(_url(exposure), data=_mask(exposure))

    assert answer.status_code == 403
    assert get_exposure(exposure.id).state is State.PROPOSED


def test_a_picture_is_left_out_and_taken_in_again(client_as: Client) -> None:
    exposure = an_exposure()
    client, seen = client_as(a_user(Role.REDACTOR)), []

    for used in ("0", "1"):
        version = get_exposure(exposure.id).version
        client.post(f"{_url(exposure)}/use", data={"version": version, "used": used})
        seen.append(get_exposure(exposure.id).pictures[0].used)

    assert seen == [False, True]


def test_the_preview_is_burnt_from_what_is_kept(client_as: Client) -> None:
    exposure = an_exposure()
    client = client_as(a_user(Role.REDACTOR))
    bare = client.get(f"{_url(exposure)}/preview.jpg")

    client.post(_url(exposure), data=_mask(exposure, b0=("plate", "25", "50", "20", "10")))
    masked = client.get(f"{_url(exposure)}/preview.jpg")

    assert [bare.mimetype, masked.mimetype] == ["image/jpeg"] * 2
    assert bare.data != masked.data
    assert masked.headers["Cache-Control"].startswith("private")


def test_the_words_are_kept_and_shown_again(client_as: Client) -> None:
    exposure = an_exposure()
    client = client_as(a_user(Role.REDACTOR))

    answer = client.post(
        f"/editor/{exposure.id}/words", data=WORDS | {"version": exposure.version}, follow_redirects=True
    )

    after = get_exposure(exposure.id)
    assert answer.status_code == 200
    assert (after.summary, after.basis_date, after.no_minor, after.days) == (
        "已清走。",
        "2026-11-23 查阅",
        True,
        30,
    )


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", ""),
        ("title", "王某某占道"),
        ("title", "长" * 61),
        ("summary", "电话 13800001234"),
        ("road", "3号楼2单元"),
        ("basis_source", ""),
    ],
)
def test_words_that_cannot_be_public_are_refused_on_their_field_and_stay(
    client_as: Client, field: str, text: str
) -> None:
    exposure = an_exposure()
    sent = WORDS | {"version": exposure.version, "summary": "<b>已清走</b>"} | {field: text}

    answer = client_as(a_user(Role.REDACTOR)).post(f"/editor/{exposure.id}/words", data=sent)

    assert answer.status_code == 422
    assert f'id="{field}-err"' in answer.text
    assert text in answer.text
    assert "<b>已清走</b>" not in answer.text
    assert get_exposure(exposure.id).state is State.PROPOSED


@pytest.mark.parametrize(
    ("days", "status", "kept"), [("60", 302, 60), ("91", 422, 30), ("", 422, 30), ("x", 422, 30)]
)
def test_a_post_is_shown_for_thirty_sixty_or_ninety_days(
    client_as: Client, days: str, status: int, kept: int
) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(Role.REDACTOR)).post(
        f"/editor/{exposure.id}/days", data={"version": exposure.version, "days": days}
    )

    assert answer.status_code == status
    assert get_exposure(exposure.id).days == kept


def test_what_is_complete_goes_to_the_first_review(client_as: Client) -> None:
    team = editors()
    exposure = an_exposure(team=team)
    finish(exposure, team)
    client = client_as(team.redactor)
    page = client.get(f"/editor/{exposure.id}").text
    version = get_exposure(exposure.id).version

    answer = client.post(f"/editor/{exposure.id}/submit", data={"version": version})

    assert "7\u00a0/\u00a07" in page
    assert "disabled" not in page.split("data-hand-in")[1].split("</form>")[0]
    assert answer.status_code == 302
    assert get_exposure(exposure.id).state is State.FIRST_REVIEW


def test_what_is_not_complete_stays_and_says_what_is_missing(client_as: Client) -> None:
    exposure = an_exposure()
    client = client_as(a_user(Role.REDACTOR))

    answer = client.post(f"/editor/{exposure.id}/submit", data={"version": exposure.version})

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert get_exposure(exposure.id).state is State.PROPOSED


def test_a_page_changed_in_its_middle_is_led_to_the_list_as_a_whole(client_as: Client) -> None:
    team = editors()
    exposure = an_exposure(team=team)
    finish(exposure, team)
    version = get_exposure(exposure.id).version

    answer = client_as(team.redactor).post(
        f"/editor/{exposure.id}/submit", data={"version": version}, headers={"HX-Request": "true"}
    )

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/editor/?at=redacting")


def test_a_picture_of_another_post_is_not_found(client_as: Client) -> None:
    exposure, other = an_exposure(), an_exposure()
    client = client_as(a_user(Role.REDACTOR))

    paths = (
        f"/editor/{exposure.id}/pictures/{other.pictures[0].id}/preview.jpg",
        f"/editor/{exposure.id}?photo=0",
    )

    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_the_screen_costs_the_same_with_few_and_with_many_pictures(client_as: Client) -> None:
    client, costs = client_as(a_user(Role.REDACTOR)), []
    for photos in (1, 6):
        exposure = an_exposure(photos=photos)
        client.get(f"/editor/{exposure.id}")
        db.session.expire_all()
        with counted() as statements:
            client.get(f"/editor/{exposure.id}")
        costs.append(len(statements))

    assert costs[0] == costs[1]
