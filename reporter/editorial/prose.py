"""The body of an article: Markdown of a few kinds, written without HTML, and the HTML that is made of it. Pure."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

LENGTH_AT_MOST = 20_000
SCHEMES = frozenset({"http", "https"})
_RULES = ("heading", "list", "blockquote", "emphasis", "link", "image", "newline", "escape")
_DEPTH_AT_MOST = 20  # quotes and lists within one another; what lies deeper is left out
_TITLE, _HIGHEST, _LOWEST = 1, 2, 3  # the page's own heading, and those within an article


def as_html(text: str) -> str:
    """Return `text` as HTML: paragraphs, two levels of headings, lists, quotes, emphasis, and links to web pages.

    Whatever else it holds (tags, pictures, addresses of any other kind) stands there as plain words.
    """
    tokens = _READER.parse(text[:LENGTH_AT_MOST])
    _level(tokens)
    written: str = _READER.renderer.render(tokens, _READER.options, {})
    return written


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"maxNesting": _DEPTH_AT_MOST, "html": False}).enable(_RULES)
    reader.validateLink = leads_to_a_page  # type: ignore[assignment, method-assign]  # as its authors say to do it
    reader.add_render_rule("image", _words_of_picture)
    reader.add_render_rule("link_open", _link)
    return reader


def leads_to_a_page(address: str) -> bool:
    """Tell whether `address` is a whole one of a web page."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in SCHEMES and bool(parts.hostname)
    except ValueError:
        return False


def _words_of_picture(_renderer: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    """Return the words that stand for a picture: none is loaded from elsewhere."""
    return escapeHtml(tokens[place].content)


def _link(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    tokens[place].attrs = {"href": tokens[place].attrs["href"], "rel": "nofollow noopener"}
    opened: str = renderer.renderToken(tokens, place, options, env)
    return opened


def _level(tokens: Sequence[Token]) -> None:
    """Let headings begin below the title of the page and skip no level."""
    heads = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    top = min((token.tag for token in heads), default="")
    before = _TITLE
    for token in heads:
        if token.type == "heading_open":
            before = min(_HIGHEST if token.tag == top else _LOWEST, before + 1)
        token.tag = f"h{before}"


_READER = _reader()
