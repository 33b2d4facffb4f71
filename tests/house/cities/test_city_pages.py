"""No address opens, changes or names a thing of another city, whoever asks."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote_plus
from zipfile import ZipFile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from config import TestConfig
from reporter.accounts import queries as accounts
from reporter.accounts.commands.codes import link_token
from reporter.accounts.models import OneTimeCode, User
from reporter.board.models import Exposure, Objection, PublicPicture
from reporter.cases.models import Case, CasePhoto, Category, ReadySentence, Subcategory
from reporter.cases.question_models import Question
from reporter.cases.worklists import AtCentre, AtInspection, AtUnit
from reporter.cities.models import Holiday
from reporter.desks.guard import FILES
from reporter.desks.pictures import pdf
from reporter.desks.resident.nearby_picture import PURPOSE
from reporter.desks.site.icons import used_icons
from reporter.editorial.models import Article, ArticlePicture, Consent, Honour, Rubric, ServiceNotice
from reporter.following.commands.stopping import STOP as FOLLOWED
from reporter.following.models import Digest, Follow
from reporter.history.models import ImportRun
from reporter.kernel.db import db
from reporter.kernel.policy import ANYONE, Actor, Permission, may
from reporter.learning.models import Lesson
from reporter.notices.letters import STOP
from reporter.notices.models import Delivery, NoticeSettings, UnitRobot, Webhook
from reporter.open311.key_models import ApiKey
from reporter.photos.models import Arriving, Photo
from reporter.places.models import Area, MapLine, NamedPlace
from reporter.ports import ports
from reporter.ports.queue import Job
from reporter.reports.desk_models import Handover, Note
from reporter.reports.models import Appeal, CalmPass, NearbyPicture, Report, ReportPhoto, SavedFilter
from reporter.reports.narrowing import Sender
from reporter.reports.worklists import AtTriage
from reporter.routing.families import Family
from reporter.routing.links import link_path
from reporter.routing.models import LimitFactor, OrderLink, Pairing, RuleSet, Shift, Unit
from reporter.routing.models import Rule as RoutingRule
from tests.house.cities.homes import (
    LOGIN,
    OFFICER,
    OTHER_OFFICER,
    ROOTS,
    Home,
    Value,
    go_to,
)
from tests.make import (
    HERE,
)

HOMES_HOST = "jining.example"  # said nowhere: the oldest city answers to every name that is nobody's
OTHER_HOST = "hohhot.example"
HOUSE = {"site.about", "site.open_data_file", "editor.write_piece"}  # addresses with a name, without rows
BY_NAME = (
    "open311."  # the city is named, whatever the host: test_open311_cities.py asks for another's things there
)
SAID_DONE = {"unit.drop_photo": 204}  # giving up a picture that is not there is no fault
SECRET = TestConfig.SECRET_KEY
UPLOADER = "tests"  # as the builders send pictures
POINT = {"lon": HERE[0], "lat": HERE[1]}
PIECES: Mapping[str, type[Article | Honour | ServiceNotice]] = {
    "articles": Article,
    "honours": Honour,
    "notices": ServiceNotice,
}
EDITORS_LISTS = ("proposed", "redacting", "first", "second", "board", "objections", "ended")
Values = Mapping[str, object]


def called(place: str, values: Iterable[object], **others: object) -> list[Values]:
    return [{place: value, **others} for value in values]


def some(values: Sequence[Value]) -> Sequence[Value]:
    """Return about ten of very many, the first among them."""
    return values[:: 1 + len(values) // 10]


def shots(home: Home, **others: object) -> list[Values]:
    return [
        {"exposure_id": one.exposure_id, "picture_id": one.id, **others} for one in home.rows(PublicPicture)
    ]


def pieces(home: Home, **others: object) -> list[Values]:
    """Return kind and id of everything that editors wrote."""
    return [
        {"kind": kind, "piece_id": one.id, **others}
        for kind, model in PIECES.items()
        for one in home.rows(model)
    ]


def copies(home: Home) -> list[Values]:
    return [
        {"token": one.token, "name": next(iter(one.files), "960.webp")} for one in home.rows(PublicPicture)
    ]


def hung(home: Home) -> list[Values]:
    """Return the code of each report with the token of each of its pictures."""
    codes = {report.id: report.code for report in home.rows(Report)}
    tokens = {photo.id: photo.token for photo in home.rows(Photo)}
    return [
        {"code": codes[one.report_id], "token": tokens[one.photo_id], "size": 320} for one in home.rows(ReportPhoto)
    ]  # fmt: skip


def pictures_nearby(home: Home) -> list[Values]:
    """Return the address of the picture of each open case that was let pass, as whoever reports at home is given it."""
    rows = {one.photo_id: one for one in home.rows(NearbyPicture)}
    whose = ports.seals.digest(f"{PURPOSE} {UPLOADER}")
    return [
        {"name": ports.seals.sign([one.case_id, rows[one.photo_id].look, 2**31, whose], purpose=PURPOSE)}
        for one in home.rows(CasePhoto)
        if one.photo_id in rows
    ]


def order_links(home: Home) -> list[Values]:
    return called("token", [link_path(one, SECRET).removeprefix("/order/") for one in home.rows(OrderLink)])


def shifts(home: Home) -> list[Values]:
    found: list[Values] = [{"shift_id": one.id, "unit_id": one.unit_id} for one in home.rows(Shift)]
    return found


def members(home: Home) -> list[Values]:
    staff = [one for one in home.rows(User) if one.unit_id]
    return [{"unit_id": one.unit_id, "user_id": one.id} for one in staff[:3]]


ICON = re.compile(rb'class="bi bi-([^ "]+)')

# What of the home can stand in an address: by desk and by the names of the places in it.
# fmt: off
THINGS: dict[tuple[str, ...], Callable[[Home], list[Values]]] = {
    ("accounts", "token"):                           lambda home: called("token", [link_token(one) for one in home.rows(OneTimeCode)]),
    ("admin", "day"):                                lambda home: called("day", [one.isoformat() for one in home.all(Holiday.day)]),
    ("admin", "year"):                               lambda home: called("year", [one.year for one in home.all(Holiday.day)]),
    ("admin", "job_id"):                             lambda home: called("job_id", some(home.all(Job.id))),
    ("admin", "delivery_id"):                        lambda home: called("delivery_id", home.all(Delivery.id)),
    ("admin", "hook_id"):                            lambda home: called("hook_id", home.all(Webhook.id)),
    ("admin", "hook_id", "way"):                     lambda home: called("hook_id", home.all(Webhook.id), way="off"),
    ("admin", "key_id"):                             lambda home: called("key_id", home.all(ApiKey.id)),
    ("admin", "robot_id", "unit_id"):                lambda home: [{"robot_id": one.id, "unit_id": one.unit_id} for one in home.rows(UnitRobot)],
    ("admin", "lesson_id"):                          lambda home: called("lesson_id", home.all(Lesson.id)),
    ("admin", "key"):                                lambda home: called("key", home.all(ReadySentence.key)),
    ("admin", "kind_id"):                            lambda home: called("kind_id", home.all(Category.id)),
    ("admin", "kind_id", "question_id"):             lambda home: [{"kind_id": one.category_id, "question_id": one.id} for one in home.rows(Question)],
    ("admin", "pairing_id"):                         lambda home: called("pairing_id", home.all(Pairing.id)),
    ("admin", "shift_id", "unit_id"):                shifts,
    ("admin", "unit_id"):                            lambda home: called("unit_id", home.all(Unit.id)),
    ("admin", "unit_id", "user_id"):                 members,
    ("admin", "user_id"):                            lambda home: called("user_id", some(home.all(User.id))),
    ("editor", "case_id"):                           lambda home: called("case_id", home.all(Case.id)),
    ("editor", "exposure_id"):                       lambda home: called("exposure_id", home.all(Exposure.id)),
    ("editor", "exposure_id", "picture_id"):         shots,
    ("editor", "exposure_id", "picture_id", "size"): lambda home: shots(home, size="small"),
    ("editor", "kind", "piece_id"):                  pieces,
    ("editor", "kind", "piece_id", "reasoned"):      lambda home: pieces(home, reasoned="withdraw"),
    ("editor", "kind", "piece_id", "step"):          lambda home: pieces(home, step="release"),
    ("editor", "naming", "piece_id"):                lambda home: [*called("piece_id", home.all(Article.id), naming="articles"), *called("piece_id", home.all(Honour.id), naming="honours")],
    ("editor", "piece_id"):                          lambda home: called("piece_id", home.all(Article.id)),
    ("editor", "piece_id", "token"):                 lambda home: called("token", home.all(Arriving.token), piece_id=home.all(Article.id)[0]),
    ("editor", "picture_id", "piece_id"):            lambda home: [{"piece_id": one.article_id, "picture_id": one.id} for one in home.rows(ArticlePicture)],
    ("columns", "column", "public_id"):              lambda home: [{"column": one.rubric, "public_id": one.public_id} for one in home.rows(Article)],
    ("columns", "name", "token"):                    lambda home: [{"token": one.token, "name": next(iter(one.files), "960.webp")} for one in home.rows(ArticlePicture)],
    ("editor", "objection_id"):                      lambda home: called("objection_id", home.all(Objection.id)),
    ("firm", "token"):                               order_links,
    ("inspection", "case_id"):                       lambda home: called("case_id", home.all(Case.id)),
    ("notices", "token"):                            lambda home: called("token", [ports.seals.sign([home.id, one], purpose=STOP) for one in home.all(NoticeSettings.recipient)]),
    ("pictures", "case_id"):                         lambda home: called("case_id", some(home.all(Case.id))),
    ("pictures", "token"):                           lambda home: called("token", some(home.all(Photo.token))),
    ("pictures", "size", "token"):                   lambda home: called("token", some(home.all(Photo.token)), size=320),
    ("public", "code"):                              lambda home: called("code", home.all(Objection.code)),
    ("public", "name", "token"):                     copies,
    ("public", "public_id"):                         lambda home: called("public_id", home.all(Exposure.public_id)),
    ("resident", "code"):                            lambda home: called("code", home.all(Report.code)),
    ("resident", "code", "size", "token"):           hung,
    ("resident", "name"):                            pictures_nearby,
    ("resident", "digest_id"):                       lambda home: called("digest_id", home.all(Digest.id)),
    ("resident", "follow_id"):                       lambda home: called("follow_id", home.all(Follow.id)),
    ("resident", "public_id"):                       lambda home: called("public_id", home.all(Exposure.public_id)),
    ("resident", "token"):                           lambda home: called("token", [*home.all(Arriving.token), *some(home.all(Photo.token)), *[ports.seals.sign([home.id, one.user_id, one.id], purpose=FOLLOWED) for one in home.rows(Follow)]]),
    ("admin", "number"):                             lambda home: called("number", [*home.all(RuleSet.number), *home.all(RoutingRule.sort)]),
    ("admin", "factor_id"):                          lambda home: called("factor_id", home.all(LimitFactor.id)),
    ("triage", "action", "case_id"):                 lambda home: called("case_id", home.all(Case.id), action="urge"),
    ("triage", "case_id"):                           lambda home: called("case_id", home.all(Case.id)),
    ("triage", "appeal_id"):                         lambda home: called("appeal_id", home.all(Appeal.id)),
    ("triage", "pass_id"):                           lambda home: called("pass_id", home.all(CalmPass.id)),
    ("triage", "filter_id"):                         lambda home: called("filter_id", home.all(SavedFilter.id)),
    ("triage", "handover_id"):                       lambda home: called("handover_id", home.all(Handover.id)),
    ("triage", "look", "report_id"):                 lambda home: [{"report_id": one.report_id, "look": one.look} for one in home.rows(NearbyPicture)],
    ("triage", "note_id"):                           lambda home: called("note_id", home.all(Note.id)),
    ("triage", "report_id"):                         lambda home: called("report_id", home.all(Report.id)),
    ("unit", "case_id"):                             lambda home: called("case_id", home.all(Case.id)),
    ("unit", "case_id", "token"):                    lambda home: called("token", home.all(Arriving.token), case_id=home.all(Case.id)[0]),
    ("unit", "token"):                               lambda home: called("token", home.all(Photo.token)),
}
# What of the home can be asked of a page whose address has no such place.
ASKED: dict[str, Callable[[Home], list[Values]]] = {
    "admin.calendar":       lambda home: called("year", [one.year for one in home.all(Holiday.day)]),
    "admin.points_list":    lambda _: called("month", ["2026-11", "2027-02"]),
    "admin.units":          lambda _: called("family", list(Family)),
    "admin.users":          lambda _: called("q", [LOGIN, *OFFICER]),
    "columns.articles":     lambda _: called("column", Rubric),
    "columns.feed":         lambda _: [*called("column", Rubric, kind="atom"), *called("column", Rubric, kind="json")],
    "columns.honours_feed": lambda _: called("kind", ["atom", "json"]),
    "editor.pieces":        lambda _: called("kind", PIECES),
    "editor.new_piece":     lambda _: called("kind", PIECES),
    "editor.queue":         lambda _: called("at", EDITORS_LISTS),
    "inspection.find":      lambda home: called("number", some(home.all(Case.number))),
    "inspection.queue":     lambda _: called("at", [*AtInspection, "closed"]),
    "public.board":         lambda home: [*called("kind", home.all(Category.slug)), *called("area", home.all(Area.id))],
    "public.atom":          lambda home: called("kind", home.all(Category.slug)),
    "public.posts_csv":     lambda home: called("kind", home.all(Category.slug)),
    "public.posts_geojson": lambda home: called("area", home.all(Area.id)),
    "public.json_feed":     lambda home: called("area", home.all(Area.id)),
    "public.oembed":        lambda home: called("url", [f"http://{HOMES_HOST}/board/{one}" for one in home.all(Exposure.public_id)]),
    "public.map_posts":     lambda home: called("kind", home.all(Category.slug), box="-180,-90,180,90", zoom=18),
    "public.widget":        lambda home: called("kind", home.all(Category.slug)),
    "public.city_map":      lambda home: [*called("kind", home.all(Category.slug)), *called("area", home.all(Area.id))],
    "resident.kept":        lambda _: called("page", ["report", "waiting"]),
    "resident.address":     lambda _: called("q", ["察哈尔东街"]),
    "resident.area":        lambda _: [POINT],
    "resident.new_follow":  lambda home: [*called("area", home.all(Area.id)), *called("kind", home.all(Category.slug)), *called("report", home.all(Report.code))],
    "resident.nearby":      lambda home: called("kind", home.all(Category.slug), **POINT),
    "resident.evidence":    lambda home: called("kind", home.all(Category.slug)),
    "resident.report":      lambda home: called("kind", home.all(Category.slug)),
    "resident.track":       lambda home: called("code", home.all(Report.code)),
    "resident.appeal":      lambda home: called("code", home.all(Report.code)),
    "site.map_part":        lambda _: called("part", ["areas", "lines"]),
    "triage.approvals":     lambda _: called("list", AtCentre),
    "triage.addresses":     lambda _: called("q", ["察哈尔东街"]),
    "triage.where":         lambda _: [POINT],
    "triage.people_to_name": lambda home: called("case", some(home.all(Case.id))),
    "triage.queue":         lambda home: [*called("list", AtTriage), *called("area", home.all(Area.id)), *called("kind", home.all(Category.id)), *called("like", home.all(Report.id)), *called("sender", Sender), *called("words", ["红包"])],
    "triage.search":        lambda home: called("q", [*some(home.all(Case.number)), *home.all(Report.number), "1"]),
    "triage.waiting_cases": lambda _: called("list", AtCentre),
    "unit.inbox":           lambda _: called("at", [*AtUnit, "done"]),
    "unit.route":           lambda home: called("case", home.all(Case.id)),
    "unit.sheet":           lambda _: called("at", [*AtUnit, "done"]),
}
# fmt: on
# Where a page leads on that shows nothing itself.
LEADS_ON = {
    "/columns": "/columns/progress",
    "/sign-in": "/triage/",
    "/sign-in/code": "/sign-in",
    "/register": "/sign-in",
    "/wechat/back": "/account",
    "/wechat/in": "/sign-in?next=",
    "/my/data/contact": "/my/data",
    "/open-data/": "/about/open-data",
    "/inspection/find": "/inspection/#number",
}
# Pages that show nobody's rows, or only whoever asks, at home too.
SILENT = {
    "accounts.account", "accounts.code", "accounts.register", "accounts.sign_in", "admin.board", "admin.home", "admin.jobs", "admin.names", "admin.new_kind", "admin.new_unit", "admin.points_list",
    "columns.columns", "editor.new_piece", "notices.poll", "triage.clearing", "triage.mine", "triage.wall", "notices.settings", "public.find_objection", "resident.following", "resident.points", "resident.evidence", "resident.token", "resident.waiting", "site.manifest", "site.metrics", "site.open_data_files", "site.readyz", "site.set_up",
    "admin.flagged",
    "accounts.confirm_contact", "accounts.erasing", "accounts.my_data",
    "wechat.back", "wechat.begin", "wechat.first", "wechat.signature",
}  # fmt: skip
WORDS: tuple[InstrumentedAttribute[Any], ...] = (
    User.name, User.email, User.phone, Unit.name_zh, Unit.phone, Area.name_zh, Category.name_zh, Subcategory.name_zh,
    MapLine.name_zh, NamedPlace.name_zh, Case.number, Case.title, Case.address, Report.number, Report.code, Report.words,
    Report.contact, Appeal.words, Photo.token, PublicPicture.token, Exposure.public_id, Exposure.title, Exposure.summary,
    Objection.code, Objection.words, Objection.contact, Holiday.name, RuleSet.note,
    Webhook.address, UnitRobot.name, ApiKey.name, Article.title, Article.public_id, Honour.name, Consent.giver_name,
    ServiceNotice.title, ArticlePicture.token, SavedFilter.name, ReadySentence.text_zh, Note.words, Handover.words,
    Question.question_zh, ImportRun.file,
)  # fmt: skip


@dataclass(frozen=True)
class Visitor:
    """Somebody at the address of a city."""

    actor: Actor
    host: str
    client: FlaskClient

    def ask(self, path: str, method: str = "GET") -> TestResponse:
        return self.client.open(path, method=method, base_url=f"http://{self.host}")


def visitor(app: Flask, host: str, user: User | None = None) -> Visitor:
    """Return somebody's browser, in the session that the home's pictures were sent from."""
    client = app.test_client()
    with client.session_transaction(base_url=f"http://{host}") as session:
        session["uploader"] = UPLOADER
        if user:
            session["_user_id"] = str(user.id)
    return Visitor(user.actor if user else ANYONE, host, client)


def the_officer(app: Flask, host: str) -> Visitor:
    """Return somebody who holds every role of the staff in the city behind `host`."""
    user = accounts.user_by_login((OTHER_OFFICER if host == OTHER_HOST else OFFICER)[1])
    assert user is not None
    return visitor(app, host, user)


def addresses(app: Flask, home: Home, method: str) -> Iterator[tuple[str, str]]:
    """Yield endpoint and path of every address in which a thing of the home can stand, for each such thing."""
    at = app.url_map.bind(OTHER_HOST)
    for shape, rule in shaped(app):
        for thing in THINGS[shape](home) if method in (rule.methods or ()) else ():
            yield rule.endpoint, at.build(rule.endpoint, dict(thing), method=method)


def shaped(app: Flask) -> Iterator[tuple[tuple[str, ...], Rule]]:
    """Yield desk and names of the places of every address that has some, and its rule."""
    for rule in app.url_map.iter_rules():
        elsewhere = rule.endpoint in FILES | HOUSE | set(ASKED) or rule.endpoint.startswith(BY_NAME)
        if rule.arguments and not elsewhere:
            yield (rule.endpoint.split(".")[0], *sorted(rule.arguments)), rule


def lists(app: Flask, home: Home) -> Iterator[tuple[str, str]]:
    """Yield endpoint and path of every page that is about no one thing, and of what can be asked of it."""
    at = app.url_map.bind(OTHER_HOST)
    for rule in app.url_map.iter_rules():
        elsewhere = rule.endpoint in FILES | HOUSE or rule.endpoint.startswith(BY_NAME)
        if "GET" in (rule.methods or ()) and not elsewhere:
            wishes = ASKED[rule.endpoint](home) if rule.endpoint in ASKED else []
            for wish in wishes if rule.arguments else [{}, *wishes]:
                yield rule.endpoint, at.build(rule.endpoint, dict(wish), method="GET")


def words_of(home: Home) -> set[str]:
    return {str(word) for column in WORDS for word in home.all(column) if word}


def told_of(words: Iterable[str], answer: TestResponse, path: str) -> list[str]:
    """Return which of `words` stand in `answer`, plain or in JSON; what was asked for may stand in it again."""
    text, asked = unpacked(answer.get_data()).decode("utf-8", "replace"), unquote_plus(path)
    return [word for word in words if word not in asked and (word in text or json.dumps(word)[1:-1] in text)]


def unpacked(content: bytes) -> bytes:
    """Return what stands in an answer, also in one that is a workbook."""
    if not content.startswith(b"PK"):
        return content
    book = ZipFile(BytesIO(content))
    return b"".join(map(book.read, book.namelist()))


def refusal(app: Flask, endpoint: str, actor: Actor) -> int:
    """Return the status that says "there is no such thing", or "this desk is not yours", or "sign in first"."""
    permission: Permission = vars(app.view_functions[endpoint])["permission"]  # written there by `allow`
    if may(actor, permission):
        return SAID_DONE.get(endpoint, 404)
    return 403 if actor.id else 302


def neighbours(app: Flask) -> list[Visitor]:
    """Return one person of each role at the other city's address, and somebody without an account."""
    people = [user for user in accounts.people().rows if len(user.roles) == 1]
    return [*(visitor(app, OTHER_HOST, user) for user in people), visitor(app, OTHER_HOST)]


