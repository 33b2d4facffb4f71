"""A moderator answers with ready sentences by keyboard alone, and names a colleague in a note whose bell then rings."""

from playwright.sync_api import expect

from reporter.accounts.queries import user_by_login
from reporter.kernel.db import db
from reporter.reports.desk_models import Note
from reporter.reports.queries import get_report
from reporter.reports.worklists import AtTriage, triage_list
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, Visitors
from tests.browser.words import zh


def first_waiting(city: LiveCity) -> int:
    with city.looked_into():
        return triage_list(AtTriage.WAITING).rows[0].id


def number_of(city: LiveCity, report_id: int) -> str:
    with city.looked_into():
        return get_report(report_id).number


def test_a_sentence_goes_in_at_the_cursor_by_keys_and_what_was_typed_stays(
    visit: Visitors, city: LiveCity
) -> None:
    report_id = first_waiting(city)
    page = visit("acceptor", screen=DESK)
    page.goto(f"/triage/{report_id}")

    page.keyboard.press("d")
    page.keyboard.press("1")
    field = page.locator("#decline-reason")
    expect(field).to_be_focused()
    first = field.input_value()
    assert number_of(city, report_id) in first

    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("补充：")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("ArrowDown")
    second = field.input_value()
    assert second.startswith("补充：")
    assert second != f"补充：{first}"
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.press("Control+z")
    assert field.input_value().startswith("补充：")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog-decline")).to_be_hidden()


def test_a_name_after_an_at_sign_is_chosen_by_keys_and_the_bell_rings(
    visit: Visitors, city: LiveCity
) -> None:
    report_id = first_waiting(city)
    with city.looked_into():
        colleague = user_by_login("dispatcher@jining.example")
        assert colleague
        name = colleague.name
    page = visit("acceptor", screen=DESK)
    page.goto(f"/triage/{report_id}")

    page.keyboard.press("@")
    field = page.locator("#note-words")
    expect(field).to_be_focused()
    page.keyboard.type(f"@{name[0]}")
    names = page.get_by_role("listbox")
    expect(names.get_by_role("option", name=name).first).to_be_visible()
    page.keyboard.type(name[1:])
    page.keyboard.press("Enter")
    expect(names).to_have_count(0)
    expect(field).to_have_value(f"@{name} ")
    page.keyboard.insert_text("请看一眼")
    page.get_by_role("button", name=zh("Write the note")).click()
    expect(page.locator(".note-words").last).to_have_text(f"@{name} 请看一眼")

    told = visit("dispatcher", screen=DESK)
    told.goto("/notices/")
    told.get_by_role("link", name=number_of(city, report_id)).first.click()
    expect(told.locator(".note-words").last).to_have_text(f"@{name} 请看一眼")
    with city.looked_into():
        written = [note.words for note in db.session.query(Note).filter_by(report_id=report_id)]
        assert len([words for words in written if "请看一眼" in words]) == 1
