"""What every page's frame shows: who runs it, where one can go, who is signed in, which switches are on."""

from dataclasses import dataclass
from functools import cached_property

from flask import current_app, g, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from flask_login import current_user

from reporter.cities.models import Jurisdiction
from reporter.desks.guard import me
from reporter.desks.incoming import safe_path
from reporter.desks.kept_pages import ELDER_COOKIE
from reporter.desks.states import role_word
from reporter.desks.words import DEFAULT_LOCALE, LANGUAGES, named, offered
from reporter.kernel.policy import STAFF, may
from reporter.kernel.policy import Permission as May
from reporter.notices.queries import Bell, bell_of
from reporter.places.queries import edition

# fmt: off
NAV = (
    # endpoint             words
    ("public.home",        _l("Home")),
    ("public.board",       _p("head", "Board")),
    ("public.city_map",    _l("Map")),
    ("columns.columns",    _p("newspaper", "Columns")),
    ("public.figures",     _l("Figures")),
    ("resident.track",     _p("head", "Progress")),
)
TABS = (
    # endpoint             words                  icon, and the same when it is the current one
    ("public.home",        _l("Home"),            "house",       "house-fill"),
    ("public.board",       _p("head", "Board"),   "newspaper",   "newspaper"),
    ("resident.report",    _l("Report"),          "camera-fill", "camera-fill"),
    ("public.city_map",    _l("Map"),             "map",         "map-fill"),
    ("resident.mine",      _l("Mine"),            "person",      "person-fill"),
)
FOOT = (
    ("privacy",            _l("Privacy")),
    ("exposure-rules",     _l("Rules of exposure")),
    ("objections",         _l("Objections and corrections")),
    ("open-data",          _l("Open data")),
    ("accessibility",      _l("Accessibility")),
)
DESKS = (
    # endpoint             who sees it                       words
    ("triage.queue",       (May.DESK_TRIAGE,),               _l("Acceptance")),
    ("triage.waiting_cases", (May.DESK_TRIAGE,),             _l("Dispatch")),
    ("triage.approvals",   (May.DESK_APPROVALS,),            _l("Approvals")),
    ("unit.inbox",         (May.DESK_UNIT,),                 _l("My unit")),
    ("inspection.queue",   (May.DESK_INSPECTION,),           _l("Inspection")),
    ("editor.queue",       (May.DESK_EDITOR,),               _l("Exposure editing")),
    ("editor.pieces",      (May.DESK_EDITOR,),               _p("newspaper", "Columns")),
    ("admin.home",         (May.DESK_ADMIN, May.DESK_SECURITY, May.DESK_AUDIT), _l("Administration")),
)
SEARCHES = (("triage.search", May.DESK_TRIAGE), ("inspection.find", May.DESK_INSPECTION))
OFFLINE = ("public", "columns", "resident", "site")  # desks of everybody
# Pages that have no place of their own in the bars: where they belong.
WITHIN = {
    "public.exposure": "public.board",
    **dict.fromkeys(("columns.articles", "columns.article", "columns.honours"), "columns.columns"),
    "resident.lookup": "resident.track",
    "resident.receipt": "resident.mine",
    "resident.waiting": "resident.mine",
    "resident.points": "resident.mine",
    **dict.fromkeys(("resident.following", "resident.new_follow", "resident.a_follow", "resident.digest"), "resident.mine"),
    **dict.fromkeys(("editor.piece", "editor.new_piece", "editor.edit_piece", "editor.article_picture"), "editor.pieces"),
    "triage.report": "triage.queue",
    "triage.waiting_case": "triage.waiting_cases",
    "triage.approval": "triage.approvals",
    "triage.case": "triage.queue",
}
# fmt: on


@dataclass(frozen=True)
class Link:
    """A way to go. `current`: the page one is on."""

    text: object
    href: str
    current: bool = False
    icon: str = ""
    camera: bool = False


@dataclass(frozen=True)
class Language:
    """A language one can change to."""

    locale: str
    lang: str
    name: str
    short: str


@dataclass(frozen=True)
class Account:
    """The person signed in, or the way to sign in."""

    text: object
    href: str
    role: str = ""


