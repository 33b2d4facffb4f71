"""Internal notes on the pages of staff, and on no page of anybody else."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from reporter.cases.lifecycle import State
from reporter.cases.queries import get_case
from reporter.desks.triage.note_views import SHOWN
from reporter.kernel.db import db
from reporter.kernel.policy import Permission, Role
from reporter.ports import ports
from reporter.reports.commands.noting import write_note
from reporter.reports.desk_models import Note
from reporter.reports.noting import CHANGED_FOR, WORDS_AT_MOST
from reporter.routing.commands import reassign
from reporter.routing.queries import get_unit
from tests.desks.residents import accepted, closed
from tests.make import a_case, a_moderator, a_report, a_unit, a_user

Client = Callable[..., FlaskClient]
MARK = "只有内部知道的暗号七七四九"
OPEN_TO_ALL = {Permission.DESK_PUBLIC, Permission.DESK_RESIDENT, Permission.DESK_SIGNED_IN}


def the_note() -> Note:
    return db.session.scalars(select(Note)).one()


def test_a_note_is_written_at_a_report_and_read_by_a_colleague(
    moderator: FlaskClient, client_as: Client
) -> None:
    report = a_report()

    answer = moderator.post(
        f"/triage/{report.id}/notes?list=urgent", data={"note-words": "先问物业\n<b>再定</b>"}
    )
    page = client_as(a_moderator(locale="en")).get(f"/triage/{report.id}").text

    assert answer.location == f"/triage/{report.id}?list=urgent#note-{the_note().id}"
    assert "先问物业\n&lt;b&gt;再定&lt;/b&gt;" in page
    assert "Staff only: never shown to residents or the public." in page


def test_a_note_without_words_comes_back_on_its_field(moderator: FlaskClient) -> None:
    report = a_report()

    empty = moderator.post(f"/triage/{report.id}/notes", data={"note-words": " "})
    long = moderator.post(f"/triage/{report.id}/notes", data={"note-words": "字" * 2001})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Please write something." in empty.text
    assert "字" * 2001 in long.text


def test_a_new_line_counts_once_as_the_browser_counts_it(moderator: FlaskClient) -> None:
    report, most = a_report(), "字" * (WORDS_AT_MOST - 1) + "\r\n" + "末"

    just = moderator.post(f"/triage/{report.id}/notes", data={"note-words": most.replace("字", "", 1)})
    over = moderator.post(f"/triage/{report.id}/notes", data={"note-words": most})

    assert (just.status_code, over.status_code) == (302, 422)
    assert len(the_note().words) == WORDS_AT_MOST


def test_a_note_that_holds_a_phone_number_is_kept_and_its_writer_is_warned(moderator: FlaskClient) -> None:
    report = a_report()

    page = moderator.post(
        f"/triage/{report.id}/notes", data={"note-words": "电话 13800138000"}, follow_redirects=True
    )

    assert "The note seems to hold a phone, identity or plate number." in page.text


def test_the_notes_of_a_report_stand_at_its_case_for_the_centre_and_not_for_the_unit(
    client_as: Client,
) -> None:
    report = a_report()
    case = get_case(accepted(report).id)
    write_note(report, "报的人常来", by=a_moderator().actor)
    write_note(case, "请先联系社区", by=a_moderator().actor, for_unit=True)
    unit = client_as(a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0), locale="en"))

    centre, handler = (
        client_as(a_moderator()).get(f"/triage/cases/{case.id}").text,
        unit.get(f"/unit/{case.id}").text,
    )

    assert "报的人常来" in centre
    assert "请先联系社区" in centre
    assert "请先联系社区" in handler
    assert "报的人常来" not in handler
    assert "报的人常来" not in unit.get(f"/triage/cases/{case.id}").text


def test_a_unit_writes_from_its_own_page_and_comes_back_to_it(client_as: Client) -> None:
    unit = a_unit("环卫三队")
    case = a_case(State.HANDLING, unit=unit)
    browser = client_as(a_user(Role.HANDLER, unit=unit, locale="en"))

    answer = browser.post(f"/triage/cases/{case.id}/notes?at=unit", data={"note-words": "产权单位不在"})

    assert answer.location == f"/unit/{case.id}#note-{the_note().id}"
    assert "产权单位不在" in browser.get(answer.location).text
    assert "产权单位不在" in client_as(a_user(Role.INSPECTOR)).get(f"/inspection/{case.id}").text


@pytest.mark.parametrize(("role", "desk"), [(Role.HANDLER, "unit"), (Role.INSPECTOR, "inspection")])
def test_a_note_that_is_refused_comes_back_on_the_page_it_was_sent_from(
    client_as: Client, role: Role, desk: str
) -> None:
    unit = a_unit("环卫三队")
    case = a_case(State.HANDLED, unit=unit)
    browser = client_as(a_user(role, unit=unit if role is Role.HANDLER else None, locale="en"))

    answer = browser.post(f"/triage/cases/{case.id}/notes?at={desk}", data={"note-words": "字" * 2001})

    assert answer.status_code == 422
    assert f"/{desk}/{case.id}" in answer.text
    assert "字" * 2001 + "</textarea>" in answer.text


def test_whoever_may_write_no_more_keeps_the_words_of_the_note(client_as: Client) -> None:
    unit = a_unit("环卫三队")
    case = a_case(State.HANDLING, unit=unit)
    browser = client_as(a_user(Role.HANDLER, unit=unit, locale="en"))
    browser.post(f"/triage/cases/{case.id}/notes?at=unit", data={"note-words": "产权单位不在"})
    note = the_note()
    reassign(case, unit_id=a_unit("别的队").id, reason="不在辖区", by=a_user(Role.DISPATCHER).actor)

    fresh = browser.post(f"/triage/cases/{case.id}/notes?at=unit", data={"note-words": "约好明天来"})
    changed = browser.post(f"/triage/notes/{note.id}?at=unit", data={f"note{note.id}-words": "约好后天来"})

    assert (fresh.status_code, changed.status_code) == (403, 404)
    assert "You had written: “约好明天来”" in fresh.text
    assert "You had written: “约好后天来”" in changed.text


def test_a_note_is_changed_and_taken_away_on_the_page(moderator: FlaskClient) -> None:
    report = a_report()
    moderator.post(f"/triage/{report.id}/notes", data={"note-words": "先问物业"})
    note = the_note()
    name = f"note{note.id}"

    old = moderator.post(
        f"/triage/notes/{note.id}", data={f"{name}-words": "旧窗口的话", f"{name}-version": "0"}
    )
    moderator.post(
        f"/triage/notes/{note.id}", data={f"{name}-words": "先问社区", f"{name}-version": str(note.version)}
    )
    changed = moderator.get(f"/triage/{report.id}").text
    page = moderator.post(f"/triage/notes/{note.id}/remove", follow_redirects=True).text

    assert old.status_code == 409
    assert "旧窗口的话</textarea>" in old.text
    assert "先问社区" in changed
    assert "先问社区" not in page
    assert "Taken away by " in page


def changed_too_late(moderator: FlaskClient, words: str) -> TestResponse:
    """Return the answer to a change of a note whose ten minutes are over."""
    report = a_report()
    moderator.post(f"/triage/{report.id}/notes", data={"note-words": "先问物业"})
    note = the_note()
    ports.clock.move(CHANGED_FOR)  # type: ignore[attr-defined]  # the tests' clock
    return moderator.post(
        f"/triage/notes/{note.id}", data={f"note{note.id}-words": words, f"note{note.id}-version": "1"}
    )


def test_after_ten_minutes_what_was_typed_stands_in_the_form_of_a_new_note(moderator: FlaskClient) -> None:
    answer = changed_too_late(moderator, "再补一句")

    assert answer.status_code == 409
    assert 'name="note-words"' in answer.text
    assert "再补一句</textarea>" in answer.text


def test_what_was_typed_stands_there_too_when_it_is_too_long_as_well(moderator: FlaskClient) -> None:
    answer = changed_too_late(moderator, "再补一句" + "字" * WORDS_AT_MOST)

    assert answer.status_code == 409
    assert "再补一句" in answer.text
    assert "Please write another one." in answer.text


def test_a_note_that_was_taken_away_is_not_said_to_be_noted(moderator: FlaskClient) -> None:
    report = a_report()
    moderator.post(f"/triage/{report.id}/notes", data={"note-words": "先问物业"})

    page = moderator.post(f"/triage/notes/{the_note().id}/remove", follow_redirects=True).text

    assert "The note was taken away." in page
    assert page.count("Noted for colleagues.") == 1  # of the writing, before


def test_who_may_not_read_a_note_learns_nothing_of_it(client_as: Client) -> None:
    case = a_case(State.HANDLING, unit=a_unit("环卫三队"))
    note = write_note(case, MARK, by=a_moderator().actor)
    stranger = client_as(a_user(Role.HANDLER, unit=a_unit("别的队"), locale="en"))

    assert stranger.post(f"/triage/notes/{note.id}/remove").status_code == 404
    assert stranger.post(f"/triage/cases/{case.id}/notes", data={"note-words": "路过"}).status_code == 403
    assert stranger.get(f"/triage/colleagues?case={case.id}").get_json()["people"] == []
    assert MARK not in stranger.get(f"/triage/cases/{case.id}").text


def test_names_are_offered_to_whoever_may_write(moderator: FlaskClient) -> None:
    a_moderator(name="孟和")
    a_user(Role.RESIDENT, name="孟和平")

    people = moderator.get("/triage/colleagues?q=孟").get_json()["people"]

    assert [one["name"] for one in people] == ["孟和"]
    assert "acceptor" in people[0]["roles"]


def test_of_very_many_colleagues_the_others_are_found_by_a_part_of_the_name(moderator: FlaskClient) -> None:
    for number in range(SHOWN):
        a_moderator(name=f"丁{number:02}")
    a_moderator(name="赵末")

    first, found = moderator.get("/triage/colleagues").get_json(), moderator.get("/triage/colleagues?q=赵")

    assert (len(first["people"]), first["more"]) == (SHOWN, True)
    assert found.get_json()["more"] is False
    assert [one["name"] for one in found.get_json()["people"]] == ["赵末"]


def tells(browser: FlaskClient, path: str) -> bool:
    """Tell whether what is at a path, or where it leads to, holds the words of a note."""
    with browser.get(path, follow_redirects=True) as answer:
        return MARK.encode() in answer.data


def test_no_page_and_no_file_of_the_public_or_of_residents_holds_a_note(
    app: Flask, client_as: Client
) -> None:
    resident = a_user(locale="en")
    report = a_report(by=resident.actor)
    write_note(report, MARK, by=a_moderator().actor)
    case = closed(report)
    write_note(case, f"{MARK}，单位也看", by=a_moderator().actor, for_unit=True)
    known = {"code": report.code, "page": "privacy", "column": "progress"}
    browsers = (app.test_client(), client_as(resident))

    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments <= known.keys()
    ]
    open_rules = [
        rule
        for rule in rules
        if getattr(app.view_functions[rule.endpoint], "permission", None) in OPEN_TO_ALL
    ]
    paths = [
        app.url_map.bind("").build(rule.endpoint, {name: known[name] for name in rule.arguments})
        for rule in open_rules
    ]
    telling = [path for browser in browsers for path in paths if tells(browser, path)]

    assert f"/track/{report.code}" in paths
    assert len(paths) > 40
    assert telling == []
    assert MARK in client_as(a_moderator()).get(f"/triage/cases/{case.id}").text
