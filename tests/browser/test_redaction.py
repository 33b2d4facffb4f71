"""The redactor's picture under mouse, finger and keyboard: boxes, zoom, the view of the public, proposals, the tick."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import CDPSession, FloatRect, Locator, Page, expect
from sqlalchemy import delete

from reporter.board.models import Exposure
from reporter.board.queries import picture_of
from reporter.kernel.db import command, db
from reporter.photos.models import Photo, Region, Search
from reporter.photos.regions import RegionKind
from tests.browser.acts import button
from tests.browser.axe import violations
from tests.browser.samples import story_exposure
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Screen, Visitors
from tests.browser.words import like, zh
from tests.make import a_region

FINGER = 44  # pixels that a finger hits
SIDES = "xywh"
CLOSE = 0.7  # percent that a hand may be off


def the_picture(exposure: Exposure) -> int:
    """Return the id of the picture that nobody has judged yet."""
    return next(one.id for one in exposure.pictures if one.used and not one.confirmed)


def opened(visit: Visitors, city: LiveCity, screen: Screen = DESK) -> Page:
    """Return the redactor's screen with the picture that waits, without boxes."""
    with city.looked_into():
        exposure = story_exposure("redacting")
        address = f"/editor/{exposure.id}?photo={the_picture(exposure)}"
    page = visit("redactor", screen=screen)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    expect(page.locator("svg.live")).to_be_visible()
    return page


def boxes(page: Page) -> list[dict[str, float]]:
    """Return the boxes as the form's numbers have them, in percent."""
    found: list[dict[str, float]] = page.evaluate(
        """() => [...document.querySelectorAll("[data-rows] [data-row]")].map(row => Object.fromEntries(
            ["x", "y", "w", "h"].map(side => [side, parseFloat(row.querySelector(`[name$="-${side}"]`).value)])))"""
    )
    return found


def edges(target: Locator) -> FloatRect:
    found = target.bounding_box()
    assert found is not None
    return found


def ground(page: Page) -> FloatRect:
    """Return where the picture itself lies on the screen."""
    return edges(page.locator("svg[data-redact] image").first)


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return the point of the screen at `x` and `y` percent of the picture."""
    at = ground(page)
    return at["x"] + at["width"] * x / 100, at["y"] + at["height"] * y / 100


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def is_near(box: dict[str, float], *sides: float) -> bool:
    return all(abs(box[side] - want) <= CLOSE for side, want in zip(SIDES, sides, strict=True))


RESTED = """async view => {
    const at = () => [view.scrollLeft, view.scrollTop];
    for (let before; String(before) !== String(at()); ) {
        before = at();
        await new Promise(done => setTimeout(done, 250));
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))); // it was drawn meanwhile
    }
    return at();
}"""
COLOUR = """async ([x, y]) => {
    const image = new Image();
    image.src = document.querySelector("svg [data-public]").getAttribute("href");
    await image.decode();
    const board = new OffscreenCanvas(image.width, image.height).getContext("2d");
    board.drawImage(image, 0, 0);
    return [...board.getImageData(x * image.width, y * image.height, 1, 1).data].slice(0, 3);
}"""


class Fingers:
    """Fingers on the screen of a phone."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.move([start], [end])

    def move(self, starts: Sequence[tuple[float, float]], ends: Sequence[tuple[float, float]]) -> None:
        self.send("touchStart", *starts)
        for step in range(1, 6):
            between = [
                (x + (u - x) * step / 5, y + (v - y) * step / 5)
                for (x, y), (u, v) in zip(starts, ends, strict=True)
            ]
            self.send("touchMove", *between)
        self.send("touchEnd")


def arm(page: Page) -> None:
    """Tap on the tool that draws, and wait until it is in the hand: a tap is told a moment after the finger is gone."""
    page.locator("[data-draw]").tap()
    expect(page.locator("[data-draw]")).to_have_attribute("aria-pressed", "true")


def test_with_the_mouse_a_box_is_drawn_moved_pulled_and_taken_away(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city)

    drag(page, spot(page, 20, 30), spot(page, 40, 50))
    assert is_near(boxes(page)[0], 20, 30, 20, 20)
    drag(page, spot(page, 30, 40), spot(page, 50, 45))
    assert is_near(boxes(page)[0], 40, 35, 20, 20)
    drag(page, spot(page, 60, 55), spot(page, 70, 75))
    assert is_near(boxes(page)[0], 40, 35, 30, 40)
    drag(page, spot(page, 40, 35), spot(page, 45, 40))
    assert is_near(boxes(page)[0], 45, 40, 25, 35)
    button(page, "Take it away").click()

    assert boxes(page) == []
    expect(page.locator(".e-box")).to_have_count(0)


