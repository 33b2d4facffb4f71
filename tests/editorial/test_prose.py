"""The body of an article: a few kinds of marks become HTML, and nothing an editor types becomes live markup."""

import re
from time import process_time

import pytest

from reporter.editorial.prose import LENGTH_AT_MOST, as_html, leads_to_a_page

pytestmark = pytest.mark.pure

MAY_STAND = {"p", "h2", "h3", "ul", "ol", "li", "em", "strong", "blockquote", "a", "br"}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<!-- <b> --> <b>x</b> <?php ?> <![CDATA[<b>]]>",
    "<iframe src=//evil.example></iframe>",
    "<style>*{display:none}</style>",
    "a <b>b</b> c &lt;script&gt;",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/board)",
    "[x](http:///nowhere)",
    '[x](https://ok.example/"onmouseover="alert(1))',
    '[x](https://ok.example "t" onclick=alert(1))',
    '[x](<https://ok.example/"><script>alert(1)</script>>)',
    "![x](https://evil.example/spy.png)",
    "![<b>x</b>](https://evil.example/spy.png)",
    "![x](data:image/png;base64,AAAA)",
    "[![x](https://evil.example/spy.png)](https://ok.example)",
    "<javascript:alert(1)>",
    "<https://ok.example>",
    "[x]: javascript:alert(1)\n\n[x]",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "| a |\n|---|\n| <b> |",
)  # fmt: skip


def tags(html: str) -> list[str]:
    """Return every tag of `html`, as it stands there."""
    return re.findall(r"<[^>]*>?", html)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_live_markup_comes_of_what_is_typed(text: str) -> None:
    found = [
        re.fullmatch(r'</?([a-z0-9]+)((?: (?:href|rel)="[^"<>]*")*)>', tag) for tag in tags(as_html(text))
    ]

    assert None not in found
    assert {tag[1] for tag in found if tag} <= MAY_STAND
    hrefs = re.findall(r'href="([^"]*)"', as_html(text))
    assert [href for href in hrefs if not href.startswith(("http://", "https://"))] == []


def test_the_usual_marks_become_what_they_mean() -> None:
    written = as_html(
        "# 一\n\n字*斜*和**粗**\n\n- 甲\n- 乙\n\n1. 先\n\n> 话\n\n[网页](https://ok.example/?a=1&b=2)"
    )

    for part in (
        "<h2>一</h2>", "<em>斜</em>", "<strong>粗</strong>", "<ul>", "<li>乙</li>", "<ol>", "<blockquote>",
        '<a href="https://ok.example/?a=1&amp;b=2" rel="nofollow noopener">网页</a>',
    ):  # fmt: skip
        assert part in written


@pytest.mark.parametrize(
    ("marks", "levels"),
    [
        ("# # ##", "h2 h2 h3"),
        ("## ### ######", "h2 h3 h3"),
        ("### ##", "h2 h2"),
        ("###### ###### #", "h2 h3 h2"),
    ],
)
def test_headings_begin_below_the_title_and_skip_no_level(marks: str, levels: str) -> None:
    written = as_html("\n\n".join(f"{mark} x" for mark in marks.split()))

    assert re.findall(r"<(h\d)>", written) == levels.split()


@pytest.mark.parametrize(
    "part", ["[", "![", "[*", "*a ", "**x*", "_a", "`", "<", ">", "> ", "- ", "* - ", "[a](", "\\", "]", "# a\n", "[x](http://"]
)  # fmt: skip
def test_the_longest_and_deepest_body_is_read_within_a_second_or_two(part: str) -> None:
    began = process_time()

    as_html(part * (LENGTH_AT_MOST // len(part)))

    assert process_time() - began < 3


def test_no_more_is_read_than_a_body_may_have() -> None:
    assert len(as_html("a" * (LENGTH_AT_MOST + 5000))) < LENGTH_AT_MOST + 10


@pytest.mark.parametrize("address", ["", "x", "mailto:a@b.example", "http://[", "https:", "ftp://ok.example"])
def test_only_whole_addresses_of_web_pages_lead_anywhere(address: str) -> None:
    assert not leads_to_a_page(address)
    assert leads_to_a_page("HTTPS://ok.example/a?b")
