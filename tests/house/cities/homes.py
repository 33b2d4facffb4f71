"""Three cities: the home has rows in every table, the empty one has none, the neighbour has nothing but its people."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any, TypeVar

from sqlalchemy import Table, select, update
from sqlalchemy.orm import InstrumentedAttribute

from reporter.accounts.commands.codes import Asking, ask_for_code
from reporter.accounts.commands.identity import keep_real_name
from reporter.accounts.linking import wechat_key
from reporter.accounts.models import User, WeChatLink
from reporter.accounts.queries import get_user
from reporter.board.commands.exposures import correct
from reporter.board.lifecycle import ObjectionKind, ObjectionState
from reporter.board.lifecycle import State as Shown
from reporter.board.models import Exposure
from reporter.cases import queries as cases
from reporter.cases.commands import advance
from reporter.cases.editing import save_category
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Category
from reporter.cases.ready import Purpose
from reporter.cases.rewording import Words, note_use, save_sentence
from reporter.cities.models import Holiday, Jurisdiction
from reporter.editorial.lifecycle import State as Written
from reporter.editorial.models import HonourKind
from reporter.following.commands.choosing import Choice, follow
from reporter.following.models import Digest
from reporter.following.rules import What
from reporter.history.importing import bring_over
from reporter.history.mapping import read_mapping
from reporter.insight.commands import sum_days
from reporter.insight.models import UnsummedDay
from reporter.kernel.audit import seal
from reporter.kernel.db import InCity, Model, command, db, enter_city, every_city
from reporter.kernel.policy import ANYONE, APPOINTED, STAFF, SYSTEM, Role
from reporter.learning.commands.lessons import keep_lesson
from reporter.learning.rules import Learnt, Tried
from reporter.learning.rules import Model as Weights
from reporter.notices.models import (
    Channel,
    Delivery,
    Notice,
    NoticeSettings,
    Passage,
    RobotKind,
    UnitRobot,
    Webhook,
)
from reporter.open311.commands.keys import Grant, create_key
from reporter.open311.commands.types import settle_types
from reporter.open311.key_models import ApiSecret, Scope, digest_of
from reporter.open311.post_models import PostedRequest, PostedUpdate, ServiceType
from reporter.photos.commands.arriving import begin
from reporter.photos.commands.intake import keep
from reporter.photos.models import Way
from reporter.photos.regions import RegionKind
from reporter.places.gazetteer import import_names
from reporter.places.geometry import Datum
from reporter.places.lines import LineKind
from reporter.places.models import AreaVersion, FormerArea, MapLine, VersionKind
from reporter.places.shapes import Level
from reporter.ports import ports
from reporter.reports import queries as reports
from reporter.reports.calm import Terms
from reporter.reports.commands import followup
from reporter.reports.commands.appealing import agree, appeal
from reporter.reports.commands.aside import begin_clearing, set_aside
from reporter.reports.commands.calm import settle_rule, switch_off_rule
from reporter.reports.commands.effort import note_effort
from reporter.reports.commands.filters import save_filter
from reporter.reports.commands.flagging import keep_flagged_words
from reporter.reports.commands.handing import hand_over, receive
from reporter.reports.commands.holding import Hold
from reporter.reports.commands.locking import come_to
from reporter.reports.commands.noting import write_note
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.models import CalmPass
from reporter.reports.narrowing import Narrowing
from reporter.reports.worklists import AtTriage
from reporter.routing.commands import add_limit_factor, dispatch
from reporter.routing.links import make_link
from reporter.routing.models import Pairing, RuleSet, Shift, ShiftSwap, Unit
from reporter.routing.whistles import call_together
from tests.board.posts import an_exposure, an_objection
from tests.desks.residents import asked, closed
from tests.editorial.pieces import a_service_notice, an_article, an_honour
from tests.history.files import a_request as a_foreign_request
from tests.history.files import as_json
from tests.learning.lessons import a_small_model
from tests.make import (
    HERE,
    a_case,
    a_category,
    a_city,
    a_moderator,
    a_photo,
    a_question,
    a_region,
    a_report,
    a_request,
    a_rule,
    a_unit,
    a_user,
    an_area,
    put,
)
from tests.places.files import collection
from tests.places.names import a_place, a_road
from tests.points.ledger import give_points
from tests.reports.passed import a_searched_report, let_pass

Row = TypeVar("Row", bound=Model)
Thing = TypeVar("Thing")
Value = TypeVar("Value")

PARTNER = "what a partner proves itself by"
LOGIN, PASSWORD = "alatan@example.org", "correct horse battery"
OFFICER, OTHER_OFFICER = ("样样都管的人", "officer@example.org"), ("外市的人", "officer@hohhot.example")
EVENING = datetime(2027, 1, 31, 20, 0, tzinfo=UTC)  # in the home already the first of February
NEXT_YEAR = EVENING + timedelta(days=365)
EVERYTHING = 1000  # more rows than there are
ROOTS = [
    mapper.local_table
    for mapper in Model.registry.mappers
    if issubclass(mapper.class_, InCity) and isinstance(mapper.local_table, Table)
]


@dataclass(frozen=True)
class Home:
    """The city that has everything. Its rows are read past the rule that holds a session to one city."""

    id: int

    def all(self, column: InstrumentedAttribute[Value]) -> list[Value]:
        """Return what the home's rows have in `column`, without the empty ones."""
        owner: Any = column.class_
        with db.engine.connect() as connection:
            found = connection.scalars(select(column).where(owner.city_id == self.id).order_by(owner.id))
            return [value for value in found if value is not None]

    def rows(self, model: type[Row], **wanted: object) -> list[Row]:
        """Return the home's rows of `model`, as nobody in another city gets hold of them."""
        with every_city():
            return list(db.session.scalars(select(model).filter_by(city_id=self.id, **wanted)))


