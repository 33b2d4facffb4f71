"""A photo over a broken network: it goes on where it stopped, through a lost connection, a reload and a closed page."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import FilePayload, Page, Request, Route, expect

from reporter.demo.scenes import render
from reporter.editorial.models import Article
from reporter.photos.queries import by_token
from tests.browser.acts import PLACE, button, picture
from tests.browser.samples import head_of, newest_piece, story_case, story_report
from tests.browser.server import LiveCity
from tests.browser.visit import HERE, Visitors, Watch
from tests.browser.waiting import wait_until
from tests.browser.words import zh

PART = 512 * 1024
SEED = 4711
THUMB = re.compile(r"/pictures/\w+/\d+\.jpg$")
SENT = re.compile(r"/uploads/[0-9a-f]{32}$")
# Marks the page once it has been told where the phone is.
ANSWERED = """() => {
  const places = navigator.geolocation;
  const ask = places.getCurrentPosition.bind(places);
  places.getCurrentPosition = (found, ...more) => ask((place) => {
    found(place);
    document.documentElement.dataset.found = "";
  }, ...more);
}"""


def large(name: str = "sofa-before") -> FilePayload:
    """Return a photo of two parts and a half that no other story sends: behind a JPEG's end stand no pixels."""
    lon, lat = PLACE
    taken_at = datetime.now(UTC) - timedelta(minutes=9)  # noqa: TID251 - phones have clocks of their own
    content = render(name, seed=SEED, taken_at=taken_at, lon=lon, lat=lat).ljust(PART * 5 // 2, b"\0")
    return FilePayload(name=f"{name}.jpg", mimeType="image/jpeg", buffer=content)


class Network:
    """What goes to the server of one page's pictures, and a way to break it."""

    def __init__(self, page: Page) -> None:
        self.sent: list[tuple[str, int]] = []  # verb and offset of each part that arrived
        self.broken_from = -1
        page.context.route(SENT, self._pass)

    def _pass(self, route: Route, request: Request) -> None:
        offset = int(request.headers.get("upload-offset", -1))
        if self.broken_from >= 0 and (request.method == "HEAD" or offset >= self.broken_from):
            route.abort("internetdisconnected")
            return
        self.sent.append((request.method, offset))
        route.continue_()

    @property
    def parts(self) -> list[int]:
        """The offsets of the parts that arrived."""
        return [offset for verb, offset in self.sent if verb == "PATCH"]

    def break_from(self, offset: int) -> None:
        """Let nothing through from this byte on."""
        self.broken_from = offset

    def mend(self) -> None:
        """Let everything through."""
        self.broken_from = -1


def on_a_bad_network(visit: Visitors, watch: Watch) -> tuple[Page, Network]:
    """Return the report's page and its network, which breaks behind the first part of a picture."""
    watch.loses = True
    page = visit()
    page.goto("/report")
    network = Network(page)
    network.break_from(PART)
    return page, network


def at_the_result(visit: Visitors, city: LiveCity) -> tuple[Page, int]:
    """Return the form in which a unit hands in its result, and the id of the case."""
    with city.looked_into():
        login, case_id = head_of("handling"), story_case("handling").id
    page = visit(login)
    page.goto(f"/unit/{case_id}/result")
    return page, case_id


def dead_for_posts(route: Route) -> None:
    if route.request.method == "POST":
        route.abort("internetdisconnected")
    else:
        route.continue_()


def is_asked_for_again(request: Request) -> bool:
    return request.resource_type == "fetch" and THUMB.search(request.url) is not None


def choose(page: Page, field: str = "[data-gallery]", file: FilePayload | None = None) -> None:
    page.locator(field).set_input_files([file or large()])


def test_a_broken_connection_is_gone_on_with_from_where_it_stopped(visit: Visitors, watch: Watch) -> None:
    page, network = on_a_bad_network(visit, watch)
    shot = page.locator("[data-shot]")

    choose(page)
    expect(shot).to_contain_text(zh("Waiting for the network"))
    expect(shot.locator("[data-percent]")).to_have_text("40%")
    expect(shot.locator("[data-bar]")).to_be_visible()
    network.mend()
    shot.locator("[data-again]").click()

    expect(shot).to_contain_text(zh("Uploaded"))
    expect(page.locator("[data-shot] input[type=hidden]")).to_have_value(re.compile(r"^[0-9a-f]{32}$"))
    assert network.parts[:2] == [0, PART]
    assert network.parts.count(0) == 1
    assert "HEAD" in dict(network.sent)


def test_it_goes_on_by_itself_when_the_network_is_back(visit: Visitors, watch: Watch) -> None:
    page, network = on_a_bad_network(visit, watch)

    choose(page)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Waiting for the network"))
    network.mend()

    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    assert network.parts.count(0) == 1


def test_a_reload_in_the_middle_brings_the_photo_back_and_finishes_it(visit: Visitors, watch: Watch) -> None:
    page, network = on_a_bad_network(visit, watch)
    choose(page)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Waiting for the network"))
    until_noted(page)

    page.reload()
    network.mend()
    expect(page.locator("[data-shot]")).to_have_count(0)
    button(page, "Go on with it").click()

    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    assert network.parts.count(0) == 1
    page.reload()
    button(page, "Go on with it").click()
    expect(page.locator("[data-shot]")).to_have_count(1)  # from the draft: nothing waits to be sent any more
    all_forgotten(page)


def test_a_browser_that_forgot_its_session_sends_the_kept_photo_from_the_beginning(
    visit: Visitors, watch: Watch
) -> None:
    watch.expected.add(404)
    page, network = on_a_bad_network(visit, watch)
    choose(page)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Waiting for the network"))
    until_noted(page, PART)
    page.context.clear_cookies(name="session")

    page.reload()
    button(page, "Go on with it").click()
    expect(page.locator("[data-percent]")).to_have_text("40%")  # as far as it is known to be
    network.mend()

    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    assert network.parts.count(0) == 2


def test_whoever_begins_anew_leaves_nothing_on_the_phone_and_nothing_on_the_server(
    visit: Visitors, watch: Watch
) -> None:
    page, _network = on_a_bad_network(visit, watch)
    choose(page)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Waiting for the network"))
    until_noted(page)
    page.reload()

    with page.expect_request(lambda request: request.method == "DELETE"):
        button(page, "Begin anew").click()

    expect(page.locator("[data-draft]")).to_be_hidden()
    all_forgotten(page)


def test_a_photo_whose_page_was_left_as_it_arrived_comes_back_once(visit: Visitors) -> None:
    page = visit()
    page.goto("/report")
    page.evaluate("() => { IDBObjectStore.prototype.delete = function () { return this.count(); } }")
    choose(page)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    assert kept(page) == 1

    page.reload()
    button(page, "Go on with it").click()

    expect(page.locator("[data-shot]").first).to_contain_text(zh("Uploaded"))
    expect(page.locator("[data-shot]")).to_have_count(1)
    all_forgotten(page)


def test_a_photo_that_is_taken_away_while_it_waits_is_gone(visit: Visitors, watch: Watch) -> None:
    page, _network = on_a_bad_network(visit, watch)
    choose(page)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Waiting for the network"))

    with page.expect_request(lambda request: request.method == "DELETE"):
        page.locator("[data-shot] .x").click()

    expect(page.locator("[data-shot]")).to_have_count(0)
    all_forgotten(page)
    page.reload()
    expect(page.locator("[data-draft]")).to_be_hidden()


def test_a_server_that_forgot_the_photo_gets_it_from_the_beginning(visit: Visitors, watch: Watch) -> None:
    watch.expected.add(404)
    page = visit()
    page.goto("/report")
    seen: list[int] = []

    def forgotten_once(route: Route, request: Request) -> None:
        if request.method == "PATCH":
            seen.append(int(request.headers["upload-offset"]))
            if len(seen) == 2:
                route.fulfill(status=404, json={"error": "gone"})
                return
        route.continue_()

    page.context.route(SENT, forgotten_once)
    choose(page)

    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    assert seen[:3] == [0, PART, 0]


def test_a_server_that_is_busy_is_asked_again_later(visit: Visitors, watch: Watch) -> None:
    watch.expected.update({429, 503})
    page = visit()
    page.goto("/report")
    answers = [429, 503]

    def busy(route: Route, request: Request) -> None:
        if request.method == "PATCH" and answers:
            route.fulfill(status=answers.pop(0), json={"error": "busy"})
        else:
            route.continue_()

    page.context.route(SENT, busy)
    choose(page)

    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    assert answers == []


def test_a_server_that_takes_no_more_for_now_is_not_called_a_lost_network(
    visit: Visitors, watch: Watch
) -> None:
    watch.expected.add(429)
    page = visit()
    page.goto("/report")
    page.context.route(SENT, lambda route: route.fulfill(status=429, json={"error": "明早再试。"}))

    choose(page)

    shot = page.locator("[data-shot]")
    expect(shot).to_contain_text(zh("Not taken yet"))
    expect(shot).to_contain_text("明早再试。")
    page.context.unroute(SENT)
    button(shot, "Try again").click()
    expect(shot).to_contain_text(zh("Uploaded"))


def test_what_is_no_photo_is_refused_with_the_servers_words_and_not_kept(
    visit: Visitors, watch: Watch
) -> None:
    watch.expected.add(422)
    page = visit()
    page.goto("/report")

    choose(page, file=FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=b"just words"))

    expect(page.locator("[data-shot]")).to_contain_text(zh("Not accepted"))
    all_forgotten(page)