def way(endpoint: str) -> str:
    """Return the address of `endpoint`, or "" when this installation has no such page."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


class Frame:
    """Worked out once per page, each part when a template asks for it."""

    @cached_property
    def city(self) -> Jurisdiction | None:
        """The jurisdiction served, None before the set-up."""
        found: Jurisdiction | None = g.get("city")
        return found

    @property
    def city_line(self) -> str:
        """Parent and name: 乌兰察布 · 集宁区."""
        return " · ".join(part for part in (named(self.city, "parent"), named(self.city)) if part)

    @cached_property
    def lang(self) -> str:
        """The language tag of the page."""
        return LANGUAGES.get(str(get_locale() or DEFAULT_LOCALE), LANGUAGES[DEFAULT_LOCALE])[0]

    @property
    def elder(self) -> bool:
        """Whether the elder version is switched on."""
        return bool(g.get("elder", request.cookies.get(ELDER_COOKIE) == "1"))

    @property
    def offline(self) -> bool:
        """Whether the page looks after what waits on the phone and sets up the service worker: no desk's does."""
        return bool(self.city) and request.blueprint in OFFLINE

    @property
    def other_languages(self) -> list[Language]:
        """The languages one can change to."""
        now = str(get_locale() or DEFAULT_LOCALE)
        return [Language(locale, *LANGUAGES[locale]) for locale in offered() if locale != now]

    @property
    def here(self) -> str:
        """The path to come back to after a switch."""
        return request.full_path.rstrip("?") if request.method == "GET" else self.back or "/"

    @property
    def back(self) -> str:
        """The path one came from, when it was a page of this site."""
        scheme, ours, path = (request.referrer or "").partition(f"://{request.host}/")
        return safe_path(f"/{path}") if ours and scheme in {"http", "https"} else ""

    @property
    def place(self) -> str:
        """The endpoint whose link is the current one."""
        endpoint = request.endpoint or ""
        return WITHIN.get(endpoint, endpoint)

    @cached_property
    def nav(self) -> list[Link]:
        """The links of the head."""
        return [Link(text, way(name), name == self.place) for name, text in NAV if way(name)]

    @cached_property
    def tabs(self) -> list[Link]:
        """The five of the phone's bottom bar."""
        return [
            Link(
                text,
                way(name),
                name == self.place,
                on if name == self.place else icon,
                name == "resident.report",
            )
            for name, text, icon, on in TABS
            if way(name)
        ]

    @cached_property
    def foot(self) -> list[Link]:
        """The links of the foot."""
        return [
            Link(text, url_for("site.about", page=page), (request.view_args or {}).get("page") == page)
            for page, text in FOOT
        ]

    @cached_property
    def staff(self) -> list[Link]:
        """The desks that this person may open."""
        actor, desk = me(), (request.endpoint or "").split(".")[0]
        names = [name for name, _who, _text in DESKS]
        here = self.place if self.place in names else next((n for n in names if n.split(".")[0] == desk), "")
        return [
            Link(text, way(name), name == here)
            for name, permissions, text in DESKS
            if way(name) and any(may(actor, permission) for permission in permissions)
        ]

    @property
    def search(self) -> str:
        """Where staff look up a case."""
        actor = me()
        return next((way(name) for name, who in SEARCHES if way(name) and may(actor, who)), "")

    @cached_property
    def account(self) -> Account | None:
        """Who is signed in; else the way to the sign-in page."""
        if not current_user.is_authenticated:
            return Account(_l("Sign in"), way("accounts.sign_in")) if way("accounts.sign_in") else None
        roles = [role for role in current_user.roles if role in STAFF]
        return Account(
            current_user.name or _l("My account"),
            way("accounts.account"),
            role_word(roles[0]) if roles else "",
        )

    @cached_property
    def bell(self) -> Bell | None:
        """What the bell shows; None for somebody who has not signed in."""
        return bell_of(me()) if self.city and current_user.is_authenticated else None

    @property
    def home(self) -> str:
        """The first page."""
        return way("public.home") or "/"

    @property
    def staff_home(self) -> str:
        """The first desk this person may open, else the first page."""
        return self.staff[0].href if self.staff else self.home

    @property
    def report(self) -> str:
        """Where a report begins."""
        return way("resident.report")

    @property
    def waiting(self) -> str:
        """Where reports stand that wait on the phone."""
        return way("resident.waiting")

    @property
    def track(self) -> str:
        """Where one looks up the progress."""
        return way("resident.track")

    @property
    def board(self) -> str:
        """The exposure board."""
        return way("public.board")

    @cached_property
    def areas(self) -> str:
        """The outlines of the city's streets for a map; the address changes whenever they do."""
        return url_for("site.map_part", part="areas", lang=self.lang, edition=edition())

    @cached_property
    def lines(self) -> str:
        """Roads, railways and waters for a map."""
        return url_for("site.map_part", part="lines", lang=self.lang, edition=edition())
