"""Two ways to use a page: with the finger or mouse, and with the keyboard alone. The stories are told with both."""

from collections.abc import Sequence
from typing import Protocol

from playwright.sync_api import FilePayload, Locator, Page, expect

FARTHEST = 250  # presses of one key before something counts as out of reach


class Hands(Protocol):
    """What a person does on a page."""

    page: Page

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""

    def write(self, target: Locator, text: str) -> None:
        """Write `text` into an empty field."""

    def choose(self, target: Locator) -> None:
        """Choose a radio button, or tick a box."""

    def hand_over(self, target: Locator, files: Sequence[FilePayload]) -> None:
        """Give `files` to a field for them."""

    def draw_box(self, picture: Locator, button: Locator) -> None:
        """Draw a box on the redactor's picture; `button` is the tool for it."""

    def slide(self, target: Locator) -> None:
        """Move a slider a little to the right."""


class Finger:
    """Points and presses."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def choose(self, target: Locator) -> None:
        target.wait_for(state="attached")
        label = target.locator("xpath=ancestor::label")
        (label if label.count() else target).click()
        expect(target).to_be_checked()

    def hand_over(self, target: Locator, files: Sequence[FilePayload]) -> None:
        with self.page.expect_file_chooser() as asked:
            target.locator("xpath=ancestor::label").click()
        asked.value.set_files(files)

    def draw_box(self, picture: Locator, button: Locator) -> None:
        button.click()
        edges = picture.bounding_box()
        assert edges is not None
        left, top = edges["x"] + edges["width"] * 0.3, edges["y"] + edges["height"] * 0.3
        self.page.mouse.move(left, top)
        self.page.mouse.down()
        self.page.mouse.move(left + 60, top + 40, steps=4)
        self.page.mouse.up()

    def slide(self, target: Locator) -> None:
        edges = target.bounding_box()
        assert edges is not None
        target.click(position={"x": edges["width"] * 0.6, "y": edges["height"] / 2})


class Keys:
    """Uses the keyboard and nothing else; what Tab does not reach is out of reach."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator, *, group: bool = False) -> None:
        """Press Tab until `target` has the focus; with `group`, until a radio button of its name has it."""
        target.wait_for(state="attached")
        here = "group" if group else "this"
        for _ in range(FARTHEST):
            if target.evaluate(_FOCUSED[here]):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)

    def choose(self, target: Locator) -> None:
        self.reach(target, group=True)
        for _ in range(FARTHEST):
            if target.evaluate(_FOCUSED["this"]):
                break
            self.page.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def hand_over(self, target: Locator, files: Sequence[FilePayload]) -> None:
        with self.page.expect_file_chooser() as asked:  # asked for early: the browser takes a moment to agree
            self.reach(target)
            self.page.keyboard.press("Enter")
        asked.value.set_files(files)

    def draw_box(self, picture: Locator, button: Locator) -> None:
        self.press(button)
        for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
            self.page.keyboard.press(key)

    def slide(self, target: Locator) -> None:
        self.reach(target)
        for _ in range(10):
            self.page.keyboard.press("ArrowRight")


_FOCUSED = {
    "this": "node => node === document.activeElement",
    "group": """node => node === document.activeElement || (node.type === "radio"
        && document.activeElement?.type === "radio" && document.activeElement.name === node.name
        && document.activeElement.form === node.form)""",
}