def id_of(slug: str) -> int:
    return db.session.scalars(select(Jurisdiction.id).where(Jurisdiction.slug == slug)).one()


def go_to(slug: str) -> None:
    """Begin a unit of work in a city, as a request does: with nothing left over from the one before."""
    db.session.remove()
    enter_city(id_of(slug))


def fill_home() -> None:
    """Bring the first city to where every table and every list has something of it; found the two others."""
    area = an_area("桥东街道")
    put(AreaVersion(number=1, kind=next(iter(VersionKind)), at=ports.clock.now(), file="jining.geojson"))
    kept = (
        "level",
        "parent_id",
        "name_zh",
        "name_en",
        "geometry",
        "west",
        "south",
        "east",
        "north",
        "lon",
        "lat",
    )
    former = {name: getattr(area, name) for name in (*kept, "approximate", "active")}
    put(FormerArea(area_id=area.id, until=1, **former))
    an_area("民建社区", level=Level.COMMUNITY, parent_id=area.id, half=0.01)
    unit = a_unit("城管一中队", phone="0474-8230001")
    kind = a_category("乱堆乱放", subtypes=[{"name_zh": "堵消防通道", "urgent": True}])
    save_category(kind, {"hint_zh": "堵楼道"}, by=SYSTEM)
    put(RuleSet(number=1, made_at=ports.clock.now(), note="按街道分派"))
    a_rule(unit, kind)
    fill_roster(unit)
    put(
        Pairing(
            area_id=area.id, organ="集宁区财政局", unit_id=unit.id, contact="乌日娜", phone="0474-8230009"
        )
    )
    fill_lists(unit, kind)
    fill_links()
    fill_reports(kind)
    fill_board()
    teach(kind)
    fill_columns()
    fill_ways_out(unit)
    officer = a_user(*STAFF, unit=unit, name=OFFICER[0], email=OFFICER[1])
    fill_following(officer)
    fill_history(kind)
    for name in ("样样都管的人的另一账号", "其他账号"):
        a_user(Role.REDACTOR, name=name, mobile="13847400009")
    a_report(category=kind, by=officer.actor)
    add_limit_factor({"name": "城郊", "area_id": area.id, "percent": 150}, by=SYSTEM)
    put(Holiday(day=date(2027, 2, 17), working=False, name="察哈尔火山节"))
    rail = {"type": "LineString", "coordinates": [[113.1, 41.0], [113.2, 41.1]]}
    places = collection(
        a_road("察哈尔东街", (-8, 0), (8, 0)),
        a_road("建设路", (0, -8), (0, 8)),
        a_place("察哈尔广场", "square"),
    )
    put(MapLine(kind=LineKind.RAIL, name_zh="集二铁路线", name_en="Jining line", geometry=rail))
    import_names(places, Datum.WGS84, by=SYSTEM)
    seal("test", at=ports.clock.now())
    a_city("baotou", hosts=["baotou.example"], zone="America/New_York", settings={"nearby_pictures": False})
    enter_city(a_city("hohhot", hosts=["hohhot.example"]).id)
    fill_neighbour()
    ports.clock.set(EVENING)  # type: ignore[attr-defined]  # the tests' clock
    enter_city(id_of("jining"))
    sum_days()
    put(UnsummedDay(day=date(2027, 1, 31)))
    fill_shift()
    ask_for_code("13847400002", Asking(["home"]))
    begin(1000, uploader_key="tests", way=Way.REPORT)


