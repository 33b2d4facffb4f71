"""An answer that comes late changes nothing that was chosen meanwhile, and none that never comes holds anything up."""

import re
from urllib.parse import quote

from playwright.sync_api import Page, Route, expect

from tests.browser.acts import button, picture
from tests.browser.samples import story_report
from tests.browser.server import LiveCity
from tests.browser.test_broken_network import PART, Network, choose
from tests.browser.test_typed_address import offered, on_the_place_screen
from tests.browser.test_undo import first_waiting
from tests.browser.visit import DESK, Visitors, Watch
from tests.browser.words import zh

HELD_PLACE = """() => {
  window.answers = [];
  navigator.geolocation.getCurrentPosition = (found) => window.answers.push(found);
}"""
ANSWERED = "() => answers.at(-1)({ coords: { longitude: 113.2, latitude: 41.05, accuracy: 9 } })"
PICKED = """form => {
  form.elements.lon.value = "113.1000";
  form.elements.lat.value = "41.0300";
  form.dispatchEvent(new CustomEvent("place:picked", { detail: {}, bubbles: true }));
}"""
TWO_WAIT = """async () => {
  const { State, keepReport } = await import("/static/js/outbox.js");
  for (const [place, id] of ["first", "second"].entries()) {
    const fields = { words: id };
    await keepReport({ id, at: place, state: State.WAITING, why: "", fields, kind: "", place: "", pictures: [], receipt: null }, {});
  }
}"""
SOONER = """const wait = window.setTimeout;
window.setTimeout = (act, long) => wait(act, long === 15000 ? 300 : long);"""
STOPPED = """async (button) => {
  const later = (long) => new Promise((done) => setTimeout(done, long));
  button.form.requestSubmit(button);
  window.stop();
  await later(50);
  const before = button.hasAttribute("aria-busy");
  await later(600);
  return [before, button.hasAttribute("aria-busy")];
}"""

WHERE, NAMES = re.compile(r"/triage/where\?"), re.compile(r"/triage/colleagues")


def test_a_place_set_on_the_map_is_not_moved_by_an_older_answer_of_the_phone(visit: Visitors) -> None:
    page = visit()
    page.goto("/report")
    expect(page.locator("[data-locate]")).to_be_enabled()
    page.evaluate(HELD_PLACE)
    page.locator("[data-locate]").evaluate("button => button.click()")

    page.locator("#report-form").evaluate(PICKED)
    page.evaluate(ANSWERED)

    expect(page.locator("[name=lon]")).to_have_value("113.1000")
    page.wait_for_timeout(300)
    expect(page.locator("[name=lon]")).to_have_value("113.1000")


def test_who_follows_a_place_on_the_map_keeps_it(visit: Visitors) -> None:
    page = visit("resident", screen=DESK)
    page.goto("/my/following/new")
    expect(page.locator("[data-follow-locate]")).to_be_enabled()
    page.evaluate(HELD_PLACE)
    page.locator("[data-follow-locate]").evaluate("button => button.click()")

    page.locator("#follow-form").evaluate(PICKED)
    page.evaluate(ANSWERED)

    expect(page.locator("#follow-form [name=lon]")).to_have_value("113.1000")


def test_the_list_of_cases_nearby_is_that_of_the_kind_that_was_chosen_last(visit: Visitors) -> None:
    page = visit()
    held: list[Route] = []

    def answer(route: Route) -> None:
        if "kind=littering_dumping" in route.request.url:
            held.append(route)
        else:
            route.fulfill(body="<p>later</p>", content_type="text/html")

    page.context.route(re.compile(r"/report/nearby\?"), answer)
    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([picture("rubbish-before", minutes_ago=4)])
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    button(page, "Next").click()
    expect(page.locator("#step-kind")).to_be_visible()
    page.locator("[name=category][data-slug=littering_dumping]").check(force=True)
    with page.expect_request(lambda one: "kind=littering_dumping" in one.url):
        button(page, "Next").click()
    page.wait_for_function("() => document.querySelector('[data-next]').hasAttribute('aria-busy')")

    page.locator("[name=category][data-slug=other]").check(force=True)
    button(page, "Next").click()
    expect(page.locator("[data-near]").first).to_have_text("later")
    with page.expect_response(lambda one: "kind=littering_dumping" in one.url):
        for route in held:
            route.fulfill(body="<p>older</p>", content_type="text/html")
    page.wait_for_timeout(500)

    expect(page.locator("[data-near]").first).to_have_text("later")