def test_with_the_keyboard_a_box_is_added_moved_resized_named_and_taken_away(
    visit: Visitors, city: LiveCity
) -> None:
    page = opened(visit, city)

    page.keyboard.press("b")
    (fresh,) = boxes(page)
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowUp", "1"):
        page.keyboard.press(key)
    (moved,) = boxes(page)
    label = page.locator(".e-box").get_attribute("aria-label") or ""

    assert [round(moved[side] - fresh[side], 3) for side in SIDES] == [-1, 0.5, 0.5, -0.5]
    assert like(
        "Box {number}, {kind}, {state}: {x} percent from the left, {y} from the top, {w} wide, {h} high"
    ).fullmatch(label)
    assert "人脸" in label
    expect(page.locator(".e-box")).to_be_focused()
    page.keyboard.press("Delete")
    assert boxes(page) == []
    expect(page.locator("[data-said]")).to_have_text(like("Box {number} is taken away."))
    expect(page.locator("[data-draw]")).to_be_focused()


def test_with_a_finger_a_box_is_drawn_moved_and_pulled_by_grips_wide_enough_for_it(
    visit: Visitors, city: LiveCity
) -> None:
    page = opened(visit, city, PHONE)
    page.locator("svg[data-redact]").scroll_into_view_if_needed()
    fingers = Fingers(page)

    arm(page)
    page.locator("svg[data-redact]").scroll_into_view_if_needed()
    fingers.drag(spot(page, 30, 30), spot(page, 50, 60))
    assert is_near(boxes(page)[0], 30, 30, 20, 30)
    expect(page.locator(".e-grip")).to_have_count(4)
    grips = [edges(grip) for grip in page.locator(".e-grip").all()]
    assert all(min(one["width"], one["height"]) >= FINGER - 0.5 for one in grips)
    fingers.drag(spot(page, 40, 45), spot(page, 50, 50))
    assert is_near(boxes(page)[0], 40, 35, 20, 30)
    corner = edges(page.locator(".e-grip.se"))
    start = corner["x"] + corner["width"] - 4, corner["y"] + corner["height"] - 4
    fingers.drag(start, (start[0] + 20, start[1] + 20))

    at, (box,) = ground(page), boxes(page)
    assert is_near(box, 40, 35, 20 + 2000 / at["width"], 30 + 2000 / at["height"])


def test_tools_on_a_phone_are_wide_enough_for_a_finger(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city, PHONE)
    tools = page.locator(".e-tools button, .e-tools .chip-x, .e-proposals button, .e-tick").filter(
        visible=True
    )

    small = [
        one.inner_text()
        for one in tools.all()
        if min(edges(one)["height"], edges(one)["width"]) < FINGER - 0.5
    ]

    assert tools.count() > 8
    assert small == []


def test_a_small_box_is_hit_by_a_finger_beside_it(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city, PHONE)
    page.locator("svg[data-redact]").scroll_into_view_if_needed()
    arm(page)
    page.locator("svg[data-redact]").scroll_into_view_if_needed()
    fingers = Fingers(page)
    fingers.drag(spot(page, 50, 50), spot(page, 53, 54))
    fingers.drag(spot(page, 5, 95), spot(page, 5, 95))  # somewhere else: nothing is chosen
    page.locator("[data-draw]").focus()
    x, y = spot(page, 51.5, 52)

    fingers.drag((x + 15, y + 15), (x + 15, y + 15))

    expect(page.locator(".e-grip")).to_have_count(4)


@pytest.mark.parametrize("way", ["keys", "buttons", "wheel"])
def test_boxes_stay_where_they_are_when_the_picture_is_enlarged(
    visit: Visitors, city: LiveCity, way: str
) -> None:
    page = opened(visit, city)
    drag(page, spot(page, 60, 60), spot(page, 70, 70))
    (before,), fitted = boxes(page), ground(page)

    if way == "keys":
        page.keyboard.press("+")
        page.keyboard.press("+")
    elif way == "buttons":
        for _press in range(2):
            button(page, "Larger").click()
    else:
        page.mouse.move(*spot(page, 65, 65))
        page.keyboard.down("Control")
        page.mouse.wheel(0, -200)
        page.keyboard.up("Control")
    expect(page.locator("[data-scale]")).not_to_have_text("100 %")

    assert ground(page)["width"] > fitted["width"] * 1.4
    assert boxes(page) == [before]
    line, at = edges(page.locator(".e-box .e-line-done")), ground(page)
    assert abs((line["x"] - at["x"]) / at["width"] * 100 - before["x"]) < 0.5
    assert abs((line["y"] - at["y"]) / at["height"] * 100 - before["y"]) < 0.5
    page.keyboard.press("0")
    expect(page.locator("[data-scale]")).to_have_text("100 %")
    assert abs(ground(page)["width"] - fitted["width"]) < 1