def fill_shift() -> None:
    """Let a shift of this evening have been handed over, which nobody has received, and somebody have a report open."""
    moderator = a_moderator(name="交班的人").actor
    hand_over("早班：红包那几件已移开。", by=moderator)
    come_to(reports.get_report(1).id, by=moderator, idle=timedelta(minutes=2))


def fill_roster(unit: Unit) -> None:
    """Give the unit a roster with a night that nobody has, a head, and somebody else on one day."""
    head = a_user(Role.HANDLER, Role.UNIT_HEAD, unit=unit, name="苏和队长")
    unit.head_id = head.id
    shift = Shift(unit_id=unit.id, name="白班丙", starts=480, ends=1200, weekdays=[], user_ids=[head.id])
    put(shift)
    put(ShiftSwap(shift_id=shift.id, day=date(2027, 2, 1), user_ids=[head.id], note="调班"))


def fill_following(user: User) -> None:
    """Let somebody follow a place, who is told of it soon, and be told once."""
    made = follow(Choice(What.PLACE, place=HERE, name="楼下"), by=user.actor)
    now = ports.clock.now()
    groups = [
        {"follow": made.id, "number": 1, "posts": [one.id for one in db.session.scalars(select(Exposure))]}
    ]
    put(Digest(user_id=user.id, due_at=now, at=now, number=1, groups=groups))


def fill_history(kind: Category) -> None:
    """Bring an open and a closed request over from another system."""
    requests = [a_foreign_request(1, status="open"), a_foreign_request(2)]
    terms = read_mapping(f'source = "boston"\n[services]\n4f38 = "{kind.slug}"', "map.toml", [kind.slug])
    bring_over(BytesIO(as_json(requests)), "boston.json", terms, by=SYSTEM)


def fill_links() -> None:
    """Give a firm outside a case, and the link by which it answers."""
    firm = a_unit("某通信公司", external=True, contact="firm@example.org")
    case = a_case(State.DISPATCHED, unit=firm)
    make_link(case, by=a_user(Role.DISPATCHER).actor)


def fill_neighbour() -> None:
    """Appoint one person for each role, and one who holds all that the staff have."""
    unit = a_unit("外市一中队", fallback=True)
    for role in APPOINTED:
        a_user(role, unit=unit, name=f"外市 {role}", email=f"{role}@hohhot.example")
    a_user(*STAFF, unit=unit, name=OTHER_OFFICER[0], email=OTHER_OFFICER[1])


