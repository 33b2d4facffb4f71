"""What the editors' desk refuses: it says why on the page itself, and everything that was typed or drawn stays."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.board.commands.exposures import correct, pass_first, submit, withdraw
from reporter.board.commands.masks import choose_picture, draft_mask
from reporter.board.commands.objections import decide_objection, take_objection
from reporter.board.commands.words import Wording, word
from reporter.board.lifecycle import ObjectionAction, ObjectionState, State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, get_objection
from reporter.kernel.policy import Role
from tests.board.posts import GOOD, PLATE, an_exposure, an_objection, editors, finish
from tests.desks.masks import ROW, mask_of, mask_url
from tests.make import a_user

Client = Callable[..., FlaskClient]
WORDS = {
    "title": "解放大街占道，已整改", "summary": "我写的说明。", "road": "解放大街", "basis": "《条例》第三条",
    "basis_source": "市人大", "basis_date": "2026-11-23 查阅", "no_minor": "y",
}  # fmt: skip


def _hidden(page: str, name: str, form: str) -> str:
    """Return the hidden field `name` of the form that is sent to `form`."""
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page.split(f'action="{form}"')[1])
    assert found
    return found[1]


def _kept(exposure: Exposure) -> tuple[bool, list[Any]]:
    picture = get_exposure(exposure.id).pictures[0]
    return picture.confirmed, picture.mask


def test_words_that_met_somebody_elses_change_come_back_and_can_be_sent_again(client_as: Client) -> None:
    exposure, other, client = (
        an_exposure(),
        a_user(Role.REDACTOR, name="其其格"),
        client_as(a_user(Role.REDACTOR)),
    )
    path, sent = f"/editor/{exposure.id}/words", WORDS | {"version": exposure.version}
    word(exposure, Wording(**{**vars(GOOD), "summary": "别人写的说明。"}), by=other.actor)

    refused = client.post(path, data=sent)
    again = client.post(path, data=sent | {"version": _hidden(refused.text, "version", path)})

    assert (refused.status_code, again.status_code) == (409, 302)
    assert [text in refused.text for text in ("我写的说明。", "别人写的说明。", "其其格", "您填的还在")] == [
        True
    ] * 4
    assert get_exposure(exposure.id).summary == "我写的说明。"


def test_words_for_a_post_that_was_handed_in_meanwhile_stay_to_be_copied(client_as: Client) -> None:
    team = editors()
    exposure = an_exposure(team=team)
    sent = WORDS | {"version": exposure.version}
    finish(exposure, team)
    submit(get_exposure(exposure.id), by=team.redactor.actor)

    answer = client_as(a_user(Role.REDACTOR)).post(f"/editor/{exposure.id}/words", data=sent)

    assert answer.status_code == 409
    assert "我写的说明。" in answer.text


def test_boxes_that_met_somebody_elses_change_come_back_and_can_be_sent_again(client_as: Client) -> None:
    exposure, client = an_exposure(), client_as(a_user(Role.REDACTOR))
    path, sent = mask_url(exposure), mask_of(exposure, ROW)
    draft_mask(exposure, exposure.pictures[0].id, [PLATE], by=a_user(Role.REDACTOR).actor)

    refused = client.post(path, data=sent)
    again = client.post(path, data=sent | {"version": _hidden(refused.text, "version", path)})

    assert (refused.status_code, again.status_code) == (409, 302)
    assert 'value="11.5"' in refused.text
    assert "data-unsaved" in refused.text
    assert [box.kind for box in _kept(exposure)[1]] == ["face"]


@pytest.mark.parametrize(("step", "state"), [("correct", State.PUBLISHED), ("reject", State.FIRST_REVIEW)])
def test_a_reason_that_met_somebody_elses_change_stays_in_its_dialog(
    client_as: Client, step: str, state: State
) -> None:
    team, leader = editors(), a_user(Role.LEADER)
    exposure, both = an_exposure(state, team=team), a_user(Role.FIRST_REVIEWER, Role.SECOND_REVIEWER)
    sent = {f"{step}-version": exposure.version, f"{step}-reason": "我写的理由"}
    if state is State.PUBLISHED:
        correct(exposure, "先更正一次", by=leader.actor)
    else:
        pass_first(exposure, by=team.first.actor)
    path, client = f"/editor/{exposure.id}/{step}", client_as(both)

    refused = client.post(path, data=sent)
    again = client.post(path, data=sent | {f"{step}-version": _hidden(refused.text, f"{step}-version", path)})

    assert (refused.status_code, again.status_code) == (409, 302)
    assert "我写的理由</textarea>" in refused.text


def test_a_reason_for_a_step_that_is_over_stays_to_be_copied(client_as: Client) -> None:
    exposure = an_exposure(State.PUBLISHED)
    sent = {"correct-version": exposure.version, "correct-reason": "我写的理由"}
    withdraw(exposure, "当事人申请", by=a_user(Role.LEADER).actor)

    answer = client_as(a_user(Role.LEADER)).post(f"/editor/{exposure.id}/correct", data=sent)

    assert answer.status_code == 409
    assert "我写的理由" in answer.text


def test_a_decision_that_came_too_late_keeps_its_reason(client_as: Client) -> None:
    objection = an_objection(ObjectionState.IN_REVIEW)
    sent = {"version": objection.version, "decision": "uphold", "reason": "我写的理由"}
    judge = a_user(Role.LEADER).actor
    decide_objection(objection, ObjectionAction.DISMISS, "已核实", by=judge)

    answer = client_as(a_user(Role.LEADER)).post(f"/editor/objections/{objection.id}/decide", data=sent)

    assert answer.status_code == 409
    assert "我写的理由" in answer.text


def test_a_decision_about_an_older_page_keeps_its_dialog_with_all_that_was_chosen(client_as: Client) -> None:
    objection = an_objection()
    sent = {"version": objection.version, "decision": "uphold", "reason": "我写的理由"}
    take_objection(objection, by=a_user(Role.LEADER).actor)
    path, client = f"/editor/objections/{objection.id}/decide", client_as(a_user(Role.LEADER))

    refused = client.post(path, data=sent)
    again = client.post(path, data=sent | {"version": _hidden(refused.text, "version", path)})

    assert (refused.status_code, again.status_code) == (409, 302)
    assert 'value="uphold" checked' in refused.text
    assert get_objection(objection.id).state is ObjectionState.UPHELD


@pytest.mark.parametrize("step", ["words", "mask", "reject"])
def test_a_form_of_a_forgotten_session_writes_nothing_and_keeps_all_that_was_typed(
    client_as: Client, app: Flask, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    exposure = an_exposure(State.FIRST_REVIEW if step == "reject" else State.PROPOSED)
    before = exposure.state
    path, sent, typed = {
        "words": (f"/editor/{exposure.id}/words", WORDS | {"version": exposure.version}, "我写的说明。"),
        "mask": (mask_url(exposure), mask_of(exposure, ROW), 'value="11.5"'),
        "reject": (
            f"/editor/{exposure.id}/reject",
            {"reject-version": exposure.version, "reject-reason": "我写的理由"},
            "我写的理由</textarea>",
        ),
    }[step]  # fmt: skip
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003

    answer = client_as(a_user(Role.REDACTOR, Role.FIRST_REVIEWER)).post(path, data=sent)

    assert answer.status_code == 422
    assert typed in answer.text
    assert 'class="errors"' in answer.text
    assert get_exposure(exposure.id).state is before


@pytest.mark.parametrize("version", ["", "x", "9" * 5000])
@pytest.mark.parametrize("step", ["pass", "submit", "days", "use", "mask", "words", "take", "decide"])
def test_a_form_whose_version_was_damaged_says_so(client_as: Client, step: str, version: str) -> None:
    exposure = an_exposure(State.FIRST_REVIEW if step == "pass" else State.PROPOSED)
    user = a_user(Role.REDACTOR, Role.FIRST_REVIEWER, Role.LEADER)
    objection = an_objection(ObjectionState.IN_REVIEW if step == "decide" else ObjectionState.FILED)
    path = {"use": f"{mask_url(exposure)}/use", "mask": mask_url(exposure)}.get(
        step, f"/editor/{exposure.id}/{step}"
    )
    if step in {"take", "decide"}:
        path = f"/editor/objections/{objection.id}/{step}"
    sent = WORDS | mask_of(exposure) | {"used": "1", "days": "30", "decision": "dismiss", "reason": "已核实"}

    answer = client_as(user).post(path, data=sent | {"version": version})

    assert answer.status_code == 422
    assert "传送途中损坏" in answer.text


@pytest.mark.parametrize("sha256", ["", None])
def test_a_mask_without_the_digest_of_its_picture_says_so(client_as: Client, sha256: str | None) -> None:
    exposure = an_exposure()
    sent = {
        name: text for name, text in (mask_of(exposure, ROW) | {"sha256": sha256}).items() if text is not None
    }

    answer = client_as(a_user(Role.REDACTOR)).post(mask_url(exposure), data=sent)

    assert answer.status_code == 422
    assert "传送途中损坏" in answer.text
    assert 'value="11.5"' in answer.text


@pytest.mark.parametrize("used", ["7", "", "²"])
def test_a_picture_that_is_neither_shown_nor_not_is_asked_about(client_as: Client, used: str) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(Role.REDACTOR)).post(
        f"{mask_url(exposure)}/use", data={"version": exposure.version, "used": used}
    )

    assert answer.status_code == 422
    assert "请选择这张照片是否展示" in answer.text


@pytest.mark.parametrize("field", ["title", "basis", "basis_source", "basis_date"])
def test_blanks_are_no_words(client_as: Client, field: str) -> None:
    exposure = an_exposure()
    sent = WORDS | {"version": exposure.version, field: " \u3000 "}

    answer = client_as(a_user(Role.REDACTOR)).post(f"/editor/{exposure.id}/words", data=sent)

    assert answer.status_code == 422
    assert f'id="{field}-err"' in answer.text
    assert get_exposure(exposure.id).state is State.PROPOSED


def test_whoever_did_something_else_last_is_not_told_that_this_was_done(client_as: Client) -> None:
    leader = a_user(Role.LEADER)
    exposure = an_exposure(State.PUBLISHED)
    sent = {"withdraw-version": exposure.version, "withdraw-reason": "当事人申请"}
    correct(exposure, "地点更正为新华街", by=leader.actor)

    answer = client_as(leader).post(f"/editor/{exposure.id}/withdraw", data=sent)

    assert answer.status_code == 409
    assert "您已经做过" not in answer.text
    assert "别的窗口" in answer.text
    assert "当事人申请</textarea>" in answer.text


def test_days_that_met_somebody_elses_change_bring_the_words_page_back(client_as: Client) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    sent = {"version": exposure.version, "days": "60"}
    choose_picture(exposure, exposure.pictures[0].id, used=True, by=redactor.actor)

    answer = client_as(redactor).post(f"/editor/{exposure.id}/days?step=words", data=sent)

    assert answer.status_code == 409
    assert f'action="/editor/{exposure.id}/words"' in answer.text
