"""Two moderators at one queue: who is where stands in list and report, "next" leads past it, and it can be taken over."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.reports.commands.triage import decline
from reporter.reports.lifecycle import State
from reporter.reports.locks import holders_of
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from tests.desks.queues import rows
from tests.desks.residents import accepted
from tests.make import a_moderator, a_report, a_user, the_fallback
from tests.queries import counted

Client = Callable[..., FlaskClient]
THERE = "王丽 is at it, last moved just now"


@pytest.fixture
def colleague(client_as: Client) -> FlaskClient:
    """Return the browser of 王丽, who works through the same queue."""
    return client_as(a_moderator(name="王丽", locale="en"))


def held_rows(page: TestResponse) -> list[int]:
    """Return the ids of the rows that say somebody else is at them."""
    return [
        int(number)
        for number, attributes in re.findall(
            r'class="q" href="/triage/(\d+).*?<span class="held" data-held-words([^>]*)>',
            page.text,
            re.DOTALL,
        )
        if "hidden" not in attributes
    ]


def shown(page: TestResponse) -> int:
    """Return the id of the report that a page shows."""
    found = re.search(r'data-report="(\d+)"', page.text)
    assert found
    return int(found[1])


def lock_of(page: TestResponse) -> tuple[str, str]:
    """Return who holds the report, and in which words."""
    found = re.search(r'data-lock="(\w+)".*?data-lock-words>([^<]*)<', page.text, re.DOTALL)
    assert found
    return found[1], found[2]


def here(browser: FlaskClient, report: Report, **sent: Any) -> Any:
    """Send a sign of life; return what it answers."""
    answer = browser.post(f"/triage/{report.id}/here", data=sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return answer.get_json()


def test_a_colleagues_name_stands_in_the_list_and_at_the_report(
    moderator: FlaskClient, colleague: FlaskClient
) -> None:
    report, _other = a_report(), a_report()
    own = colleague.get(f"/triage/{report.id}")

    page = moderator.get(f"/triage/{report.id}")

    assert lock_of(own) == ("mine", "")
    assert lock_of(page) == ("theirs", THERE)
    assert held_rows(page) == [report.id]
    assert held_rows(own) == []
    assert "data-lock-take>" in page.text


def test_the_queue_begins_with_what_nobody_else_is_at(moderator: FlaskClient, colleague: FlaskClient) -> None:
    first, second = a_report(), a_report()

    assert shown(colleague.get("/triage/")) == first.id
    assert shown(moderator.get("/triage/")) == second.id


def test_next_leads_past_what_a_colleague_is_at(moderator: FlaskClient, colleague: FlaskClient) -> None:
    first, second, third = a_report(), a_report(), a_report()
    colleague.get(f"/triage/{second.id}")

    page = moderator.get(f"/triage/{first.id}")
    back = moderator.get(f"/triage/{third.id}")

    assert re.search(rf'href="/triage/{third.id}" data-key="j"', page.text)
    assert f'data-ahead="/triage/{third.id}"' in page.text
    assert re.search(rf'href="/triage/{first.id}" data-key="k"', back.text)
    assert rows(page.text) == [first.id, second.id, third.id], "whoever wants to look may"


def test_after_a_decision_comes_what_is_free_by_then(moderator: FlaskClient, colleague: FlaskClient) -> None:
    first, second, third = a_report(), a_report(), a_report()
    colleague.get(f"/triage/{second.id}")

    page = moderator.post(
        f"/triage/{first.id}/aside?next={second.id}",
        data={"aside-version": first.version},
        follow_redirects=True,
    )

    assert shown(page) == third.id


def test_after_a_decision_comes_what_still_waits(moderator: FlaskClient) -> None:
    first, second, third = a_report(), a_report(), a_report()
    decline(second, "重复", by=a_moderator().actor)

    page = moderator.post(
        f"/triage/{first.id}/aside?next={second.id}",
        data={"aside-version": first.version},
        follow_redirects=True,
    )

    assert shown(page) == third.id


def test_where_everything_is_held_the_first_one_is_shown(
    moderator: FlaskClient, colleague: FlaskClient
) -> None:
    report = a_report()
    colleague.get("/triage/")

    page = moderator.get("/triage/")

    assert shown(page) == report.id
    assert lock_of(page)[0] == "theirs"


def test_a_page_that_is_fetched_ahead_holds_nothing(moderator: FlaskClient, colleague: FlaskClient) -> None:
    report = a_report()

    ahead = colleague.get(f"/triage/{report.id}", headers={"X-Ahead": "1", "HX-Request": "true"})

    assert lock_of(ahead) == ("unasked", "")
    assert lock_of(moderator.get(f"/triage/{report.id}")) == ("mine", "")


def test_who_only_dispatches_holds_nothing_and_sees_who_does(
    client_as: Client, colleague: FlaskClient
) -> None:
    report = a_report()
    dispatcher = client_as(a_user(Role.DISPATCHER, locale="en"))

    before = dispatcher.get(f"/triage/{report.id}")
    colleague.get(f"/triage/{report.id}")
    after = dispatcher.get(f"/triage/{report.id}")

    assert lock_of(before) == ("free", "")
    assert lock_of(after) == ("theirs", THERE)
    assert "data-lock-take" not in after.text


def test_an_idle_colleague_is_followed_by_whoever_opens_it(
    moderator: FlaskClient, colleague: FlaskClient, fakes: Ports
) -> None:
    report = a_report()
    colleague.get(f"/triage/{report.id}")
    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]
    early = moderator.get(f"/triage/{report.id}")
    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]

    late = moderator.get(f"/triage/{report.id}")

    assert lock_of(early) == ("theirs", "王丽 is at it, last moved 1 minute ago")
    assert lock_of(late) == ("mine", "")


def test_it_is_taken_over_by_a_button_and_the_former_holder_reads_by_whom(
    moderator: FlaskClient, colleague: FlaskClient
) -> None:
    report = a_report()
    colleague.get(f"/triage/{report.id}")

    page = moderator.post(f"/triage/{report.id}/take-over", follow_redirects=True)
    told = here(colleague, report, moved="1", held="mine")

    assert "You have taken this over from 王丽." in page.text
    assert lock_of(page) == ("mine", "")
    assert told["held"] == "theirs"
    assert "has taken this over, at" in told["words"]
    assert "What you typed is still here." in told["words"]


def test_what_is_one_s_own_or_decided_is_not_said_to_be_taken_over(
    moderator: FlaskClient, colleague: FlaskClient
) -> None:
    own, decided = a_report(), a_report()
    moderator.get(f"/triage/{own.id}")
    colleague.get(f"/triage/{decided.id}")
    accepted(decided)

    pages = [moderator.post(f"/triage/{one.id}/take-over", follow_redirects=True) for one in (own, decided)]

    assert not any("You have taken this over" in page.text for page in pages)
    assert "This was decided meanwhile" in pages[1].text
    assert holders_of([decided.id], idle=timedelta(minutes=2))[decided.id].name == "王丽"


def test_it_is_taken_over_without_a_new_page_too(moderator: FlaskClient, colleague: FlaskClient) -> None:
    report = a_report()
    colleague.get(f"/triage/{report.id}")

    answer = moderator.post(f"/triage/{report.id}/take-over", headers={"Accept": "application/json"})

    assert answer.get_json() == {"held": "mine", "words": "", "rows": {}}


def test_only_who_moves_keeps_it(moderator: FlaskClient, colleague: FlaskClient, fakes: Ports) -> None:
    report = a_report()
    colleague.get(f"/triage/{report.id}")
    fakes.clock.move(timedelta(seconds=100))  # type: ignore[attr-defined]
    here(colleague, report, held="mine")
    fakes.clock.move(timedelta(seconds=20))  # type: ignore[attr-defined]
    after_looking = here(colleague, report, held="mine")

    here(colleague, report, moved="1", held="mine")

    assert after_looking["held"] == "free"
    assert lock_of(moderator.get(f"/triage/{report.id}"))[0] == "theirs"


def test_a_sign_of_life_says_who_is_at_the_rows_of_the_list(
    moderator: FlaskClient, colleague: FlaskClient
) -> None:
    mine, theirs, free = a_report(), a_report(), a_report()
    colleague.get(f"/triage/{theirs.id}")

    told = here(moderator, mine, moved="1", rows=f"{mine.id}.{theirs.id}.{free.id}.x.{'9' * 30}")

    assert told == {"held": "mine", "words": "", "rows": {str(theirs.id): THERE}}


def test_what_was_decided_meanwhile_is_said_at_the_next_sign_of_life(moderator: FlaskClient) -> None:
    report = a_report()
    moderator.get(f"/triage/{report.id}")
    decline(get_report(report.id), "重复", by=a_moderator(name="王丽").actor)

    told = here(moderator, report, moved="1", held="mine")

    assert told["held"] == "decided"
    assert "This was decided meanwhile (王丽: decline," in told["words"]


def test_who_leaves_lets_go(moderator: FlaskClient, colleague: FlaskClient) -> None:
    report = a_report()
    colleague.get(f"/triage/{report.id}")

    answer = colleague.post(f"/triage/{report.id}/leave")

    assert answer.status_code == 204
    assert lock_of(moderator.get(f"/triage/{report.id}"))[0] == "mine"


def test_who_signs_out_lets_go(moderator: FlaskClient, colleague: FlaskClient) -> None:
    report = a_report()
    colleague.get(f"/triage/{report.id}")

    colleague.post("/sign-out")

    assert lock_of(moderator.get(f"/triage/{report.id}"))[0] == "mine"


def test_a_decision_goes_through_while_a_colleague_is_there(
    moderator: FlaskClient, colleague: FlaskClient
) -> None:
    report = a_report()
    colleague.get(f"/triage/{report.id}")

    answer = moderator.post(f"/triage/{report.id}/aside", data={"aside-version": report.version})

    assert answer.status_code == 302
    assert get_report(report.id).state is State.ASIDE


def test_what_is_decided_is_held_by_nobody(moderator: FlaskClient) -> None:
    report = a_report()
    decline(report, "重复", by=a_moderator().actor)

    page = moderator.get(f"/triage/{report.id}")

    assert "data-lock" not in page.text


def test_a_city_may_do_without(
    moderator: FlaskClient, colleague: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LOCK_FOR", timedelta(0))
    report = a_report()
    colleague.get(f"/triage/{report.id}")

    page = moderator.get(f"/triage/{report.id}")

    assert held_rows(page) == []
    assert "is at it" not in page.text


def test_who_is_where_is_asked_once_for_a_page(moderator: FlaskClient, client_as: Client) -> None:
    reports = [a_report() for _ in range(12)]
    moderator.get(f"/triage/{reports[0].id}")
    for report in reports[1:]:
        client_as(a_moderator()).get(f"/triage/{report.id}")

    with counted() as statements:
        page = moderator.get(f"/triage/{reports[0].id}")

    assert len(held_rows(page)) == 11
    assert len([one for one in statements if "FROM report_locks" in one]) == 1


@pytest.mark.parametrize("action", ["here", "take-over", "leave"])
def test_nobody_else_comes_near(client_as: Client, action: str) -> None:
    the_fallback()
    report = a_report()
    resident = client_as(a_user(Role.RESIDENT, locale="en"))

    answer = resident.post(f"/triage/{report.id}/{action}", data={"moved": "1"})

    assert answer.status_code == 403