def on_the_phone(page: Page) -> list[dict[str, Any]]:
    """Return of each picture that the phone keeps what is noted, once what is being written is written."""
    found: list[dict[str, Any]] = page.evaluate(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("pictures-on-their-way", 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore("shots", { keyPath: "id" });
          opening.onsuccess = () => {
            const asked = opening.result.transaction("shots").objectStore("shots").getAll();
            asked.onsuccess = () => {
              opening.result.close();
              resolve(asked.result.map(({ address, sent }) => ({ address: address || "", sent: sent ?? 0 })));
            };
          };
        })"""
    )
    return found


def kept(page: Page) -> int:
    """Return how many pictures the phone keeps."""
    return len(on_the_phone(page))


def keeps(page: Page, number: int) -> None:
    """Wait until the phone keeps so many pictures."""
    wait_until(page, lambda: kept(page) == number)


def all_forgotten(page: Page) -> None:
    """Wait until the phone keeps no picture: the page that says what has arrived forgets them when its script is there."""
    keeps(page, 0)


def until_noted(page: Page, sent: int = 0) -> None:
    """Wait until the phone has written down where the server keeps a picture, and that `sent` bytes of it are there.

    The page shows that a picture waits before that is written.
    """
    wait_until(page, lambda: any(one["address"] and one["sent"] >= sent for one in on_the_phone(page)))


def test_a_units_photo_goes_on_after_a_reload(visit: Visitors, watch: Watch, city: LiveCity) -> None:
    watch.loses = True
    with city.looked_into():
        login, case_id = head_of("handling"), story_case("handling").id
    page = visit(login)
    page.goto(f"/unit/{case_id}/result")
    network = Network(page)
    network.break_from(PART)
    choose(page, "#shots input[type=file]", file=large("sofa-after"))
    expect(page.locator("#shots .shot progress")).to_be_visible()
    expect(page.locator("#shots")).to_contain_text(zh("Waiting for the network"))
    until_noted(page)

    page.reload()
    network.mend()

    expect(page.locator("#shots [name=token]")).to_have_count(1)
    assert network.parts.count(0) == 1
    all_forgotten(page)


def test_a_units_photo_that_is_not_seen_is_not_deleted(visit: Visitors, watch: Watch, city: LiveCity) -> None:
    watch.loses = True
    page, case_id = at_the_result(visit, city)
    choose(page, "#shots input[type=file]", file=large("sofa-after"))
    expect(page.locator("#shots [name=token]")).to_have_count(1)
    dropped: list[str] = []
    page.on("request", lambda one: dropped.append(one.url) if one.url.endswith("/drop") else None)
    page.context.route(THUMB, lambda route: route.abort("internetdisconnected"))

    # The script asks for the picture that was not seen: whether the store has given it up.
    with page.expect_event("requestfailed", predicate=is_asked_for_again):
        page.goto(f"/unit/{case_id}/result")
    page.wait_for_timeout(500)

    expect(page.locator("#shots [name=token]")).to_have_count(1)
    assert dropped == []


def test_a_press_in_a_dead_zone_costs_a_unit_none_of_its_words(
    visit: Visitors, watch: Watch, city: LiveCity
) -> None:
    watch.loses = True
    page, case_id = at_the_result(visit, city)
    page.locator("#words").fill("沙发已运走。")
    page.context.route(re.compile(r"/result$"), dead_for_posts)

    with page.expect_event("framenavigated", predicate=lambda frame: frame.url.startswith("chrome-error:")):
        page.locator("#send").click()
    page.goto(f"/unit/{case_id}/result")

    expect(page.locator("#words")).to_have_value("沙发已运走。")


def test_the_page_behind_the_receipt_forgets_what_a_unit_kept(visit: Visitors, city: LiveCity) -> None:
    with city.looked_into():
        login, case_id = head_of("handled"), story_case("handled").id
    page = visit(login)
    page.goto("/unit/")
    name = f"unit-result-{case_id}"
    keeps = f"localStorage.setItem('{name}', '{{}}'); sessionStorage.setItem('handed-in', '{name}')"
    page.evaluate(f"() => {{ {keeps} }}")

    page.goto(f"/unit/{case_id}")

    page.wait_for_function(f"() => localStorage.getItem('{name}') === null")


def test_what_is_added_to_a_report_goes_on_after_a_reload(
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
    until_noted(page)

    page.reload()
    network.mend()

    expect(page.locator("#add [data-shot]")).to_contain_text(zh("Uploaded"))
    assert network.parts.count(0) == 1


def test_a_form_that_is_sent_meanwhile_goes_out_when_its_photos_are_in(
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

    network.mend()

    expect(page.locator(".flashes")).to_contain_text(zh("Thank you. It was added to your report."))
    all_forgotten(page)


def test_without_a_store_on_the_phone_photos_are_sent_all_the_same(visit: Visitors) -> None:
    page = visit()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('no') } })")
    page.goto("/report")

    choose(page)

    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))


def test_what_the_camera_took_says_so_and_where_the_phone_is(visit: Visitors, city: LiveCity) -> None:
    page = visit()
    page.goto("/report")
    for number in (1, 2):
        choose(page, "[data-camera]")
        expect(page.locator("[data-shot]").nth(number - 1)).to_contain_text(zh("Uploaded"))
        expect(page.locator("[data-place-source]")).to_contain_text("手机")

    tokens = page.locator("[data-shot] input[type=hidden]").evaluate_all("all => all.map((one) => one.value)")
    with city.looked_into():
        first, second = (by_token(token) for token in tokens)
        assert (first.in_app, second.in_app) == (True, True)
        assert first.phone_at is not None
        assert second.phone_lon == HERE["longitude"]


def test_a_units_photo_says_where_the_phone_was_when_it_was_just_taken(
    visit: Visitors, city: LiveCity
) -> None:
    with city.looked_into():
        login, case_id = head_of("handling"), story_case("handling").id
    page = visit(login)
    page.goto(f"/unit/{case_id}/result")
    field = page.locator("#shots input[type=file]")
    page.evaluate(ANSWERED)

    with page.expect_file_chooser() as opened:
        field.click()
    expect(page.locator("html")).to_have_attribute("data-found", "")
    opened.value.set_files([picture("sofa-after", minutes_ago=0)])

    expect(page.locator("#shots [name=token]")).to_have_count(1)
    with city.looked_into():
        photo = by_token(page.locator("#shots [name=token]").input_value())
        assert (photo.phone_lat, photo.phone_lon) == (HERE["latitude"], HERE["longitude"])


def test_a_picture_of_an_article_goes_on_where_it_stopped_after_a_reload(
    visit: Visitors, watch: Watch, city: LiveCity
) -> None:
    watch.loses = True
    with city.looked_into():
        article_id = newest_piece(Article, "draft").id
    page = visit("redactor")
    page.goto(f"/editor/articles/{article_id}")
    network, form = Network(page), page.locator("#add-picture")
    network.break_from(PART)

    choose(page, "#photos")
    expect(form.locator("[role=status]")).to_have_text(zh("The network is gone; it goes on by itself."))
    expect(form.locator("button[type=submit]")).to_be_disabled()
    until_noted(page)
    page.reload()
    network.mend()
    expect(form.locator("[role=status]")).to_have_text(
        zh("The picture is here. Say what it shows and add it.")
    )
    form.locator("[name=caption]").fill("广场")
    form.locator("button[type=submit]").click()

    expect(page).to_have_url(re.compile(r"/pictures/[0-9]+$"))
    assert network.parts.count(0) == 1
    all_forgotten(page)