def test_the_point_below_the_pointer_stays_below_it(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city)
    point = spot(page, 60, 55)
    page.mouse.move(*point)
    page.keyboard.down("Control")

    for _turn in range(3):
        page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(page.locator("[data-scale]")).not_to_have_text("100 %")

    there = spot(page, 60, 55)
    assert abs(there[0] - point[0]) < 2
    assert abs(there[1] - point[1]) < 2


def test_what_is_drawn_enlarged_lies_where_it_was_drawn(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city)
    for _press in range(3):
        page.keyboard.press("+")

    drag(page, spot(page, 48, 48), spot(page, 52, 51))
    page.keyboard.press("0")

    assert is_near(boxes(page)[0], 48, 48, 4, 3)
    line, at = edges(page.locator(".e-box .e-line-done")), ground(page)
    assert abs((line["x"] - at["x"]) / at["width"] * 100 - 48) < CLOSE


def test_an_enlarged_picture_is_moved_by_arrows_and_by_the_middle_button(
    visit: Visitors, city: LiveCity
) -> None:
    page = opened(visit, city)
    for _press in range(4):
        page.keyboard.press("+")
    view = page.locator(".e-view")
    scrolled = "view => [view.scrollLeft, view.scrollTop]"
    start = view.evaluate(scrolled)

    view.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "([left, top]) => { const view = document.querySelector('.e-view');"
        " return view.scrollLeft > left && view.scrollTop > top; }",
        arg=start,
    )
    arrows, where = view.evaluate(RESTED), edges(view)
    middle = where["x"] + where["width"] / 2, where["y"] + where["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down(button="middle")
    page.mouse.move(middle[0] - 80, middle[1] - 50, steps=4)
    page.mouse.up(button="middle")

    moved = view.evaluate(scrolled)
    assert abs(moved[0] - arrows[0] - 80) < 4
    assert abs(moved[1] - arrows[1] - 50) < 4
    assert boxes(page) == []


def test_two_fingers_enlarge_the_picture_and_draw_nothing(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city, PHONE)
    arm(page)
    page.locator("svg[data-redact]").scroll_into_view_if_needed()
    fitted = ground(page)["width"]
    left, right = spot(page, 45, 50), spot(page, 55, 50)

    Fingers(page).move([left, right], [(left[0] - 60, left[1]), (right[0] + 60, right[1])])

    assert ground(page)["width"] > fitted * 2
    assert boxes(page) == []
    assert page.evaluate("visualViewport.scale") == 1


def test_a_picture_is_not_judged_before_the_tick(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city)
    address = page.locator("#mask-form").get_attribute("action")
    tick = page.locator("#checked")
    expect(tick).not_to_be_checked()

    page.keyboard.press("s")

    expect(tick).to_be_focused()
    expect(page.locator("[data-said]")).to_have_text(zh("First tick that you have checked this picture."))
    page.keyboard.press("c")
    expect(tick).to_be_checked()
    assert page.locator("#mask-form").get_attribute("action") == address


def test_as_the_public_sees_it_is_burnt_from_the_boxes_as_they_are_drawn(
    visit: Visitors, city: LiveCity
) -> None:
    page = opened(visit, city)
    drag(page, spot(page, 20, 30), spot(page, 40, 50))

    page.keyboard.press("v")
    expect(page.locator("svg.burnt")).to_be_visible()

    inside, outside = (page.evaluate(COLOUR, [x, 0.4]) for x in (0.3, 0.7))
    assert all(abs(part - 32) < 6 for part in inside), inside
    assert not all(abs(part - 32) < 6 for part in outside), outside
    with city.looked_into():
        exposure = story_exposure("redacting")
        assert picture_of(exposure, the_picture(exposure)).boxes == []
    expect(page.locator(".e-box")).to_be_hidden()
    expect(button(page, "Draw a box")).to_be_disabled()
    assert violations(page) == []
    page.keyboard.press("v")
    expect(page.locator("svg.as-public")).to_have_count(0)
    expect(page.locator(".e-box")).to_be_visible()


def test_a_face_may_be_blurred_and_nothing_else(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city)
    drag(page, spot(page, 20, 30), spot(page, 40, 50))
    blur, how = button(page, "Blur this face"), page.locator("[data-rows] select[name$=-how]").first

    page.keyboard.press("2")
    expect(blur).to_be_disabled()
    page.keyboard.press("1")
    page.keyboard.press("m")
    expect(how).to_have_value("blur")
    page.keyboard.press("3")

    expect(how).to_have_value("solid")
    expect(blur).to_be_disabled()


PROPOSED = (
    (RegionKind.FACE, 0.1, 0.1), (RegionKind.PHONE, 0.4, 0.4), (RegionKind.TEXT, 0.7, 0.1), (RegionKind.TEXT, 0.7, 0.6)
)  # fmt: skip


@contextmanager
def proposed(city: LiveCity) -> Iterator[None]:
    """Let a face, a phone number and two other texts be proposed for the picture that waits."""
    search(city, Search.DONE, PROPOSED)
    yield
    search(city, Search.NONE, ())


def search(city: LiveCity, result: Search, found: Sequence[tuple[RegionKind, float, float]]) -> None:
    """Let a program have looked at the picture that waits, with this result and nothing of before."""
    with city.looked_into():
        _search(result, found)


@command
def _search(result: Search, found: Sequence[tuple[RegionKind, float, float]]) -> None:
    exposure = story_exposure("redacting")
    photo = db.session.get_one(Photo, picture_of(exposure, the_picture(exposure)).photo_id)
    photo.searched = result
    db.session.execute(delete(Region).where(Region.photo_id == photo.id))
    for kind, x, y in found:
        db.session.add(a_region(photo, kind, x=x, y=y, w=0.1, h=0.1))


def test_proposals_are_taken_over_or_away_before_the_picture_is_judged(
    visit: Visitors, city: LiveCity
) -> None:
    with proposed(city):
        page = opened(visit, city)
    found = page.locator(".e-found")
    expect(found).to_have_count(2)
    assert boxes(page) == []
    assert violations(page) == []

    page.keyboard.press("c")
    page.keyboard.press("s")
    expect(found.first).to_be_focused()
    expect(page.locator("[data-said]")).to_have_text(zh("First take this proposal over or away."))
    page.keyboard.press("Delete")
    expect(found).to_have_count(1)
    expect(found).to_be_focused()
    page.keyboard.press("Enter")

    expect(found).to_have_count(0)
    assert is_near(boxes(page)[0], 40, 40, 10, 10)
    expect(page.locator("[data-rows] select[name$=-kind]").first).to_have_value("text")


def test_all_proposals_are_taken_over_by_a_key_and_other_text_is_shown_by_another(
    visit: Visitors, city: LiveCity
) -> None:
    with proposed(city):
        page = opened(visit, city)

    page.keyboard.press("t")
    expect(page.locator(".e-found.faint")).to_have_count(2)
    page.keyboard.press("a")

    expect(page.locator(".e-found")).to_have_count(2)  # the other text: nobody asked for it
    assert len(boxes(page)) == 2
    page.keyboard.press("t")
    expect(page.locator(".e-found")).to_have_count(0)


def test_where_no_program_looked_it_says_so(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city)

    expect(page.locator("[data-proposals]")).to_contain_text(
        zh("No proposals: no program has looked at this picture. Draw by hand.")
    )
    expect(page.locator(".e-found")).to_have_count(0)


def test_a_mask_of_before_is_laid_over_the_picture(visit: Visitors, city: LiveCity) -> None:
    with city.looked_into():
        exposure = story_exposure("redacting")
        judged = next(one for one in exposure.pictures if one.confirmed)
        address, number = f"/editor/{exposure.id}?photo={judged.id}", len(judged.boxes)
    page = visit("redactor", screen=DESK)
    page.goto(address)

    page.locator("#mask-history summary").click()
    button(page.locator("#mask-history"), "Lay over").or_(page.locator("[data-lay]")).first.click()

    expect(page.locator(".e-line-laid")).to_have_count(number)
    expect(page.locator("#mask-history")).to_contain_text(zh("checked and judged"))