def rows_of(home: Home) -> dict[str, Sequence[Any]]:
    """Return every row of the home as it stands."""
    own = {table.name: select(table).where(table.columns["city_id"] == home.id) for table in ROOTS}
    with db.engine.connect() as connection:
        return {name: connection.execute(rows.order_by("id")).all() for name, rows in own.items()}


def test_every_place_in_an_address_has_its_line(app: Flask) -> None:
    assert {shape for shape, _ in shaped(app)} == set(THINGS)
    assert set(ASKED) <= set(app.view_functions)


def test_nobody_opens_a_thing_of_another_city_by_any_address(app: Flask, home: Home) -> None:
    go_to("hohhot")
    words, first = words_of(home), dict(reversed([*addresses(app, home, "GET")]))

    wrong = [
        (one.actor.roles, path, answer.status_code)
        for one in neighbours(app)
        for endpoint, path in first.items()
        if (answer := one.ask(path)).status_code != refusal(app, endpoint, one.actor)
        or told_of(words, answer, path)
    ]

    assert wrong == []


def test_who_holds_every_role_opens_no_thing_of_another_city(app: Flask, home: Home) -> None:
    go_to("hohhot")
    officer, words = the_officer(app, OTHER_HOST), words_of(home)

    wrong = [
        (path, answer.status_code)
        for _, path in addresses(app, home, "GET")
        if (answer := officer.ask(path)).status_code != 404 or told_of(words, answer, path)
    ]

    assert wrong == []