def test_an_answer_to_older_letters_does_not_open_the_list_again(visit: Visitors) -> None:
    page = on_the_place_screen(visit, DESK)
    field = page.get_by_role("combobox", name=zh("Address"))
    field.focus()
    page.keyboard.type("新华")
    expect(offered(page).first).to_be_visible()
    held: list[Route] = []
    page.context.route(re.compile(r"/report/address\?"), lambda route: held.append(route))  # noqa: PLW0108 - marked

    with page.expect_request(lambda one: quote("新华街") in one.url):
        page.keyboard.type("街")
    page.keyboard.press("Escape")
    with page.expect_response(lambda one: quote("新华街") in one.url):
        for route in held:
            route.continue_()
    page.wait_for_timeout(700)

    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("新华街")


def test_a_report_that_the_server_cannot_take_holds_up_no_other_one(visit: Visitors, watch: Watch) -> None:
    watch.expected = {422, 503}
    page = visit()
    page.goto("/board")

    def busy(route: Route) -> None:
        if route.request.method == "POST" and "first" in (route.request.post_data or ""):
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    page.context.route(re.compile(r"/report$"), busy)
    page.evaluate(TWO_WAIT)
    page.goto("/report/waiting")

    rows = page.locator("[data-outbox-list] > li")
    expect(rows.nth(1)).to_contain_text(zh("Something is to be put right first"))
    expect(rows.first).to_contain_text(zh("Waiting for the network"))


def test_a_form_whose_sending_was_stopped_can_be_sent_again(visit: Visitors) -> None:
    page = visit()
    page.add_init_script(SOONER)
    page.goto("/sign-in")

    before, after = page.locator("form[data-once] button").first.evaluate(STOPPED)

    assert (before, after) == (True, False)


def test_what_waits_for_its_photos_says_so_and_goes_without_the_button_that_was_pressed(
    visit: Visitors, watch: Watch, city: LiveCity
) -> None:
    watch.loses = True
    with city.looked_into():
        code = story_report("submitted").code
    page = visit()
    page.goto(f"/track/{code}")
    network = Network(page)
    network.break_from(PART)
    page.locator("#add summary").click()
    choose(page, "#add [data-gallery]")
    expect(page.locator("#add [data-shot]")).to_contain_text(zh("Waiting for the network"))
    button(page, "Add it").click()
    expect(page.locator("#add [data-held]")).to_be_visible()

    button(page, "Add it").evaluate("button => button.remove()")
    network.mend()

    expect(page.locator(".flashes")).to_contain_text(zh("Thank you. It was added to your report."))


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name ?? ''")
    return name


def test_the_choice_of_what_a_photo_shows_keeps_the_focus_when_another_photo_comes(visit: Visitors) -> None:
    page = visit()
    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([picture("rubbish-before", minutes_ago=4)])
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    button(page, "Next").click()
    page.locator("label:has([data-slug=illegal_parking])").click()
    page.locator("[data-subs-tiles] button").last.click()
    expect(page.get_by_role("heading", name=zh("Look it over and send it"))).to_be_focused()
    choice = page.locator("[data-views-list] select").first
    expect(choice).to_be_visible()
    choice.focus()
    name = focused(page)

    page.locator("[data-gallery]").set_input_files([picture("sofa-before", minutes_ago=4)])
    expect(page.locator("[data-views-list] select")).to_have_count(2)

    assert name.startswith("view-")
    assert focused(page) == name


def test_an_answer_about_a_place_that_was_left_changes_no_area(visit: Visitors, city: LiveCity) -> None:
    page = visit("acceptor", screen=DESK)
    page.goto(f"/triage/{first_waiting(city)}")
    area, placed = page.locator("select[name=area_id]"), page.locator("#judge [name=placed]")
    before = (area.input_value(), placed.input_value())
    held: list[Route] = []
    page.route(WHERE, lambda route: held.append(route))  # noqa: PLW0108 - Playwright reads its signature
    page.keyboard.press(".")
    page.locator("#address").fill("新华街建设路口")
    with page.expect_request(WHERE) as asked:
        page.locator("#address-list [role=option]").first.click()

    button(page.locator("#dialog-place"), "Not now").click()
    page.unroute(WHERE)
    asked.value.response()

    page.wait_for_timeout(300)
    assert (area.input_value(), placed.input_value()) == before


def test_enter_takes_no_name_that_does_not_fit_what_is_typed_by_now(visit: Visitors) -> None:
    page = visit("acceptor", screen=DESK)
    first = [{"name": name, "roles": ""} for name in ("乌兰", "苏和", "乌云")]
    page.route(
        NAMES,
        lambda route: (
            None if "q=" in route.request.url else route.fulfill(json={"people": first, "more": True})
        ),
    )
    page.goto("/triage/")
    field = page.locator("#note-words")
    field.focus()
    page.keyboard.type("@")
    expect(page.locator(".naming-list [role=option]")).to_have_count(3)

    page.keyboard.insert_text("苏")

    expect(page.locator(".naming-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value("@苏和 ")