def fill_lists(unit: Unit, kind: Category) -> None:
    """Make a case on every list of those who work; time passes first, so that the rest is of these days."""
    an_exposure(Shown.EXPIRED)
    for state in (State.ARCHIVED, *(state for state in State if state is not State.ARCHIVED)):
        a_case(state, unit=unit, category=kind)
    a_request("send_back", unit=unit)
    watched, again, late = a_case(), a_case(State.HANDLED, unit=unit), a_case()
    advance(watched, Action.SUPERVISE, by=a_user(Role.SUPERVISOR).actor, reason="群众反映强烈")
    advance(again, Action.INSPECT_FAIL, by=a_user(Role.INSPECTOR).actor, reason="没有清干净")
    ports.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]
    dispatch(late, by=a_user(Role.DISPATCHER).actor, unit_id=unit.id)
    call_together(late, [a_unit("桥东街道办").id], reason="一起到场", by=a_user(Role.DISPATCHER).actor)
    put(Notice(unit_id=unit.id, what="case.whistle", case_id=late.id, at=ports.clock.now()))
    keep([a_photo("twice the same").id])
    put(a_region(a_photo("twice the same"), RegionKind.PLATE))


def fill_ways_out(unit: Unit) -> None:
    """Give the unit a robot and the city a webhook; leave deliveries held, sent and given up."""
    now = ports.clock.now()
    number = cases.cases_in([State.REGISTERED]).rows[0].number
    told = put(Notice(unit_id=unit.id, who="unit", what="case.urge", number=number, at=now))
    robot = put(
        UnitRobot(unit_id=unit.id, kind=RobotKind.WECOM, name="集宁执法群", address="sealed", made_at=now)
    )
    hook = put(
        Webhook(address="https://partner.example/hook", key="sealed", events=["case.closed"], made_at=now)
    )
    key, _ = create_key(Grant("市民热线平台", list(Scope), unit_id=unit.id), by=SYSTEM)
    command(lambda: db.session.execute(update(ApiSecret).values(digest=digest_of(PARTNER))))()
    settle_types({one.slug: "batch" for one in cases.categories()}, by=SYSTEM)
    plain = {"key_id": key.id, "token": "0" * 32, "mark": "home", "at": now, "answered_as": ServiceType.BATCH}
    said = {"key_id": key.id, "update_id": "77", "status": "OPEN", "did": "add", "said_at": now, "at": now}
    put(PostedUpdate(report_id=1, **said))
    put(
        PostedRequest(
            report_id=1,
            media=[{"url": "https://x/y", "state": "waiting", "why": ""}],
            waiting=1,
            fault="x",
            **plain,
        )
    )
    reader = a_user(Role.ACCEPTOR, name="值班的人")
    put(
        NoticeSettings(
            recipient=f"user:{reader.id}", user_id=reader.id, off=["desk.sms"], most=3, desk_mail=True
        )
    )
    for place, (state, digest) in enumerate(
        [(Passage.HELD, False), (Passage.HELD, True), (Passage.FAILED, False), (Passage.SENT, False)]
    ):
        by_robot = state is Passage.SENT
        put(
            Delivery(
                key=f"home {place}", notice_id=told.id, state=state, digest=digest, at=now, facts={},
                recipient=f"robot:{robot.id}" if by_robot else f"user:{reader.id}", user_id=reader.id,
                channel=Channel.ROBOT if by_robot else Channel.MAIL, robot_id=robot.id if by_robot else None,
                hook_id=hook.id, due_at=now, day=EVENING.date() if by_robot else now.date(),
                sent_at=EVENING if by_robot else None,
            )
        )  # fmt: skip