def test_who_holds_every_role_changes_no_thing_of_another_city(app: Flask, home: Home) -> None:
    go_to("hohhot")
    officer, words, before = the_officer(app, OTHER_HOST), words_of(home), rows_of(home)
    first = dict(reversed([*addresses(app, home, "POST")]))

    wrong = [
        (path, answer.status_code)
        for endpoint, path in first.items()
        if (answer := officer.ask(path, "POST")).status_code != refusal(app, endpoint, officer.actor)
        or told_of(words, answer, path)
    ]

    assert wrong == []
    assert rows_of(home) == before


def test_nobody_goes_on_with_a_picture_on_its_way_to_another_city(app: Flask, home: Home) -> None:
    """The neighbour's session even has the key that the home's pictures are sent under."""
    spoken = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    tokens, verbs = home.all(Arriving.token), {"hohhot": ("HEAD", "PATCH", "DELETE"), "jining": ("HEAD",)}
    hosts, statuses = {"hohhot": OTHER_HOST, "jining": HOMES_HOST}, dict[str, set[int]]()

    for slug, host in hosts.items():
        go_to(slug)
        client = visitor(app, host).client
        asked = [
            client.open(f"/report/uploads/{token}", method=verb, headers=spoken, base_url=f"http://{host}")
            for token in tokens
            for verb in verbs[slug]
        ]
        statuses[slug] = {answer.status_code for answer in asked}

    assert statuses == {"hohhot": {404}, "jining": {200}}


