"""What each person does on the way from a photo to the board, on the real pages, in Chinese, with either kind of hands."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from reporter.demo.scenes import render
from tests.browser.hands import Hands
from tests.browser.words import like, zh
from tests.photos.pictures import street

PLACE = (113.1301, 41.0202)  # degrees WGS 84, in the city, away from what the demo stories tell
PASSWORD = "jining-demo-2026"  # printed at every start of the demo city
WORDS = "两个垃圾桶满了三天，袋子堆到路上。"
SEED = 7
NUMBER = re.compile(r"R-\d{6}-\d{8}-\d{6}")
SENDING = r"() => /^\d+%$/.test(document.querySelector('[data-shot] [data-percent]')?.textContent)"


def picture(name: str, *, minutes_ago: int, at: tuple[float, float] = PLACE) -> FilePayload:
    """Return a drawing of the demo city as a phone's JPEG with time and place, each time a shot of its own."""
    taken_at = datetime.now(UTC) - timedelta(minutes=minutes_ago)  # noqa: TID251 - phones have clocks of their own
    content = render(name, seed=SEED, taken_at=taken_at, lon=at[0], lat=at[1])
    with Image.open(BytesIO(content)) as drawing:
        shot, file = Image.blend(drawing, street(uuid4().int, drawing.size), 0.5), BytesIO()
        shot.save(file, "JPEG", quality=88, exif=drawing.info["exif"])
    return FilePayload(name=f"{name}.jpg", mimeType="image/jpeg", buffer=file.getvalue())


def button(page: Page | Locator, message: str, context: str = "") -> Locator:
    """Return the button with the Chinese of `message` on it; a key that stands beside it is no matter."""
    return page.get_by_role("button", name=zh(message, context))


def link(page: Page | Locator, message: str) -> Locator:
    """Return the first link with the Chinese of `message` on it."""
    return page.get_by_role("link", name=zh(message)).first


def shown(several: Locator) -> Locator:
    """Return the first of `several` that can be seen on this screen."""
    return several.filter(visible=True).first


def sign_in(hands: Hands, login: str) -> None:
    """Sign in on the page that asks for it."""
    page = hands.page
    page.goto("/sign-in")
    hands.press(page.locator("main details > summary"))
    hands.write(page.locator("#login"), f"{login}@jining.example")
    hands.write(page.locator("#password"), PASSWORD)
    hands.press(button(page.locator("main"), "Sign in"))
    expect(page).not_to_have_url(re.compile("sign-in"))
    page.wait_for_load_state()  # the desk's keys are there


def report(hands: Hands, at: tuple[float, float] = PLACE) -> tuple[str, str]:
    """Report rubbish with a photo taken `at` degrees WGS 84, screen by screen; return number and query code of the receipt."""
    begin(hands, at)
    name_kind(hands)
    expect(hands.page.get_by_role("heading", name=zh("Look it over and send it"))).to_be_focused()
    expect(hands.page.locator("[data-sum-source]")).to_have_text(zh("From the place in the photo"))
    return send(hands)


def begin(hands: Hands, at: tuple[float, float] = PLACE) -> None:
    """Come to the report from the first page, with a photo taken `at` degrees WGS 84, and go on."""
    hands.page.goto("/")
    hands.press(link(hands.page, "Report with a photo"))
    _photo(hands, at)


def send(hands: Hands) -> tuple[str, str]:
    """Write a few words on the last screen and send the report; return number and query code of the receipt."""
    page = hands.page
    hands.write(
        page.locator("#words"), f"{WORDS}{uuid4().int % 1_000_000}"
    )  # the same words again and again are set aside
    expect(page.locator("[data-sum-kind]")).to_contain_text("乱扔乱倒")
    hands.press(button(page, "Send"))
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    expect(page.locator("svg path").first).to_be_visible()  # the QR
    expect(page.locator("main")).to_contain_text(NUMBER)
    page.wait_for_load_state()  # the receipt has forgotten the draft
    return _number(page), page.url.rsplit("/", 1)[1]