def fill_reports(kind: Category) -> None:
    """Make reports on every list of the moderators, one that was asked about, one that was rated."""
    resident = a_user(name="阿拉坦其其格", email=LOGIN, phone="13847400001", password=PASSWORD).actor
    give_points(put_right=5)
    keep_real_name(get_user(resident.id or 0), "阿拉坦其其格·本名", by=resident)
    put(WeChatLink(user_id=resident.id, key=wechat_key("o-home"), linked_at=ports.clock.now()))
    a_question(kind, "pile", question_zh="堆的是什么东西？", question_en="What is piled up?")
    said = {"pile": ["废旧门窗三扇"]}
    a_report(category=kind, subtype=kind.subcategories[0], by=resident, contact="13847400002", answers=said)
    asked()
    spam = a_report(by=resident, words="加微信领红包")
    set_aside(spam, by=SYSTEM)
    apart = a_report(by=resident, words="和上次一样")
    set_aside(apart, by=SYSTEM)
    appeal("不是垃圾信息，请再看看", sender="somebody", report=apart, by=ANYONE)
    moderator = a_moderator().actor
    agree(appeal("我是网格员，今天集中巡查", sender="somebody else", by=ANYONE), by=moderator)
    begin_clearing("垃圾信息", by=moderator)
    note_effort(seconds=20.0, presses=2, by=moderator)
    taken = a_report(by=resident, words="门前堆着旧砖头")
    case = accept(taken, Judgement(), by=a_moderator().actor)
    write_note(taken, "先打电话问过物业，@存筛选的人 再看一眼", by=moderator)
    write_note(case, "单位已到场，等街道答复。", by=moderator, for_unit=True)
    receive(hand_over("夜班：消防通道那件等消防队回话。", by=moderator), "少了一件", by=a_moderator().actor)
    keep_flagged_words("游行\n集会", by=SYSTEM)
    words = Words("季节性", "", "本市那达慕期间的临时摊点，结束后即撤。", "", [kind.id])
    note_use(save_sentence("", words, purpose=Purpose.DECLINE, by=SYSTEM).key)
    rule = settle_rule(Terms([kind.id]), by=SYSTEM)
    passed = CalmPass(
        report_id=taken.id, case_id=case.id, rule_id=rule.id, held=[{"need": "kind"}], draw=7, sampled=True,
        at=ports.clock.now(), verdict="", note="",
    )  # fmt: skip
    put(passed)
    switch_off_rule(by=SYSTEM)
    keeper = a_moderator(name="存筛选的人").actor
    save_filter("疑似红包垃圾", AtTriage.ASIDE, Narrowing(words="红包"), shared=True, by=keeper)
    joined = cases.cases_in([State.REGISTERED]).rows[0]
    a_report(category=kind, joins_case_id=joined.id)
    let_pass(a_searched_report(category=kind, words="路边堆着砂石"))
    rated = a_report(category=kind, by=resident, words="夜里有人倒的建筑垃圾。", answers=said)
    closed(rated)
    followup.rate(reports.get_report(rated.id), "satisfied", solved=True, by=resident)
    accept(a_report(category=kind), Judgement(), by=a_moderator().actor, hold=Hold(timedelta(days=365)))


def teach(kind: Category) -> None:
    """Let the city have learnt something."""
    model = Weights(**vars(a_small_model()) | {"kinds": (kind.id, 0)})
    right = [Tried(kind.id, 0.95, kind.id)] * 40
    keep_lesson(Learnt(model, 300, right, right), by=a_user(Role.SYSTEM_ADMIN).actor)


def fill_columns() -> None:
    """Write an article, an entry of the honour list and a notice in every state; all are shown for a year."""
    year = ports.clock.now().date() + timedelta(days=365)
    for state in Written:
        an_article(state, pictures=1, people=["哈斯"])
        an_honour(state, kind=HonourKind.PERSON, until=year)
        a_service_notice(state, until=year)


def fill_board() -> None:
    """Make an exposure in every state and an objection in every one that leaves the post where it is."""
    for state in Shown:
        if state is not Shown.EXPIRED:
            an_exposure(state)
    post = an_exposure(Shown.PUBLISHED)
    correct(post, "地点应为新华街", by=a_user(Role.LEADER).actor)
    for decided in (ObjectionState.FILED, ObjectionState.IN_REVIEW, ObjectionState.DISMISSED):
        an_objection(decided, to=post)
    an_objection(kind=ObjectionKind.IDENTITY, photos=1, origins=["home"])
    long_ago = an_objection(ObjectionState.DISMISSED, photos=1)
    long_ago.decided_at = ports.clock.now() - timedelta(days=400)
    db.session.commit()
