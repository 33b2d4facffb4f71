"""The lists at the left of the triage pages, as their tests read them."""

import re


def rows(page: str) -> list[int]:
    """Return the ids of the reports on the list, in their order."""
    listed = page[page.index("data-keep-scroll") : page.index("pane-mid")]
    return [int(number) for number in re.findall(r'class="q" href="/triage/(\d+)', listed)]
