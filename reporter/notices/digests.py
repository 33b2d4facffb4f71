"""The letter that tells what is new where somebody follows it; each subscription and all of them end at one press."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel import ngettext

from reporter.cities.queries import current_city
from reporter.following.commands.stopping import ALL, token_to_stop
from reporter.following.models import Digest
from reporter.following.naming import Told, told_of
from reporter.notices import addresses
from reporter.notices.letters import Line, Reader, facts_of, written
from reporter.ports import ports
from reporter.ports.mail import Letter

ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058


@dataclass(frozen=True)
class Group:
    """What is new of one subscription. `more`: how many posts are not named; `stop`: where it ends, "" when it has."""

    title: str
    lines: list[Line]
    more: int
    rest: str
    stop: str


def letter_of(reader: Reader, digest: Digest) -> Letter | None:
    """Return the letter in the language that is spoken; None when nothing of it is on show any more."""
    told = told_of(digest)
    if not told:
        return None
    stop = _address(addresses.stop_following_page(token_to_stop(digest.user_id, ALL)))
    number = digest.number
    subject = str(ngettext("%(num)d new post where you follow", "%(num)d new posts where you follow", number))
    facts = facts_of(subject) | {
        "groups": [_group(digest.user_id, one) for one in told], "stop": stop,
        "page": _address(addresses.digest_page(digest.id)), "following": _address(addresses.FOLLOWING),
    }  # fmt: skip
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": ONE_CLICK}
    return written("digest", reader.address, facts, headers)


def _group(user_id: int, told: Told) -> Group:
    rest = "" if told.title.narrow is None else _address(addresses.board_page(urlencode(told.title.narrow)))
    token = token_to_stop(user_id, told.follow_id) if told.follow_id else ""
    return Group(
        told.title.words,
        [Line(post.title, _address(addresses.post_page(post.public_id))) for post in told.posts],
        told.more, rest, _address(addresses.stop_following_page(token)) if token else "",
    )  # fmt: skip


def _address(path: str) -> str:
    return ports.site.address(path, current_city().hosts)
