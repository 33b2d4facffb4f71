"""The two reviews, the board's upkeep, objections: at the desk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.objections import take_objection
from reporter.board.commands.showing import set_hold
from reporter.board.lifecycle import ObjectionKind, ObjectionState, State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, get_objection, last_exposure_of
from reporter.desks.dates import plain_moment
from reporter.kernel.policy import Role
from reporter.ports import Ports
from tests.board.posts import an_exposure, an_objection, editors
from tests.make import a_user

Client = Callable[..., FlaskClient]
NOT_YET = "图片正在生成"


def _send(client: FlaskClient, thing: Any, step: str, **data: str) -> Any:
    """Send a step's form as the page holds it; `reason` goes into the field of that dialog."""
    one = f"/editor/{thing.id}" if isinstance(thing, Exposure) else f"/editor/objections/{thing.id}"
    named = step in {"reject", "withdraw", "correct"}
    sent = {f"{step}-{name}" if named else name: value for name, value in data.items()}
    sent[f"{step}-version" if named else "version"] = str(thing.version)
    return client.post(f"{one}/{step}", data=sent)


def test_the_first_reviewer_sees_the_masked_post_and_passes_it(client_as: Client) -> None:
    team = editors()
    exposure = an_exposure(State.FIRST_REVIEW, team=team)
    client = client_as(team.first)
    page = client.get(f"/editor/{exposure.id}").text

    answer = _send(client, exposure, "pass")

    after = get_exposure(exposure.id)
    assert "/pictures/" not in page.replace(f"/editor/{exposure.id}/pictures/", "")
    assert f"/editor/{exposure.id}/pictures/{exposure.pictures[0].id}/preview.jpg" in page
    assert "其其格" in page
    assert answer.status_code == 302
    assert (after.state, after.first_reviewer_id) == (State.SECOND_REVIEW, team.first.id)


def test_the_second_reviewer_publishes(client_as: Client, fakes: Ports) -> None:
    team = editors()
    exposure = an_exposure(State.SECOND_REVIEW, team=team)

    answer = _send(client_as(team.second), exposure, "publish")

    after = get_exposure(exposure.id)
    assert answer.status_code == 302
    assert after.state is State.PUBLISHED
    assert after.expires_at == fakes.clock.now() + timedelta(days=30)


def test_whoever_publishes_reads_from_when_it_is_on_the_board(client_as: Client, fakes: Ports) -> None:
    team = editors()
    held, at_once = (an_exposure(State.SECOND_REVIEW, team=team) for _ in range(2))
    client = client_as(team.second)

    now = client.get(_send(client, at_once, "publish").location).text
    set_hold(4, by=a_user(Role.SYSTEM_ADMIN).actor)
    later = client.get(_send(client, held, "publish").location).text

    assert "已发布，现在在榜。" in now
    assert "现在在榜" not in later
    assert f"将于{plain_moment(fakes.clock.now() + timedelta(hours=4))}上榜" in later


def _both(*roles: Role) -> User:
    return a_user(*roles, name="一人两职")


@pytest.mark.parametrize("stage", [State.FIRST_REVIEW, State.SECOND_REVIEW])
def test_who_redacted_gets_no_button_but_the_reason_and_is_refused(client_as: Client, stage: State) -> None:
    both = _both(Role.REDACTOR, Role.FIRST_REVIEWER, Role.SECOND_REVIEWER)
    exposure = an_exposure(stage, team=replace(editors(), redactor=both))
    step = "pass" if stage is State.FIRST_REVIEW else "publish"

    page = client_as(both).get(f"/editor/{exposure.id}").text
    answer = _send(client_as(both), exposure, step)

    assert f"/editor/{exposure.id}/{step}" not in page
    assert "遮挡您经过手" in page
    assert answer.status_code == 403
    assert get_exposure(exposure.id).state is stage


def test_who_gave_the_first_review_gets_no_button_for_the_second(client_as: Client) -> None:
    both = _both(Role.FIRST_REVIEWER, Role.SECOND_REVIEWER)
    exposure = an_exposure(State.SECOND_REVIEW, team=replace(editors(), first=both))

    page = client_as(both).get(f"/editor/{exposure.id}").text
    answer = _send(client_as(both), exposure, "publish")

    assert f"/editor/{exposure.id}/publish" not in page
    assert "初审是您做的" in page
    assert answer.status_code == 403


@pytest.mark.parametrize("role", [Role.REDACTOR, Role.SECOND_REVIEWER, Role.LEADER])
def test_a_person_of_another_role_reads_who_gives_the_first_review(client_as: Client, role: Role) -> None:
    exposure = an_exposure(State.FIRST_REVIEW)

    page = client_as(a_user(role)).get(f"/editor/{exposure.id}").text

    assert "初审由初审员来做" in page
    assert f"/editor/{exposure.id}/pass" not in page


