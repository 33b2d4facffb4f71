"""Whatever state a report, its case and its post are in: no part of any answer says what is nobody else's business."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.accounts.queries import get_user
from reporter.board.commands.exposures import correct
from reporter.board.commands.exposures import withdraw as withdraw_post
from reporter.board.lifecycle import State as Shown
from reporter.cases.lifecycle import State as CaseState
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import Ports
from reporter.reports.commands.aside import set_aside
from reporter.reports.commands.followup import withdraw
from reporter.reports.commands.triage import decline, merge, request_info
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from tests.board.posts import GOOD
from tests.make import a_case, a_moderator, a_user
from tests.open311.reported import a_case_behind, a_post_behind, a_secret_report, secrets_of

Client = Callable[..., FlaskClient]
HOME = "/jining/open311/v2"
RESOURCES = ("services", "requests", "requests/{number}", "servicerequestupdates", "discovery")
QUERIES = ("", "?extensions=true", "?locale=en&api_key=x&page_size=1000")
ON_SHOW = {Shown.PUBLISHED}
QUESTION, REFUSAL = "哪个单元门口？", "证据不足，请补拍门牌"


def answers(client: FlaskClient, report: Report) -> Iterator[str]:
    """Yield every answer in which the report could stand, in both forms."""
    for resource in RESOURCES:
        for form in ("json", "xml"):
            for query in QUERIES:
                path = f"{HOME}/{resource.format(number=report.number)}.{form}{query}"
                answer = client.get(path)
                assert answer.status_code in {200, 404}, path
                yield answer.text


def leaked(client: FlaskClient, report: Report, *more: str) -> list[str]:
    """Return which secrets of a report stand in any answer."""
    secrets, found = secrets_of(report) | set(more), list(answers(client, report))
    return sorted(word for word in secrets for text in found if word in text)


def known(client: FlaskClient, report: Report) -> bool:
    """Tell whether the report is there, by its number and in the list alike."""
    one = client.get(f"{HOME}/requests/{report.number}.json").status_code == 200
    listed = report.number in client.get(f"{HOME}/requests.json").text
    assert one is listed
    return one


def in_state(report: Report, state: State) -> None:
    """Bring a submitted report to `state`."""
    moderator = a_moderator().actor
    if state is State.INFO_REQUESTED:
        request_info(report, QUESTION, by=moderator)
    elif state is State.ASIDE:
        set_aside(report, by=SYSTEM)
    elif state is State.DECLINED:
        decline(report, REFUSAL, by=moderator)
    elif state is State.ACCEPTED:
        a_case_behind(report)
    elif state is State.DUPLICATE:
        merge(report, a_case(), by=moderator)
    elif state is State.WITHDRAWN:
        withdraw(report, by=get_user(report.reporter_id or 0).actor)
    assert get_report(report.id).state is state


@pytest.mark.parametrize("state", State)
def test_no_state_of_a_report_lets_anything_out(client_as: Client, state: State) -> None:
    report, client = a_secret_report(), client_as()
    in_state(report, state)

    assert leaked(client, report, QUESTION, REFUSAL) == []
    assert known(client, report) == (state not in {State.ASIDE, State.DECLINED, State.WITHDRAWN})


@pytest.mark.parametrize("state", CaseState)
def test_no_state_of_a_case_lets_anything_out(client_as: Client, state: CaseState) -> None:
    report, client = a_secret_report(), client_as()
    case = a_case_behind(report, state)

    told = leaked(client, report, f'"{case.number}', f">{case.number}", case.title, "照章办理", "已清理")

    assert told == []
    assert known(client, report) == (state is not CaseState.VOID)


@pytest.mark.parametrize("state", Shown)
def test_a_post_is_told_of_while_it_is_on_show_and_never_more_than_it_says(
    client_as: Client, state: Shown
) -> None:
    report, client = a_secret_report(), client_as()
    post = a_post_behind(report, state)

    sealed = {str(picture.photo_id) for picture in post.pictures} | {post.public_id}
    texts = list(answers(client, report))

    assert leaked(client, report, post.basis_source or "市人大网站") == []
    assert not any(f"/{number}/" in text for number in sealed for text in texts)
    assert any(GOOD.title in text for text in texts) == (state in ON_SHOW)
    assert any(GOOD.summary in text for text in texts) == (state in ON_SHOW)
    [found] = client.get(f"{HOME}/requests/{report.number}.json").get_json()
    shown = (found["description"], found["media_url"], found.get("agency_responsible"))
    assert all(shown) if state in ON_SHOW else not any(shown)


def test_a_correction_is_told_with_the_post_found_as_a_change_and_gone_with_it(
    client_as: Client, fakes: Ports
) -> None:
    """A copy elsewhere would go on saying what was wrong."""
    report, client = a_secret_report(), client_as()
    post, team = a_post_behind(report, Shown.PUBLISHED), a_user(Role.LEADER).actor
    path = f"{HOME}/requests/{report.number}.json?locale=en"
    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the tests' clock

    correct(post, "地点应为新华街", by=team)
    since = f"{fakes.clock.now() - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    [shown] = client.get(path).get_json()
    changed = client.get(f"{HOME}/requests.json?updated_after={since}").get_json()
    withdraw_post(post, "当事人已登报致歉", by=team)
    [gone] = client.get(path).get_json()

    assert shown["description"].endswith("\nCorrection: 地点应为新华街")
    assert [one["service_request_id"] for one in changed] == [report.number]
    assert gone["description"] is None
