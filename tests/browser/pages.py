"""Every page of every person, by endpoint: what the tests of all pages go through.

A new GET endpoint takes its line in `PAGES`, or in `NO_PAGE` with the reason why it shows none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask

from reporter.accounts.commands.codes import Asking, ask_for_code, enter_by_link
from reporter.accounts.commands.codes import link_token as token_of_code
from reporter.accounts.models import User
from reporter.cases.models import Category
from reporter.editorial.models import Article, Honour, ServiceNotice
from reporter.following.commands.stopping import token_to_stop
from reporter.following.models import Follow
from reporter.notices.letters import token_of
from reporter.routing.models import Shift, Unit
from tests.browser.samples import (
    Written,
    digest_of,
    first_id,
    followed,
    head_of,
    link_token,
    newest_piece,
    received_handover,
    story_case,
    story_exposure,
    story_objection,
    story_photo,
    story_report,
    the_question,
    unit_with_roster,
)

Values = Callable[[], dict[str, Any]]
RESIDENT = "resident@jining.example"


@dataclass(frozen=True)
class Shown:
    """One page.

    Attributes:
        who: login of a demo person; "" for somebody who has not signed in; "@handling" for the head of the unit
            that has the case of that story.
        values: what `url_for` needs, read from the running city.
    """

    endpoint: str
    who: str
    values: Values
    status: int = 200

    @property
    def login(self) -> str:
        """The login of the person. Needs the running city."""
        return head_of(self.who[1:]) if self.who.startswith("@") else self.who

    def address(self, app: Flask) -> str:
        """Return the path. Needs the running city."""
        with app.test_request_context():
            return str(app.url_for(self.endpoint, **self.values()))


def _plain(**values: Any) -> Values:
    return lambda: values


def _report(goal: str) -> Values:
    return lambda: {"report_id": story_report(goal).id}


def _code(goal: str) -> Values:
    return lambda: {"code": story_report(goal).code}


def _case(goal: str) -> Values:
    return lambda: {"case_id": story_case(goal).id}


def _exposure(goal: str) -> Values:
    return lambda: {"exposure_id": story_exposure(goal).id}


def _post(goal: str) -> Values:
    return lambda: {"public_id": story_exposure(goal).public_id}


def _article(state: str) -> Values:
    def values() -> dict[str, Any]:
        article = newest_piece(Article, state)
        return {"column": article.rubric, "public_id": article.public_id}

    return values


def _piece(model: type[Written], state: str) -> Values:
    kinds: dict[type, str] = {Article: "articles", Honour: "honours", ServiceNotice: "notices"}
    return lambda: {"kind": kinds[model], "piece_id": newest_piece(model, state).id}


def _drawn(state: str) -> Values:
    """Return the first picture of the newest article in this state."""

    def values() -> dict[str, Any]:
        article = newest_piece(Article, state)
        return {"piece_id": article.id, "picture_id": article.pictures[0].id}

    return values


def _letter() -> Values:
    """Return what is in the links at the foot of a letter."""
    return lambda: {"token": token_of("contact:0")}


def _followed(values: Callable[[Follow], dict[str, Any]]) -> Values:
    """Return `values` of what the resident follows."""
    return lambda: values(followed(RESIDENT))


def _code_letter(*, used: bool = False) -> Values:
    """Return what is in the link of a letter with a code."""

    def values() -> dict[str, Any]:
        token = token_of_code(ask_for_code("reader@example.org", Asking([uuid4().hex])))
        if used:
            enter_by_link(token)
        return {"token": token}

    return values


P = Shown
NOBODY, NOTHING = "", _plain()

# fmt: off
PAGES = (
    P("public.home",               NOBODY,       NOTHING),
    P("public.board",              NOBODY,       NOTHING),
    P("public.board",              NOBODY,       _plain(kind="illegal_parking", month="2020-01")),
    P("public.exposure",           NOBODY,       _post("published")),
    P("public.exposure",           NOBODY,       _post("taken_down"), status=410),
    P("public.widget",             NOBODY,       NOTHING),
    P("public.post_card",          NOBODY,       _post("published")),
    P("public.post_card",          NOBODY,       _post("taken_down"), status=410),
    P("public.objection",          NOBODY,       _post("published")),
    P("public.find_objection",     NOBODY,       NOTHING),
    P("public.objection_receipt",  NOBODY,       lambda: {"code": story_objection("objected").code}),
    P("public.city_map",           NOBODY,       NOTHING),
    P("public.figures",            NOBODY,       NOTHING),
    P("columns.articles",          NOBODY,       _plain(column="progress")),
    P("columns.articles",          NOBODY,       _plain(column="civility", after="")),
    P("columns.article",           NOBODY,       _article("published")),
    P("columns.honours",           NOBODY,       NOTHING),
    P("public.figures",            NOBODY,       _plain(month="2020-01"), status=422),
    P("site.about",                NOBODY,       _plain(page="privacy")),
    P("site.about",                NOBODY,       _plain(page="accessibility")),
    P("site.about",                NOBODY,       _plain(page="objections")),
    P("site.about",                NOBODY,       _plain(page="exposure-rules")),
    P("site.about",                NOBODY,       _plain(page="open-data")),
    P("site.about",                NOBODY,       _plain(page="nothing"), status=404),
    P("accounts.sign_in",          NOBODY,       NOTHING),
    P("accounts.by_link",          NOBODY,       _code_letter()),
    P("accounts.by_link",          NOBODY,       _code_letter(used=True), status=410),
    P("accounts.account",          "resident",   NOTHING),
    P("accounts.my_data",          "resident",   NOTHING),
    P("accounts.erasing",          "resident",   NOTHING),

    P("notices.bell",              "resident",   NOTHING),
    P("notices.settings",          "resident",   NOTHING),
    P("notices.by_link",           NOBODY,       _letter()),
    P("notices.stop",              NOBODY,       _letter()),

    P("resident.report",           NOBODY,       NOTHING),
    P("resident.waiting",          NOBODY,       NOTHING),
    P("resident.track",            NOBODY,       NOTHING),
    P("resident.appeal",           NOBODY,       NOTHING),
    P("resident.mine",             NOBODY,       NOTHING),
    P("resident.mine",             "resident",   NOTHING),
    P("resident.points",           "resident",   NOTHING),
    P("resident.following",        "resident",   _followed(lambda _: {})),
    P("resident.following",        "volunteer",  NOTHING),
    P("resident.new_follow",       "resident",   NOTHING),
    P("resident.a_follow",         "resident",   _followed(lambda one: {"follow_id": one.id})),
    P("resident.digest",           "resident",   lambda: {"digest_id": digest_of(RESIDENT).id}),
    P("resident.stop",             NOBODY,       _followed(lambda one: {"token": token_to_stop(one.user_id, one.id)})),
    P("resident.receipt",          NOBODY,       _code("submitted")),
    P("resident.lookup",           NOBODY,       _code("submitted")),
    P("resident.lookup",           NOBODY,       _code("asked")),
    P("resident.lookup",           NOBODY,       _code("declined")),
    P("resident.lookup",           NOBODY,       _code("waiting")),
    P("resident.lookup",           NOBODY,       _code("supervised")),
    P("resident.lookup",           NOBODY,       _code("closed_unfixed")),
    P("resident.lookup",           NOBODY,       _code("closed")),
    P("resident.lookup",           NOBODY,       _code("published")),

    P("triage.queue",              "acceptor",   NOTHING),
    P("notices.bell",              "acceptor",   NOTHING),
    P("notices.settings",          "acceptor",   NOTHING),
    P("triage.queue",              "acceptor",   _plain(list="aside")),
    P("triage.queue",              "acceptor",   _plain(kind=99999, words="烧烤")),
    P("triage.rechecks",           "acceptor",   NOTHING),
    P("triage.filters",            "acceptor",   NOTHING),
    P("triage.alike",              "acceptor",   _report("submitted")),
    P("triage.report",             "acceptor",   _report("submitted")),
    P("triage.report",             "acceptor",   _report("asked")),
    P("triage.report",             "acceptor",   _report("declined")),
    P("triage.report",             "acceptor",   _report("handling")),
    P("triage.reporter",           "shift",      _report("submitted")),
    P("admin.suggestions",         "sysadmin",   NOTHING),
    P("triage.appeals",            "acceptor",   NOTHING),
    P("triage.search",             "acceptor",   NOTHING),
    P("triage.mine",               "acceptor",   NOTHING),
    P("triage.wall",               "acceptor",   NOTHING),
    P("triage.hand_over_page",     "shift",      NOTHING),
    P("triage.handover",           "acceptor",   lambda: {"handover_id": received_handover()}),
    P("triage.all_handovers",      "acceptor",   NOTHING),
    P("triage.search",             "acceptor",   _plain(q="999999"), status=404),
    P("triage.waiting_cases",      "acceptor",   NOTHING),
    P("triage.waiting_case",       "acceptor",   _case("registered")),
    P("triage.waiting_cases",      "acceptor",   _plain(list="follow_up")),
    P("triage.case",               "dispatcher", _case("sent_back")),
    P("triage.case",               "dispatcher", _case("called")),
    P("triage.case",               "acceptor",   _case("handling")),
    P("triage.approvals",          "shift",      NOTHING),
    P("triage.approval",           "shift",      _case("extension_asked")),
    P("triage.case",               "shift",      _case("shelved")),
    P("triage.case",               "leader",     _case("published")),

    P("unit.inbox",                "@dispatched", NOTHING),
    P("unit.inbox",                "@handled",   _plain(at="done")),
    P("unit.inbox",                "@handling",  _plain(at="work", by="near")),
    P("unit.route",                "@handling",  NOTHING),
    P("unit.case",                 "@dispatched", _case("dispatched")),
    P("unit.case",                 "@handling",  _case("handling")),
    P("unit.case",                 "@rework",    _case("rework")),
    P("unit.case",                 "@waiting",   _case("waiting")),
    P("unit.case",                 "@called",    _case("called")),
    P("admin.roster",              "traffic",    lambda: {"unit_id": unit_with_roster()}),
    P("unit.patch",                "streets",    NOTHING),
    P("unit.result",               "@handling",  _case("handling")),

    P("firm.order",                NOBODY,       lambda: {"token": link_token("firm_claimed")}),
    P("firm.order",                NOBODY,       lambda: {"token": "nothing"}, status=404),
    P("triage.case",               "dispatcher", _case("firm_claimed")),
    P("inspection.queue",          "inspector",  NOTHING),
    P("inspection.queue",          "inspector",  _plain(at="overdue")),
    P("inspection.case",           "inspector",  _case("handled")),
    P("inspection.case",           "inspector",  _case("reworked")),
    P("inspection.find",           "inspector",  _plain(number="150902-20200101-000001"), status=404),
    P("inspection.case",           "supervisor", _case("supervised")),

    P("editor.queue",              "redactor",   NOTHING),
    P("editor.queue",              "redactor",   _plain(at="first")),
    P("editor.queue",              "redactor",   _plain(at="ended")),
    P("editor.exposure",           "redactor",   _exposure("redacting")),
    P("editor.words",              "redactor",   _exposure("redacting")),
    P("pictures.custody",          "redactor",   lambda: {"token": story_photo("redacting").token}),
    P("pictures.case_file",        "redactor",   _case("published")),
    P("pictures.case_file",        "@handled",   _case("handled")),
    P("editor.exposure",           "first",      _exposure("first_review")),
    P("editor.exposure",           "second",     _exposure("second_review")),
    P("editor.exposure",           "leader",     _exposure("published")),
    P("editor.exposure",           "leader",     _exposure("taken_down")),
    P("editor.queue",              "leader",     _plain(at="objections")),
    P("editor.objection",          "leader",     lambda: {"objection_id": story_objection("hidden").id}),
    P("editor.objection",          "leader",     lambda: {"objection_id": story_objection("taken_down").id}),

    P("editor.overdue",            "redactor",   NOTHING),
    P("editor.pieces",             "redactor",   NOTHING),
    P("editor.pieces",             "first",      _plain(kind="honours")),
    P("editor.pieces",             "leader",     _plain(kind="notices")),
    P("editor.new_piece",          "redactor",   _plain(kind="articles")),
    P("editor.new_piece",          "redactor",   _plain(kind="honours")),
    P("editor.new_piece",          "second",     _plain(kind="notices")),
    P("editor.piece",              "redactor",   _piece(Article, "draft")),
    P("editor.piece",              "first",      _piece(Article, "published")),
    P("editor.piece",              "redactor",   _piece(Honour, "published")),
    P("editor.piece",              "leader",     _piece(ServiceNotice, "published")),
    P("editor.edit_piece",         "redactor",   _piece(Honour, "published")),
    P("editor.edit_piece",         "redactor",   _piece(Article, "published")),
    P("editor.article_picture",    "redactor",   _drawn("draft")),

    P("admin.home",                "sysadmin",   NOTHING),
    P("admin.units",               "sysadmin",   NOTHING),
    P("admin.unit",                "sysadmin",   lambda: {"unit_id": first_id(Unit)}),
    P("admin.unit_people",         "sysadmin",   lambda: {"unit_id": unit_with_roster()}),
    P("admin.roster",              "sysadmin",   lambda: {"unit_id": unit_with_roster()}),
    P("admin.shift",               "sysadmin",   lambda: {"unit_id": unit_with_roster(), "shift_id": first_id(Shift)}),
    P("admin.new_unit",            "sysadmin",   NOTHING),
    P("admin.rules",               "sysadmin",   NOTHING),
    P("admin.rules",               "sysadmin",   _plain(kind=99999)),
    P("admin.new_rule",            "sysadmin",   NOTHING),
    P("admin.rule",                "sysadmin",   _plain(number=1)),
    P("admin.rule_versions",       "sysadmin",   NOTHING),
    P("admin.rule_version",        "sysadmin",   _plain(number=1)),
    P("admin.pairings",            "sysadmin",   NOTHING),
    P("admin.kinds",               "sysadmin",   NOTHING),
    P("admin.kind",                "sysadmin",   lambda: {"kind_id": first_id(Category)}),
    P("admin.new_kind",            "sysadmin",   NOTHING),
    P("admin.new_kind_question",   "sysadmin",   lambda: {"kind_id": first_id(Category)}),
    P("admin.kind_question",       "sysadmin",   the_question),
    P("admin.board",               "sysadmin",   NOTHING),
    P("admin.calm",                "sysadmin",   NOTHING),
    P("admin.flagged",             "sysadmin",   NOTHING),
    P("admin.list_of_sentences",   "sysadmin",   NOTHING),
    P("admin.sentence",            "sysadmin",   _plain(key="decline-outside")),
    P("admin.new_sentence",        "sysadmin",   _plain(purpose="ask")),
    P("admin.calendar",            "sysadmin",   _plain(year=2026)),
    P("admin.points",              "sysadmin",   NOTHING),
    P("admin.factors",             "sysadmin",   NOTHING),
    P("admin.areas",               "sysadmin",   NOTHING),
    P("admin.names",               "sysadmin",   NOTHING),
    P("admin.jobs",                "sysadmin",   NOTHING),
    P("admin.imports",             "sysadmin",   NOTHING),
    P("admin.unit_channels",       "sysadmin",   lambda: {"unit_id": first_id(Unit)}),
    P("admin.webhooks",            "sysadmin",   NOTHING),
    P("admin.deliveries",          "sysadmin",   NOTHING),
    P("admin.api_keys",            "sysadmin",   NOTHING),
    P("admin.users",               "security",   NOTHING),
    P("admin.unit_people",         "security",   lambda: {"unit_id": unit_with_roster()}),
    P("admin.user",                "security",   lambda: {"user_id": first_id(User)}),
    P("admin.new_user",            "security",   NOTHING),
    P("admin.trail",               "audit",      NOTHING),
    P("admin.home",                "resident",   NOTHING, status=403),
)

NO_PAGE = {
    "accounts.code":     "leads on unless a code was asked for: test_sign_in.py looks at it",
    "accounts.confirm_contact": "leads on unless a code was asked for: test_sign_in.py looks at one like it",
    "accounts.export":   "a file",
    "accounts.register": "leads on to the sign-in",
    "columns.columns":   "leads on to the first column",
    "columns.picture":   "a picture",
    "editor.article_masked": "a picture",
    "editor.masked":     "a picture",
    "editor.pack":       "a file",
    "notices.poll":      "JSON for the bell's script",
    "open311.definition": "an answer for programs",
    "open311.discovery": "an answer for programs",
    "open311.list_requests": "an answer for programs",
    "open311.one_request": "an answer for programs",
    "open311.token":     "an answer for programs",
    "open311.services":  "an answer for programs",
    "open311.updates":   "an answer for programs",
    "site.open_data_file": "a file",
    "site.open_data_files": "leads on to the page about open data",
    "pictures.staff":    "a picture",
    "columns.feed":      "a feed",
    "columns.honours_feed": "a feed",
    "public.atom":       "a feed",
    "public.json_feed":  "a feed",
    "public.oembed":     "JSON or XML for other sites",
    "public.map_posts":  "JSON for the map's script",
    "public.picture":    "a picture",
    "wechat.begin":      "leads to WeChat, or to the sign-in",
    "wechat.back":       "leads on from WeChat",
    "wechat.first":      "for whoever comes from WeChat; see tests/desks/test_wechat.py",
    "wechat.signature":  "JSON for the report's script inside WeChat",
    "admin.points_list": "a table, and one query more for each 1000 accounts",
    "public.posts_csv": "a table, and one query more for each 500 posts",
    "public.posts_geojson": "data for maps, and one query more for each 500 posts",
    "resident.picture":  "a picture",
    "resident.thumb":    "a picture",
    "resident.large":    "a picture",
    "resident.address":  "JSON for the report's script",
    "resident.area":     "JSON for the report's script",
    "resident.nearby":   "a part of the report's page",
    "resident.nearby_picture": "a picture",
    "resident.evidence": "JSON for the report's script",
    "resident.kept":     "the report's form and the page of what waits, as phones keep them",
    "resident.token":    "JSON for a form that a phone kept",
    "site.app_icon":     "a picture",
    "triage.nearby_preview": "a picture",
    "triage.addresses": "JSON for the script of a place",
    "triage.where": "JSON for the script of a place",
    "triage.people_to_name": "JSON for the script of notes",
    "triage.clearing":   "a part of the list of suspected spam",
    "site.favicon":      "a picture",
    "site.healthz":      "JSON for machines",
    "site.map_part":     "JSON for the map's script",
    "site.manifest":     "JSON for start screens",
    "site.metrics":      "text for machines",
    "site.readyz":       "JSON for machines",
    "site.robots":       "text for machines",
    "site.sitemap":      "XML for machines",
    "site.set_up":       "only an empty installation has it",
    "site.sheet":        "a style sheet",
    "site.vendor":       "a file of others",
    "site.worker":       "a script",
    "unit.sheet":        "a workbook",
    "pictures.case_pdf": "a file, where the extra for it is installed",
    "static":            "a file",
}
# fmt: on

PEOPLE = tuple(dict.fromkeys(page.who for page in PAGES))


def pages_of(who: str) -> tuple[Shown, ...]:
    """Return the pages of one person."""
    return tuple(page for page in PAGES if page.who == who)