def test_a_post_whose_copies_are_not_made_yet_says_that_it_is_not_on_the_board(client_as: Client) -> None:
    team = editors()
    exposure = an_exposure(State.SECOND_REVIEW, team=team)
    client = client_as(team.second)
    _send(client, exposure, "publish")

    early = (
        client.get(f"/editor/{exposure.id}").text,
        client_as().get(f"/board/{exposure.public_id}").status_code,
    )
    burn_pictures(exposure.id)
    made = (
        client.get(f"/editor/{exposure.id}").text,
        client_as().get(f"/board/{exposure.public_id}").status_code,
    )

    assert (NOT_YET in early[0], early[1]) == (True, 404)
    assert (NOT_YET in made[0], made[1]) == (False, 200)


@pytest.mark.parametrize("stage", [State.FIRST_REVIEW, State.SECOND_REVIEW])
def test_a_reviewer_rejects_with_a_reason(client_as: Client, stage: State) -> None:
    team = editors()
    exposure = an_exposure(stage, team=team)
    reviewer = team.first if stage is State.FIRST_REVIEW else team.second

    answer = _send(client_as(reviewer), exposure, "reject", reason="看不清路段")

    after = get_exposure(exposure.id)
    assert answer.status_code == 302
    assert (after.state, after.end_words) == (State.REJECTED, "看不清路段")


@pytest.mark.parametrize(
    ("step", "state"),
    [("reject", State.FIRST_REVIEW), ("withdraw", State.PUBLISHED), ("correct", State.PUBLISHED)],
)
@pytest.mark.parametrize("reason", ["", "  \n", "长" * 501])
def test_a_step_without_a_fit_reason_comes_back_with_its_dialog_open(
    client_as: Client, step: str, state: State, reason: str
) -> None:
    team = editors()
    exposure = an_exposure(state, team=team)

    answer = _send(client_as(team.first), exposure, step, reason=reason)

    assert answer.status_code == 422
    assert f'id="{step}-reason-err"' in answer.text
    assert reason.strip() in answer.text
    assert get_exposure(exposure.id).state is state


def test_a_correction_stands_on_the_post(client_as: Client) -> None:
    exposure = an_exposure(State.PUBLISHED)
    client = client_as(a_user(Role.LEADER))

    answer = _send(client, exposure, "correct", reason="地点更正为新华街")

    assert answer.status_code == 302
    assert "地点更正为新华街" in client.get(f"/editor/{exposure.id}").text


def test_a_correction_that_names_somebody_is_refused_on_its_field(client_as: Client) -> None:
    exposure = an_exposure(State.PUBLISHED)

    answer = _send(client_as(a_user(Role.LEADER)), exposure, "correct", reason="王某某已致歉")

    assert answer.status_code == 422
    assert 'id="correct-reason-err"' in answer.text
    assert "王某某已致歉" in answer.text


def test_a_post_is_taken_down_with_a_reason_and_shows_no_picture_afterwards(client_as: Client) -> None:
    exposure = an_exposure(State.PUBLISHED)
    client = client_as(a_user(Role.LEADER))

    answer = _send(client, exposure, "withdraw", reason="当事人申请")
    page = client.get(f"/editor/{exposure.id}").text

    assert answer.status_code == 302
    assert "当事人申请" in page
    assert "preview.jpg" not in page


def test_an_ended_post_is_proposed_anew_by_a_redactor_only(client_as: Client) -> None:
    exposure = an_exposure(State.REJECTED)
    redactor, reviewer = client_as(a_user(Role.REDACTOR)), client_as(a_user(Role.FIRST_REVIEWER))
    path = f"/editor/{exposure.id}/propose"
    offered = [path in client.get(f"/editor/{exposure.id}").text for client in (redactor, reviewer)]

    answers = [client.post(path).status_code for client in (reviewer, redactor, redactor)]

    proposed = last_exposure_of(exposure.case_id)
    assert offered == [True, False]
    assert answers == [403, 302, 409]
    assert proposed is not None
    assert (proposed.id != exposure.id, proposed.state) == (True, State.PROPOSED)


def test_of_two_reviewers_the_second_gets_the_fresh_page(client_as: Client) -> None:
    team, other = editors(), a_user(Role.FIRST_REVIEWER)
    exposure = an_exposure(State.FIRST_REVIEW, team=team)
    stale = {"version": exposure.version}
    client_as(team.first).post(f"/editor/{exposure.id}/pass", data=stale)

    answer = client_as(other).post(f"/editor/{exposure.id}/pass", data=stale)

    assert answer.status_code == 409
    assert "托娅" in answer.text
    assert "待复审" in answer.text