def _number(page: Page) -> str:
    found = NUMBER.search(page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found[0]


def _photo(hands: Hands, at: tuple[float, float]) -> None:
    page = hands.page
    slow = page.context.new_cdp_session(page)
    slow.send("Network.emulateNetworkConditions", _speed(upload=400_000))
    hands.hand_over(page.locator("[data-gallery]"), [picture("rubbish-before", minutes_ago=12, at=at)])
    shot = page.locator("[data-shot]")
    page.wait_for_function(SENDING)  # asked at every frame: it stands there for a moment only
    expect(shot).to_contain_text(zh("Uploaded"))
    slow.send("Network.emulateNetworkConditions", _speed())
    slow.detach()
    expect(page.locator("[data-check-time]")).to_contain_text(like("First photo taken: {time}"))
    hands.press(button(page, "Next"))


def _speed(upload: int = -1) -> dict[str, float | bool]:
    return {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}


def name_kind(hands: Hands) -> None:
    """Choose kind and sub-type, rubbish that lies about; the place was passed over, because the photo says it."""
    page = hands.page
    expect(page.get_by_role("heading", name=zh("What kind is it?"))).to_be_focused()
    hands.choose(page.locator("[name=category][data-slug=littering_dumping]"))
    expect(page.locator("[data-promise]")).to_be_visible()
    hands.press(page.get_by_role("button", name="暴露垃圾"))


def accept(hands: Hands, number: str) -> str:
    """Find the report by its number, accept it in one step; return the number of its case."""
    page = hands.page
    find(hands, number)
    expect(page.get_by_text(WORDS)).to_be_visible()
    hands.press(page.locator("#judge button"))
    done = page.locator(".flashes")
    expect(done).to_contain_text(like("Accepted and given to %(unit)s: case %(number)s."))
    expect(done).to_contain_text("环卫一队")
    found = re.search(r"\d{6}-\d{8}-\d{6}", done.inner_text())
    assert found
    return found[0]


def find(hands: Hands, number: str) -> None:
    """Look for a report or case by its number, from any page of the desk."""
    page = hands.page
    search = page.locator("[data-key='/']").first
    hands.write(search, number)
    page.wait_for_load_state()
    with page.expect_event("load"):  # the page before may show the same number, at the same address
        page.keyboard.press("Enter")
    expect(page.get_by_text(number).first).to_be_visible()


def handle(hands: Hands, case_id: int) -> None:
    """Claim the case and hand in a photo taken after the work."""
    page = hands.page
    hands.press(shown(page.locator(f"form[action$='/unit/{case_id}/claim'] button")))
    hand_in(hands, case_id)


def hand_in(hands: Hands, case_id: int) -> None:
    """Hand in a photo taken after the work on a case that was claimed."""
    page = hands.page
    hands.press(shown(page.locator(f"a[href$='/unit/{case_id}/result']")))
    hands.hand_over(page.locator("#shots input[type=file]"), [picture("rubbish-after", minutes_ago=0)])
    expect(page.locator("#shots [name=token]")).to_have_count(1)
    hands.choose(page.get_by_role("radio", name=zh("Repaired"), exact=True))
    hands.write(page.locator("#words"), "垃圾已清运，地面已冲洗，增加一个桶。")
    hands.press(button(page, "Hand to the inspector"))
    expect(page.locator(".flashes")).to_be_visible()


def inspect(hands: Hands, case_id: int) -> None:
    """Look at before and after side by side, and pass."""
    page = hands.page
    hands.press(page.locator(f"a.q[href*='/inspection/{case_id}']"))
    expect(page).to_have_url(
        re.compile(rf"/inspection/{case_id}\b")
    )  # the list shows its first case likewise
    expect(page.locator(".ba.live")).to_be_visible()
    hands.press(button(page, "Pass").first)
    hands.press(button(page.locator("dialog[open]"), "Pass and close"))
    expect(page.locator(".flashes")).to_be_visible()


def redact(hands: Hands, exposure_id: int) -> None:
    """Draw a box on each picture, write the words, hand the post to the first review."""
    page = hands.page
    hands.press(page.locator(f"h3 a[href*='/editor/{exposure_id}']"))
    for _picture in ("before", "after"):
        mask = page.locator("svg[data-redact].live")
        expect(mask).to_be_visible()
        boxes = mask.locator(".e-box")
        had = boxes.count()
        hands.draw_box(mask, page.locator("[data-draw]"))
        expect(boxes).to_have_count(had + 1)
        hands.choose(page.locator("#checked"))
        address = page.locator("#mask-form").get_attribute("action") or ""
        hands.press(button(page, "All hidden: keep and go on"))
        expect(page.locator(f"#mask-form[action='{address}']")).to_have_count(0)
    hands.press(shown(page.locator(f"a[href$='/editor/{exposure_id}/words']")))
    hands.write(page.locator("#summary"), "路边垃圾落地三天，环卫一队当天清运。")
    hands.choose(page.locator("#no_minor"))
    hands.press(button(page, "Keep the words"))
    hand_in = button(page, "Hand to the first review")
    expect(hand_in).to_be_enabled()
    hands.press(hand_in)
    expect(page.locator(".flashes")).to_contain_text(
        zh("Handed to the first review. Somebody else looks at it now.")
    )


def pass_first(hands: Hands, exposure_id: int) -> None:
    """Pass the first review."""
    page = hands.page
    hands.press(link(page.locator("main"), "First review"))
    expect(page).to_have_url(re.compile(r"\bat=first\b"))
    hands.press(page.locator(f"h3 a[href*='/editor/{exposure_id}']"))
    hands.press(button(page, "Pass, on to the second review"))
    expect(page.locator(".flashes")).to_contain_text(zh("Passed. A third person looks at it now."))


def publish(hands: Hands, exposure_id: int) -> None:
    """Pass the second review."""
    page = hands.page
    hands.press(link(page.locator("main"), "Second review"))
    expect(page).to_have_url(re.compile(r"\bat=second\b"))
    hands.press(page.locator(f"h3 a[href*='/editor/{exposure_id}']"))
    publish_it = page.locator("form[action$='/publish'] button")
    hands.press(publish_it)
    expect(page.locator(".flashes")).to_contain_text(zh("Published. It is on the board now."))


def see_on_board(hands: Hands, public_id: str) -> None:
    """Find the post on the board once its pictures are made, open it and compare before and after."""
    page = hands.page
    page.goto("/board")
    for _ in range(60):
        if page.locator(f".post h2 a[href$='/board/{public_id}']").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    hands.press(page.locator(f".post h2 a[href$='/board/{public_id}']"))
    slider = page.locator("[data-slider] input[type=range]")
    expect(slider).to_be_visible()  # once its script is there
    hands.slide(slider)
    expect(slider).not_to_have_value("50")
    drawn = page.locator("[data-slider]").evaluate("box => box.style.getPropertyValue('--pos')")
    assert drawn == f"{slider.input_value()}%"


def follow_and_rate(hands: Hands, code: str) -> None:
    """Type the query code, see before and after and the whole timeline, and rate."""
    page = hands.page
    page.goto("/track")
    hands.write(page.locator("#code"), code)
    hands.press(button(page, "See how it goes"))
    expect(page.get_by_role("link", name=zh("On the exposure board"))).to_be_visible()
    expect(page.locator("[data-slider]")).to_be_visible()
    hands.press(button(page, "Yes, solved"))
    expect(page.locator(".flashes")).to_contain_text(zh("Thank you. You may also say how satisfied you are."))
    hands.press(button(page, "Satisfied").first)
    expect(page.locator(".flashes")).to_contain_text(zh("Thank you for your rating."))
