"""Which page a notice leads to, as a path. Pure; a test holds that every path is a page."""

from urllib.parse import quote

from reporter.notices.table import Who

AT_UNIT = frozenset({Who.UNIT, Who.CO_UNITS, Who.HEAD})  # told of a case by its page at the unit
PIECES = "/editor/pieces"  # what editors write
SIGN_IN = "/sign-in"
HANDOVERS = "/triage/handovers"  # the centre is told of one without a number
FOLLOWING = "/my/following"
BELL, OWN_SETTINGS = "/notices/", "/notices/settings"


def page_of(
    who: str, *, case_id: int | None = None, exposure_id: int | None = None, objection_id: int | None = None,
    digest_id: int | None = None, number: str = "", code: str = "",
) -> str:  # fmt: skip
    """Return the path of the page that a notice is about, the list of notices when it is about none.

    Args:
        who: the audience, one of `Who`.
        code: the query code of the reporter's own report.
        number: of the case or the report.
    """
    if who == Who.REPORTER and code:
        return f"/track/{quote(code)}"
    if who in AT_UNIT and case_id:
        return f"/unit/{case_id}"
    if who in {Who.CENTRE, Who.COLLEAGUE} and (case_id or number):
        return f"/triage/cases/{case_id}" if case_id else f"/triage/search?q={quote(number)}"
    if who == Who.EDITORS and objection_id:
        return f"/editor/objections/{objection_id}"
    if who == Who.EDITORS:
        return f"/editor/{exposure_id}" if exposure_id else PIECES
    others = {
        Who.ADMINS: "/admin/webhooks", Who.FOLLOWER: digest_page(digest_id) if digest_id else FOLLOWING,
        Who.CENTRE: HANDOVERS, Who.COLLEAGUE: HANDOVERS,
    }  # fmt: skip
    return others.get(Who(who), BELL) if who in list(Who) else BELL


def settings_page(token: str) -> str:
    """Return the path of the settings of whoever has no account."""
    return f"/notices/by/{token}"


def stop_page(token: str) -> str:
    """Return the path that ends all mail at one press."""
    return f"/notices/stop/{token}"


def digest_page(digest_id: int) -> str:
    """Return the path of what somebody was told of what they follow."""
    return f"{FOLLOWING}/digests/{digest_id}"


def stop_following_page(token: str) -> str:
    """Return the path that ends one subscription, or all, at one press."""
    return f"{FOLLOWING}/stop/{token}"


def board_page(narrowed: str) -> str:
    """Return the path of the board, narrowed as a query string says."""
    return f"/board?{narrowed}" if narrowed else "/board"


def post_page(public_id: str) -> str:
    """Return the path of one post."""
    return f"/board/{public_id}"


def link_page(token: str) -> str:
    """Return the path that signs in, after one press, whoever has a letter."""
    return f"{SIGN_IN}/by/{token}"