def test_the_same_addresses_open_something_at_home(app: Flask, home: Home) -> None:
    go_to("jining")
    officer, opened = the_officer(app, HOMES_HOST), dict[str, bool]()

    for endpoint, path in addresses(app, home, "GET"):
        opened[endpoint] = opened.get(endpoint, False) or officer.ask(path).status_code == 200

    extras = [] if pdf.INSTALLED else ["pictures.case_pdf"]
    assert [endpoint for endpoint, open_at_home in opened.items() if not open_at_home] == extras


def test_every_icon_of_every_page_is_in_the_font(app: Flask, home: Home) -> None:
    go_to("jining")
    officer = the_officer(app, HOMES_HOST)

    pages = [path for _, path in [*addresses(app, home, "GET"), *lists(app, home)]]
    shown = {icon for path in pages for icon in ICON.findall(officer.ask(path).data)}

    assert {b"inbox", b"trash", b"1-circle-fill"} <= shown
    assert {icon.decode() for icon in shown} - set(used_icons()) == set()


def test_no_list_and_no_search_says_a_word_of_another_city(app: Flask, home: Home) -> None:
    go_to("hohhot")
    officer, words = the_officer(app, OTHER_HOST), words_of(home)

    answers = {path: officer.ask(path) for _, path in lists(app, home)}
    told = {path: told_of(words, answer, path) for path, answer in answers.items()}

    assert {path: found for path, found in told.items() if found} == {}
    assert {path: answer.location for path, answer in answers.items() if answer.location} == LEADS_ON


def test_the_same_lists_and_searches_say_something_at_home(app: Flask, home: Home) -> None:
    go_to("jining")
    officer, words = the_officer(app, HOMES_HOST), words_of(home) - set(OFFICER)

    answers = [(endpoint, path, officer.ask(path)) for endpoint, path in lists(app, home)]
    telling = {endpoint for endpoint, _, answer in answers if told_of(words, answer, "")}
    leading = {endpoint for endpoint, path, answer in answers if answer.location != LEADS_ON.get(path)}

    assert {endpoint for endpoint, _, _ in answers} - telling - leading == SILENT


def test_whoever_is_signed_in_in_one_city_is_nobody_in_another(app: Flask, home: Home) -> None:
    go_to("jining")
    officer = the_officer(app, HOMES_HOST)

    astray = visitor(app, OTHER_HOST, accounts.user_by_login(OFFICER[1]))

    desks = ("/triage/", "/unit/", "/inspection/", "/editor/", "/admin/", "/account")
    assert {path: officer.ask(path).status_code for path in desks} == dict.fromkeys(desks, 200)
    assert {path: astray.ask(path).status_code for path in desks} == dict.fromkeys(desks, 302)