def test_a_double_click_is_told_that_it_was_done_once(client_as: Client) -> None:
    team = editors()
    exposure = an_exposure(State.FIRST_REVIEW, team=team)
    client = client_as(team.first)

    answers = [
        client.post(f"/editor/{exposure.id}/pass", data={"version": exposure.version}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert "您已经做过" in answers[1].text


@pytest.mark.parametrize("step", ["pass", "publish", "reject", "withdraw", "correct"])
def test_a_form_without_its_version_is_refused(client_as: Client, step: str) -> None:
    exposure = an_exposure(State.FIRST_REVIEW)

    answer = client_as(a_user(Role.FIRST_REVIEWER)).post(
        f"/editor/{exposure.id}/{step}", data={f"{step}-reason": "x"}
    )

    assert answer.status_code == 422
    assert get_exposure(exposure.id).state is State.FIRST_REVIEW


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_page_for_every_editor(client_as: Client, state: State) -> None:
    exposure = an_exposure(state)

    answers = [
        client_as(a_user(role)).get(f"/editor/{exposure.id}").status_code
        for role in (Role.REDACTOR, Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.LEADER)
    ]

    assert answers == [200] * 4


@pytest.mark.parametrize(
    ("contact", "shown", "hidden"),
    [
        ("13800001234", "138****1234", "13800001234"),
        ("someone@example.org", "s***@example.org", "someone"),
        ("", "没有留联系方式", "****"),
    ],
)
def test_an_objections_contact_is_shown_in_part_only(
    client_as: Client, contact: str, shown: str, hidden: str
) -> None:
    objection = an_objection(contact=contact)

    page = client_as(a_user(Role.LEADER)).get(f"/editor/objections/{objection.id}").text

    assert shown in page
    assert hidden not in page


def test_an_objection_is_taken_and_decided(client_as: Client) -> None:
    objection = an_objection(kind=ObjectionKind.MINOR)
    client = client_as(a_user(Role.LEADER))

    taken = _send(client, objection, "take")
    decided = _send(
        client, get_objection(objection.id), "decide", decision="uphold", reason="画面里确有未成年人"
    )

    after = get_objection(objection.id)
    assert (taken.status_code, decided.status_code) == (302, 302)
    assert (after.state, after.outcome) == (ObjectionState.UPHELD, "画面里确有未成年人")
    assert get_exposure(after.exposure_id).state is State.WITHDRAWN


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"decision": "", "reason": "已核实"}, "decision"),
        ({"decision": "guilty", "reason": "已核实"}, "decision"),
        ({"decision": "dismiss", "reason": " "}, "reason"),
        ({"decision": "uphold_partly", "reason": "电话 13800001234"}, "reason"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_on_its_field(
    client_as: Client, sent: dict[str, str], field: str
) -> None:
    objection = an_objection(ObjectionState.IN_REVIEW)

    answer = _send(client_as(a_user(Role.LEADER)), objection, "decide", **sent)

    assert answer.status_code == 422
    assert f'id="{field}-err"' in answer.text
    assert sent["reason"].strip() in answer.text
    assert get_objection(objection.id).state is ObjectionState.IN_REVIEW


def test_who_published_reads_why_somebody_else_decides(client_as: Client) -> None:
    team = editors()
    objection = an_objection(to=an_exposure(State.PUBLISHED, team=team))
    client = client_as(team.second)

    page = client.get(f"/editor/objections/{objection.id}").text
    answer = _send(client, objection, "take")

    assert "您经过手" in page
    assert f"/editor/objections/{objection.id}/take" not in page
    assert answer.status_code == 403


def test_an_objection_that_somebody_took_meanwhile_comes_back_fresh(client_as: Client) -> None:
    objection = an_objection()
    seen = objection.version
    take_objection(objection, by=a_user(Role.LEADER).actor)

    answer = client_as(a_user(Role.LEADER)).post(
        f"/editor/objections/{objection.id}/take", data={"version": seen}
    )

    assert answer.status_code == 409
    assert "已有人受理" in answer.text


@pytest.mark.parametrize("state", list(ObjectionState))
def test_every_objection_has_a_page(client_as: Client, state: ObjectionState) -> None:
    objection = an_objection(state)

    assert client_as(a_user(Role.LEADER)).get(f"/editor/objections/{objection.id}").status_code == 200


def test_what_an_objector_writes_is_shown_as_text(client_as: Client) -> None:
    objection = an_objection(contact="<img src=x>@example.org")

    page = client_as(a_user(Role.LEADER)).get(f"/editor/objections/{objection.id}").text

    assert "<img src=x>" not in page


def test_the_desk_speaks_english_too(client_as: Client) -> None:
    client = client_as(a_user(Role.LEADER))
    client.set_cookie("locale", "en")

    page = client.get(f"/editor/{an_exposure(State.FIRST_REVIEW).id}").text

    assert "The first review is given by a first reviewer." in page
