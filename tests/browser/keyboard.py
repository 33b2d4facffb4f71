"""Walk through a page by Tab alone, and tell what somebody without a mouse does not reach, or does not see."""

from typing import Any

from playwright.sync_api import Page

MOST = 900  # presses; a page that needs more has a trap
# What can be reached: a group of radio buttons is one thing, its arrows go on from there.
BEGIN = """() => {
    const things = document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], audio[controls], video[controls]");
    const within = (thing) => !thing.disabled && thing.tabIndex >= 0 && !thing.closest("[inert]")
        && !thing.matches(":disabled") && thing.checkVisibility({ visibilityProperty: true });
    const group = (thing) => thing.type === "radio" && thing.name ? `${thing.form?.id}/${thing.form?.action}/${thing.name}` : thing;
    const left = new Set([...things].filter(within).map(group));
    window.walk = { left, group, met: new Set(), last: null };
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
}"""
# One press later: where the focus is, and what is wrong with how it shows there. null at the end.
LOOK = """() => {
    const { left, group, met } = window.walk;
    const at = document.activeElement;
    if (!at || at === document.body || at === document.documentElement) return null;
    if (at === window.walk.last) return ""; // a field of several parts: hour and minute, year and day
    if (met.has(at)) return null;
    window.walk.last = at;
    met.add(at);
    left.delete(group(at));
    const name = at.outerHTML.slice(0, 140).replace(/\\s+/g, " ");
    const small = (thing) => {
        const { width, height } = thing.getBoundingClientRect();
        return width <= 1 || height <= 1 || getComputedStyle(thing).opacity === "0";
    };
    const faces = [at, ...(small(at) ? [...(at.labels ?? []), at.parentElement, at.nextElementSibling] : [])].filter(Boolean);
    const ringed = (thing) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(thing);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    };
    if (!faces.some(ringed)) return `the focus does not show: ${name}`;
    const face = faces.find((thing) => !small(thing)) ?? at;
    const box = face.getBoundingClientRect();
    const [x0, x1] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [y0, y1] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (x1 <= x0 || y1 <= y0) return `the focus is off the screen: ${name}`;
    for (const dx of [0.1, 0.5, 0.9]) for (const dy of [0.1, 0.5, 0.9]) {
        const top = document.elementFromPoint(x0 + (x1 - x0) * dx, y0 + (y1 - y0) * dy);
        if (top && (face.contains(top) || top.contains(face))) return "";
    }
    return `the focus is covered: ${name}`;
}"""
LEFT = """() => [...window.walk.left].slice(0, 4).map((thing) =>
    `Tab does not reach ${typeof thing === "string" ? thing : thing.outerHTML.slice(0, 140).replace(/\\s+/g, " ")}`)"""


def stumbles(page: Page) -> list[str]:
    """Press Tab from the head of `page` to its end; return what is not reached, and where the focus cannot be seen."""
    page.wait_for_load_state()
    page.evaluate(BEGIN)
    found: list[str] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        said: Any = page.evaluate(LOOK)
        if said is None:
            return [*found, *page.evaluate(LEFT)]
        if said:
            found.append(said)
    return [*found, f"a trap: no end after {MOST} presses"]
