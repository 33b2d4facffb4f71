"""No query of any room answers one city from another's rows."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from types import FunctionType
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from config import ROOT
from reporter.accounts import queries as accounts
from reporter.accounts.models import OneTimeCode, Purpose, User, WeChatLink
from reporter.board import behind, editing, objected, shown
from reporter.board import queries as board
from reporter.board.lifecycle import Action as Publishing
from reporter.board.lifecycle import ObjectionKind, ObjectionState
from reporter.board.lifecycle import State as Shown
from reporter.board.models import EvidencePicture, Exposure, Objection, PublicPicture
from reporter.cases import queries as cases
from reporter.cases import questions, sentences
from reporter.cases import worklists as case_lists
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Category, ReadySentence, Subcategory
from reporter.cases.question_models import Question
from reporter.cases.worklists import AtCentre, AtInspection, AtUnit
from reporter.cities import queries as cities
from reporter.editorial import queries as editorial
from reporter.editorial import worklists as written
from reporter.editorial.lifecycle import State as Written
from reporter.editorial.models import Article, ArticlePicture, Honour, Rubric, ServiceNotice
from reporter.following import queries as following
from reporter.following.models import Digest, Follow
from reporter.history import queries as past
from reporter.insight import queries as insight
from reporter.kernel.audit import TrailEntry, verify
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, Gone, NotFound
from reporter.kernel.pages import Page
from reporter.kernel.policy import SYSTEM, Actor, Role
from reporter.learning import queries as learning
from reporter.learning.models import Lesson
from reporter.notices import queries as notices
from reporter.notices.models import Delivery, Notice, NoticeSettings, UnitRobot, Webhook
from reporter.notices.plan import Wishes
from reporter.open311 import keys as api_keys
from reporter.open311 import posts
from reporter.open311 import queries as open311
from reporter.open311.key_models import ApiKey
from reporter.open311.models import ServiceRequest
from reporter.open311.post_models import PostedRequest, PostedUpdate, ServiceType
from reporter.photos import queries as photos
from reporter.photos.models import Photo
from reporter.places import finding
from reporter.places import queries as places
from reporter.places.geometry import Point
from reporter.places.models import Area, Gazetteer, NamedPlace
from reporter.places.shapes import Level
from reporter.points import queries as points
from reporter.points.models import PointEntry
from reporter.points.terms import Occasion
from reporter.ports import ports
from reporter.reports import (
    alike,
    appeals,
    calm_lists,
    efforts,
    filters,
    handovers,
    like_it,
    locks,
    nearby,
    notes,
)
from reporter.reports import queries as reports
from reporter.reports import worklists as report_lists
from reporter.reports.alike import Sighting
from reporter.reports.calm import Terms
from reporter.reports.desk_models import Handover, Note
from reporter.reports.lifecycle import Action as Deciding
from reporter.reports.models import Appeal, CalmPass, CalmRule, Decision, Report, SavedFilter
from reporter.reports.worklists import AtTriage
from reporter.routing import duty
from reporter.routing import queries as routing
from reporter.routing.models import LimitFactor, RuleSet, Shift, Unit, Whistle
from reporter.routing.roster import Span
from tests.house.cities.homes import (
    EVENING,
    EVERYTHING,
    LOGIN,
    NEXT_YEAR,
    PARTNER,
    PASSWORD,
    Home,
    Thing,
    Value,
    go_to,
)
from tests.make import (
    HERE,
)
from tests.queries import counted

DAYS = Span(EVENING - timedelta(days=1), EVENING + timedelta(days=7))
Query = Callable[..., Any]
Ask = Callable[[Home], object]


def each(ask: Callable[[Thing], object], things: Iterable[Thing]) -> list[object]:
    """Return what is answered about each of `things`; that there is no such thing is no answer."""
    answers: list[object] = []
    for thing in things:
        try:
            answers.append(ask(thing))
        except NotFound:
            continue
        except Gone as known:
            answers.append(known)
    return answers


def unless_refused(ask: Callable[[], Value]) -> Value | None:
    """Return the answer, None when the city has not got what it takes to give one."""
    try:
        return ask()
    except (BadInput, NotFound):
        return None


def area_where(chosen: int | None) -> int | None:
    return unless_refused(lambda: places.area_for(Point(*HERE), chosen))


def lies_within(lon: float, lat: float) -> bool:
    try:
        places.refuse_outside(lon, lat)
    except BadInput:
        return False
    return True


def features(shapes: places.MapShapes) -> list[object]:
    found: list[object] = json.loads(shapes.text)["features"]
    return found


@dataclass(frozen=True)
class Hand:
    """What somebody of the home has loaded already."""

    case: Case
    post: Exposure
    picture: PublicPicture
    photo: Photo
    article: Article


def told(home: Home, whom: str, column: InstrumentedAttribute[Any]) -> list[Sequence[Notice]]:
    return [notices.notices_for(**{whom: one}) for one in home.all(column)]


def at_the_bell(home: Home) -> list[Actor]:
    """Return people as if they worked in the home: its handlers and its centre."""
    unit = home.all(Unit.id)
    return [Actor(one, frozenset({Role.HANDLER, Role.ACCEPTOR}), unit[0]) for one in home.all(User.id)[:2]]


def later_than_registered(rows: Sequence[Case]) -> list[int]:
    """Return the cases whose clock is known to have begun later than their row alone says."""
    began = case_lists.clocks_began(rows)
    return [case.id for case in rows if began[case.id] != case.registered_at]


def where_reports(condition: ColumnElement[bool]) -> list[int]:
    """Return the ids of the reports for which `condition` holds."""
    return list(db.session.scalars(select(Report.id).where(condition)))


def seen_at(home: Home) -> Sighting:
    lon, lat = HERE
    return Sighting(lon, lat, home.all(Category.id)[0], photo_ids=home.all(Photo.id))


# Asked about each value that the home has in the column.
# fmt: off
ABOUT_EACH: dict[Query, InstrumentedAttribute[Any]] = {
    accounts.get_user:             User.id,
    accounts.find_user:            User.id,
    accounts.user_by_login:        User.email,
    accounts.unit_members:         Unit.id,
    accounts.real_name_of:         User.id,
    reports.own_report_ids:        User.id,
    shown.post:                    Exposure.public_id,
    shown.public_picture:          PublicPicture.token,
    board.get_exposure:            Exposure.id,
    board.live_exposure_of:        Case.id,
    board.last_exposure_of:        Case.id,
    board.get_objection:           Objection.id,
    board.objection_by_code:       Objection.code,
    board.objection_by_client_id:  Objection.client_id,
    editing.objections_to:         Exposure.id,
    objected.kept_hidden:          Exposure.id,
    objected.objection_with:       EvidencePicture.photo_id,
    editorial.public_picture:      ArticlePicture.token,
    editorial.get_article:         Article.id,
    editorial.get_honour:          Honour.id,
    editorial.get_service_notice:  ServiceNotice.id,
    cases.get_case:                Case.id,
    cases.case_by_number:          Case.number,
    cases.get_category:            Category.id,
    cases.category_by_slug:        Category.slug,
    cases.get_subcategory:         Subcategory.id,
    cases.photos_of:               Case.id,
    cases.requests_of:             Case.id,
    cases.result_of:               Case.id,
    case_lists.unit_counts:        Unit.id,
    case_lists.last_claimed:       Unit.id,
    notices.cases_called_to:       Unit.id,
    notices.find_delivery:         Delivery.id,
    notices.find_robot:            UnitRobot.id,
    notices.find_webhook:          Webhook.id,
    posts.get_post:                PostedRequest.id,
    posts.posted_before:           PostedRequest.mark,
    posts.post_by_token:           PostedRequest.token,
    posts.media_of_report:         PostedRequest.report_id,
    finding.find_place:            NamedPlace.id,
    api_keys.find_key:             ApiKey.id,
    api_keys.key_by_name:          ApiKey.name,
    notices.get_notice:            Notice.id,
    notices.robots_of:             Unit.id,
    notices.settings_of:           NoticeSettings.recipient,
    photos.get_photo:              Photo.id,
    photos.by_token:               Photo.token,
    photos.staff_picture:          Photo.token,
    places.get_area:               Area.id,
    finding.get_gazetteer:         Gazetteer.number,
    routing.get_limit_factor:      LimitFactor.id,
    routing.open_whistle:          Case.id,
    routing.whistles_of:           Case.id,
    routing.units_called:          Whistle.id,
    reports.get_report:            Report.id,
    appeals.appeal_of:             Appeal.id,
    learning.get_lesson:           Lesson.id,
    reports.decisions_of:          Decision.batch,
    reports.undoable:              User.id,
    reports.unit_to_be:            Case.id,
    reports.report_by_code:        Report.code,
    reports.report_by_client_id:   Report.client_id,
    reports.reports_of:            User.id,
    reports.reports_of_case:       Case.id,
    accounts.user_behind_wechat:   WeChatLink.key,
    accounts.wechat_link_of:       User.id,
    reports.first_report_of:       Case.id,
    reports.photo_ids_of:          Report.id,
    reports.messages_of:           Report.id,
    report_lists.report_by_number: Report.number,
    past.brought_over:             Case.id,
    following.follower_of:         User.id,
    following.follows_of:          User.id,
    following.find_digest:         Digest.id,
    points.ledger_of:              User.id,
    points.balance_of:             User.id,
    points.shows_points:           User.id,
    routing.get_unit:              Unit.id,
    routing.open_load:             Unit.id,
    duty.on_duty:                  Unit.id,
    duty.works_nights:             Unit.id,
    routing.open_order:            Case.id,
    routing.last_order:            Case.id,
    routing.last_closed_order:     Case.id,
    open311.request_called:        ServiceRequest.number,
}
GLOBE = (-180.0, -90.0, 180.0, 90.0)
# Asked about several at once, about a row in hand, or about the city as a whole.
OTHERWISE: dict[Query, Ask] = {
    accounts.user_who_signs_in:    lambda _: accounts.user_who_signs_in(LOGIN, PASSWORD),
    accounts.living_code:          lambda home: [found for one in home.all(OneTimeCode.id) if (found := accounts.living_code(one, ports.clock.now(), *Purpose))],
    accounts.codes_asked:          lambda home: [when for one in home.all(OneTimeCode.mark) for when in accounts.codes_asked(one, since=ports.clock.now() - timedelta(days=1), most=9)],
    reports.photo_ids_of_each:     lambda home: [ids for ids in reports.photo_ids_of_each(home.all(Report.id)).values() if ids],
    reports.messages_of_each:      lambda home: [rows for rows in reports.messages_of_each(home.all(Report.id)).values() if rows],
    accounts.names_of:             lambda home: accounts.names_of(home.all(User.id)),
    accounts.active_ids:           lambda home: accounts.active_ids(home.all(User.id)),
    accounts.works_for_city:       lambda home: accounts.works_for_city(home.all(User.id)),
    accounts.members_of:           lambda home: accounts.members_of(home.all(Unit.id)),
    accounts.whole_person:         lambda home: [whole for one in home.all(User.id) if (whole := accounts.whole_person(Actor(one)).also)],
    accounts.people:               lambda _: accounts.people(),
    accounts.has_people:           lambda _: accounts.has_people(),
    shown.posts:                   lambda _: shown.posts(shown.Filter()),
    shown.post_keys:               lambda _: shown.post_keys(shown.Filter(words="解放")).rows,
    shown.spots:                   lambda home: shown.spots([row.id for row in home.rows(Exposure)]),
    shown.posts_by_ids:            lambda home: shown.posts_by_ids([row.id for row in home.rows(Exposure)]),
    shown.heaps:                   lambda _: [*shown.heaps(shown.Filter(), GLOBE, zoom=2, most=400), *shown.heaps(shown.Filter(words="解放"), GLOBE, zoom=2, most=400)],
    shown.quickest:                lambda _: shown.quickest(),
    shown.numbers_shown:           lambda _: shown.numbers_shown().kinds,
    shown.units_shown:             lambda _: shown.units_shown(shown.numbers_shown()),
    shown.edition_shown:           lambda _: shown.edition_shown(),
    shown.corrections_of:          lambda home: [shown.corrections_of(one) for one in home.rows(Exposure) if one.correction],
    shown.months_shown:            lambda _: "2027-02" in shown.months_shown(),
    board.hold:                    lambda home: cities.current_city().id == home.id and board.hold() == timedelta(0),
    board.live_exposures_of:       lambda home: board.live_exposures_of(home.all(Case.id)),
    board.history:                 lambda home: [*map(board.history, home.rows(Exposure)), *map(board.history, home.rows(Objection))],
    board.due_to_expire:           lambda _: board.due_to_expire(NEXT_YEAR),
    shown.kinds:                   lambda _: shown.kinds(),
    editing.masked_preview:        lambda home: each(editing.masked_preview, [one for one in home.rows(PublicPicture) if not one.ready]),
    editing.masked_thumb:          lambda home: each(editing.masked_thumb, home.rows(PublicPicture)),
    editing.exposures_in:          lambda _: editing.exposures_in(list(Shown)),
    editing.newest_exposures_in:   lambda _: editing.newest_exposures_in(list(Shown)),
    editing.numbers_waiting:       lambda _: editing.numbers_waiting(),
    editing.checks_of:             lambda home: each(editing.checks_of, home.rows(Exposure)),
    editing.was_closed:            lambda home: each(editing.was_closed, home.rows(Case, state=State.ARCHIVED)),
    editing.opened_by:             lambda home: [editing.opened_by(one, one.second_reviewer_id, Publishing.PUBLISH) for one in home.rows(Exposure)],
    editing.objections_in:         lambda _: editing.objections_in(list(ObjectionState)),
    objected.posts_hidden_from:    lambda _: objected.posts_hidden_from("home", besides=0),
    objected.open_from:            lambda _: objected.open_from(["home"]),
    objected.dismissed_before:     lambda home: any(objected.dismissed_before(one, ObjectionKind.NOT_TRUE) for one in home.all(Exposure.id)),
    objected.evidence_to_forget:   lambda _: objected.evidence_to_forget(EVENING),
    editing.exposures_by_ids:      lambda home: editing.exposures_by_ids(home.all(Exposure.id)),
    editorial.today:               lambda _: editorial.today() == date(2027, 2, 1),
    editorial.articles:            lambda _: editorial.articles(),
    editorial.honoured:            lambda _: editorial.honoured(),
    editorial.article_addresses:   lambda _: editorial.article_addresses(),
    editorial.service_notices:     lambda _: editorial.service_notices(),
    editorial.article:             lambda home: each(partial(editorial.article, Rubric.PROGRESS), home.all(Article.public_id)),
    written.written:               lambda _: [written.written(Article), written.written(Honour), written.written(ServiceNotice)],
    written.consents_to:           lambda home: [*map(written.consents_to, home.rows(Honour)), *map(written.consents_to, home.rows(Article))],
    written.history:               lambda home: [written.history(one) for one in home.rows(Article)],
    written.lack_of:               lambda home: [written.lack_of(one) is None for one in home.rows(Honour)],
    cases.cases_by_ids:            lambda home: cases.cases_by_ids(home.all(Case.id)),
    cases.categories:              lambda _: cases.categories(active=False),
    cases.history:                 lambda home: [cases.history(one) for one in home.rows(Case)],
    cases.photos_of_each:          lambda home: cases.photos_of_each(home.all(Case.id)),
    cases.open_requests:           lambda _: cases.open_requests(),
    cases.cases_of_unit:           lambda home: [cases.cases_of_unit(unit, list(State)) for unit in home.all(Unit.id)],
    cases.cases_in:                lambda _: cases.cases_in(list(State)),
    cases.by_due:                  lambda _: cases.by_due(select(Case), after="", size=EVERYTHING),
    cases.open_cases_near:         lambda _: cases.open_cases_near(*HERE, limit=EVERYTHING),
    cases.kinds_around:            lambda _: cases.kinds_around(*HERE, metres=100_000, since=NEXT_YEAR - timedelta(days=3650), limit=EVERYTHING),
    cases.ringing_ids:             lambda _: cases.ringing_ids(NEXT_YEAR),
    case_lists.unit_list:          lambda home: [case_lists.unit_list(which, unit) for which in AtUnit for unit in home.all(Unit.id)],
    case_lists.inspection_list:    lambda _: [case_lists.inspection_list(which, now=NEXT_YEAR) for which in AtInspection],
    case_lists.centre_list:        lambda _: [case_lists.centre_list(which) for which in AtCentre],
    case_lists.inspection_counts:  lambda _: case_lists.inspection_counts(NEXT_YEAR),
    case_lists.centre_counts:      lambda _: case_lists.centre_counts(),
    case_lists.ended_cases:        lambda home: [case_lists.ended_cases(), *(case_lists.ended_cases(unit_id=unit) for unit in home.all(Unit.id))],
    case_lists.clocks_began:       lambda home: later_than_registered(home.rows(Case)),
    cities.current_city:           lambda home: cities.current_city().id == home.id,
    cities.local:                  lambda _: cities.local(EVENING).day == 1,
    cities.day_kinds:              lambda _: list(cities.day_kinds()),
    cities.day_names:              lambda _: list(cities.day_names()),
    cities.special_days:           lambda _: cities.special_days(2027),
    cities.calendar_years:         lambda _: cities.calendar_years(),
    past.import_runs:              lambda _: past.import_runs(),
    past.runs_of:                  lambda _: past.runs_of("boston", ["B000001"]),
    insight.today:                 lambda _: insight.today() == date(2027, 2, 1),
    insight.last_days:             lambda _: insight.last_days(1).last == date(2027, 2, 1),
    insight.month_of:              lambda _: insight.month_of(insight.today()).last == date(2027, 2, 28),
    insight.rates:                 lambda _: asdict(insight.rates(insight.last_days(365))),
    insight.per_day:               lambda _: [n for _, n in insight.per_day("registered", days=365)],
    insight.sums_by_kind:          lambda _: insight.sums_by_kind(insight.last_days(365)),
    insight.sums_by_area:          lambda _: insight.sums_by_area(insight.last_days(365)),
    insight.sums_by_month:         lambda _: [sums for sums in insight.sums_by_month().values() if sums],
    insight.times_of_kind:         lambda _: [n for kind in insight.sums_by_kind(insight.last_days(365)) for n in insight.times_of_kind(kind, days=365).counts if n],
    insight.together:              lambda _: insight.together(insight.sums_by_kind(insight.last_days(365)).values()),
    insight.open_by_area:          lambda _: insight.open_by_area(soon=timedelta(days=365)),
    insight.honours:               lambda _: insight.honours(days=365),
    notices.notices_for:           lambda home: [*told(home, "user_id", User.id), *told(home, "unit_id", Unit.id), *told(home, "desk", Notice.desk)],
    notices.bell_list:             lambda home: [notices.bell_list(actor) for actor in at_the_bell(home)],
    notices.bell_of:               lambda home: [notices.bell_of(actor).newest for actor in at_the_bell(home)],
    notices.query_codes:           lambda home: notices.query_codes(home.all(Report.id)),
    notices.wishes_of:             lambda home: [wishes for one in home.all(NoticeSettings.recipient) if (wishes := notices.wishes_of(one)) != Wishes()],
    notices.desk_readers:          lambda _: notices.desk_readers("centre"),
    notices.sent_on:               lambda home: [notices.sent_on(one.recipient, one.day, most=9) for one in home.rows(Delivery)],
    notices.held_ids:              lambda _: notices.held_ids(NEXT_YEAR),
    notices.due_digests:           lambda _: notices.due_digests(NEXT_YEAR),
    notices.digest_rows:           lambda home: [notices.digest_rows(one.recipient, one.channel, NEXT_YEAR) for one in home.rows(Delivery)],
    notices.notices_by_ids:        lambda home: notices.notices_by_ids(home.all(Notice.id)),
    notices.failed_deliveries:     lambda _: notices.failed_deliveries(),
    notices.robot_sent_lately:     lambda home: [notices.robot_sent_lately(one, EVENING, most=9) for one in home.all(UnitRobot.id)],
    posts.update_posted_before:    lambda home: [posts.update_posted_before(one.key_id, one.update_id) for one in home.rows(PostedUpdate)],
    posts.many_wait:               lambda home: [one for one in home.all(PostedRequest.key_id) if posts.many_wait(one, most=1)],
    posts.faulty_posts:            lambda _: posts.faulty_posts(),
    posts.service_types:           lambda _: posts.service_types(),
    posts.service_type:            lambda home: [one for one in home.all(Category.slug) if posts.service_type(one) is ServiceType.BATCH],
    api_keys.keys:                 lambda _: api_keys.keys(),
    api_keys.key_of:               lambda _: api_keys.key_of(PARTNER, now=EVENING),
    api_keys.secrets_of:           lambda home: api_keys.secrets_of(home.all(ApiKey.id), now=EVENING),
    notices.webhooks:              lambda _: notices.webhooks(),
    photos.photos_by_ids:          lambda home: photos.photos_by_ids(home.all(Photo.id)),
    photos.photos_by_tokens:       lambda home: photos.photos_by_tokens(home.all(Photo.token)),
    photos.look_alikes:            lambda home: photos.look_alikes([one.dhash for one in home.rows(Photo)]),
    photos.proposed_regions:       lambda home: each(photos.proposed_regions, home.rows(Photo)),
    photos.regions_of:             lambda home: photos.regions_of(home.all(Photo.id)),
    photos.same_picture:           lambda home: each(photos.same_picture, home.rows(Photo)),
    photos.seen_before:            lambda home: each(lambda one: photos.seen_before([one]), home.rows(Photo)),
    photos.shot_before:            lambda home: each(lambda one: photos.shot_before(one.looked_for_by, photos.staff_copy(one, 320).content), home.rows(Photo)),
    places.areas:                  lambda _: places.areas(active=False),
    places.areas_after:            lambda _: places.areas_after(0, most=99),
    places.own_areas:              lambda _: places.own_areas(*Level),
    places.areas_by_id:            lambda _: places.areas_by_id(),
    places.candidates_at:          lambda _: places.candidates_at(*HERE),
    places.numbers_by_level:       lambda _: places.numbers_by_level(),
    places.area_names:             lambda home: places.area_names(home.all(Area.id)),
    places.areas_around:           lambda home: [places.areas_around(area) for area in home.all(Area.id)],
    places.all_areas_around:       lambda _: places.all_areas_around(),
    places.area_at:                lambda _: places.area_at(*HERE),
    places.area_for:               lambda home: [area_where(one) for one in (None, *home.all(Area.id))],
    places.area_ids_at:            lambda _: places.area_ids_at(*HERE),
    places.city_bounds:            lambda _: places.city_bounds(),
    places.refuse_outside:         lambda _: lies_within(*HERE),
    places.map_shapes:             lambda _: [features(places.map_shapes(english=english)) for english in (False, True)],
    places.map_lines:              lambda _: [features(places.map_lines(english=english)) for english in (False, True)],
    places.area_within:            lambda _: unless_refused(lambda: places.area_within(*HERE)),
    places.areas_of:               lambda _: places.areas_of([HERE]),
    finding.gazetteers:            lambda _: finding.gazetteers(),
    finding.places_called:         lambda _: finding.places_called("察哈尔东街"),
    finding.beside:                lambda _: (told := finding.beside(*HERE)).road or told.cross or told.place,
    places.drawn_map:              lambda _: places.drawn_map(),
    places.edition:                lambda _: places.edition(),
    places.known_areas:            lambda _: places.known_areas(),
    reports.held_reports:          lambda _: reports.held_reports(ports.clock.now(), Deciding.ACCEPT),
    reports.history:               lambda home: [reports.history(one) for one in home.rows(Report)],
    alike.cases_alike:             lambda home: alike.cases_alike(seen_at(home)),
    alike.joinable:                lambda home: alike.joinable(seen_at(home)),
    alike.case_to_join:            lambda home: [alike.case_to_join(seen_at(home), one) for one in home.all(Case.id)],
    following.held_follower:       lambda home: [following.held_follower(one.user_id) for one in home.rows(Follow) if following.follower_of(one.user_id)],
    following.find_follow:         lambda home: [found for one in home.rows(Follow) if (found := following.find_follow(one.id, user_id=one.user_id))],
    following.get_follow:          lambda home: each(lambda one: following.get_follow(one.id, user_id=one.user_id), home.rows(Follow)),
    following.get_digest:          lambda home: each(lambda one: following.get_digest(one.id, user_id=one.user_id), home.rows(Digest)),
    following.digests_of:          lambda home: [following.digests_of(one, limit=9) for one in home.all(Digest.user_id)],
    following.mark_now:            lambda _: following.mark_now(),
    following.news_after:          lambda _: following.news_after(0).posts,
    following.due_followers:       lambda _: following.due_followers(NEXT_YEAR, most=9),
    following.running_follows:     lambda home: [rows for rows in following.running_follows(home.all(Follow.user_id)).values() if rows],
    points.terms_now:              lambda _: points.terms_now().number,
    points.sums_of:                lambda home: [points.sums_of(home.all(User.id), day).month for day in home.all(PointEntry.day)],
    points.standing_of:            lambda home: [points.standing_of(case, list(Occasion)) for case in home.all(PointEntry.case_id)],
    points.is_written:             lambda home: [points.is_written(one.cause_id, one.report_id, one.occasion) for one in home.rows(PointEntry)],
    points.has_reported:           lambda home: [points.has_reported([one.user_id], one.case_id) for one in home.rows(PointEntry)],
    points.accounts_of_month:      lambda _: [points.accounts_of_month(month) for month in ("2026-11", "2026-12", "2027-01")],
    reports.reports_by_ids:        lambda home: reports.reports_by_ids(home.all(Report.id)),
    reports.first_ids_of:          lambda home: reports.first_ids_of(home.all(Case.id)),
    reports.answers_behind:        lambda home: reports.answers_behind(home.all(Case.id)),
    reports.photo_ids_of_each:     lambda home: reports.photo_ids_of_each(home.all(Report.id)),
    reports.handled_here:          lambda home: [reports.handled_here(lon=HERE[0], lat=HERE[1], category_id=kind) for kind in home.all(Category.id)],
    reports.reporters_of_case:     lambda home: [list(reports.reporters_of_case(case_id)) for case_id in home.all(Case.id)],
    nearby.candidates:             lambda home: [one.photo.id for report in home.rows(Report) for one in nearby.candidates(report)],
    nearby.shown_nearby:           lambda home: list(nearby.shown_nearby(home.rows(Case))),
    nearby.pictures_wanted:        lambda _: nearby.pictures_wanted(),
    learning.decided_reports:      lambda _: learning.decided_reports(),
    learning.lessons:              lambda _: learning.lessons(),
    learning.lesson_in_use:        lambda _: learning.lesson_in_use(),
    learning.suggested_kind:       lambda _: learning.suggested_kind("盲道上停了车"),
    appeals.open_appeals:          lambda _: appeals.open_appeals(),
    appeals.number_open:           lambda _: appeals.number_open(),
    appeals.last_appeal:           lambda home: [appeals.last_appeal(report_id=one.report_id, sender=one.sender) for one in home.rows(Appeal)],
    appeals.is_trusted:            lambda home: appeals.is_trusted(home.all(Appeal.sender)),
    report_lists.triage_list:      lambda _: [report_lists.triage_list(which) for which in AtTriage],
    report_lists.there_already:    lambda _: where_reports(report_lists.there_already()),
    report_lists.waiting_on_the_spot: lambda home: [where_reports(report_lists.waiting_on_the_spot(one.lon, one.lat, [one.category_id])) for one in home.rows(Report)],
    report_lists.triage_list:      lambda home: [report_lists.triage_list(which, like=one) for which in AtTriage for one in (None, *home.rows(Report))],
    efforts.own_efforts:           lambda home: [efforts.own_efforts(one, since=NEXT_YEAR - timedelta(days=800)) for one in home.all(User.id)],
    efforts.desk_efforts:          lambda _: efforts.desk_efforts(since=NEXT_YEAR - timedelta(days=800)),
    locks.holders_of:              lambda home: locks.holders_of(home.all(Report.id), idle=timedelta(days=800)),
    handovers.standing:            lambda home: [one.number + len(one.things) for user_id in home.all(User.id) for one in handovers.standing(user_id)],
    handovers.get_handover:        lambda home: each(handovers.get_handover, home.all(Handover.id)),
    handovers.handovers:           lambda _: handovers.handovers(),
    handovers.waiting_handovers:   lambda _: handovers.waiting_handovers(),
    handovers.last_handover_of:    lambda home: [handovers.last_handover_of(one) for one in home.all(Handover.given_by_id)],
    notes.get_note:                lambda home: each(notes.get_note, home.all(Note.id)),
    notes.notes_of_report:         lambda home: [note for one in home.all(Report.id) for note in notes.notes_of_report(one)],
    notes.notes_for:               lambda home: [note for one in home.rows(Case) for note in notes.notes_for(one, Actor(id=None, roles=frozenset({Role.ACCEPTOR})))],
    notes.case_of:                 lambda home: [notes.case_of(one) for one in home.rows(Note) if one.case_id],
    notes.colleagues:              lambda _: [one.id for one in notes.colleagues(None, for_unit=False)],
    filters.filters_for:           lambda home: [filters.filters_for(one) for one in home.all(SavedFilter.owner_id)],
    filters.filter_seen_by:        lambda home: each(lambda one: filters.filter_seen_by(one.owner_id, one.id), home.rows(SavedFilter)),
    like_it.reports_alike:   lambda home: [one for report in home.rows(Report) for one in like_it.reports_alike(report)[0]],
    calm_lists.newest_rule:        lambda _: calm_lists.newest_rule(),
    calm_lists.pass_of:            lambda home: [calm_lists.pass_of(one) for one in home.all(CalmPass.report_id)],
    calm_lists.get_pass:           lambda home: each(calm_lists.get_pass, home.all(CalmPass.id)),
    calm_lists.to_check:           lambda _: calm_lists.to_check(),
    calm_lists.number_to_check:    lambda _: calm_lists.number_to_check(),
    calm_lists.figures_of:         lambda home: [calm_lists.figures_of(one).passed for one in home.rows(CalmRule)],
    calm_lists.sender_record:      lambda home: [calm_lists.sender_record(one, before=NEXT_YEAR - timedelta(days=360)) != (0, 0) for one in home.all(Report.reporter_id) if one],
    calm_lists.known_of:           lambda home: each(lambda one: calm_lists.known_of(reports.get_report(one)), home.all(Report.id)),
    calm_lists.trial_of:           lambda home: calm_lists.trial_of(Terms(home.all(Category.id))).looked_at,
    sentences.sentences:           lambda _: [one.text_zh for one in sentences.sentences() if one.own],
    sentences.number_of_own:       lambda _: sentences.number_of_own(),
    sentences.get_sentence:        lambda home: each(sentences.get_sentence, home.all(ReadySentence.key)),
    questions.questions_of:        lambda home: [one for kind in home.all(Category.id) for one in questions.questions_of(kind)],
    questions.questions_by_kind:   lambda _: questions.questions_by_kind(),
    questions.get_question:        lambda home: each(lambda one: questions.get_question(one.category_id, one.id), home.rows(Question)),
    questions.read_answers:        lambda home: [one for kind in home.all(Category.id) for one in questions.read_answers(kind, {"pile": ["废纸"]})[0]],
    questions.answers_or_refuse:   lambda home: [one for kind in home.all(Category.id) for one in questions.answers_or_refuse(kind, {"pile": ["废纸"]}, english=False)],
    sentences.own_sentence:        lambda home: each(sentences.own_sentence, home.all(ReadySentence.key)),
    reports.flagged_words:         lambda _: reports.flagged_words(),
    filters.own_filters:           lambda home: [filters.own_filters(one) for one in home.all(SavedFilter.owner_id)],
    reports.ringing_reports:       lambda _: reports.ringing_reports(NEXT_YEAR),
    report_lists.triage_counts:    lambda _: report_lists.triage_counts(),
    report_lists.last_aside:       lambda _: report_lists.last_aside(),
    report_lists.number_aside:     lambda _: report_lists.number_aside(),
    report_lists.aside_upto:       lambda _: report_lists.aside_upto(99_999, limit=99),
    report_lists.running_clearing: lambda _: report_lists.running_clearing(),
    report_lists.versions_on:      lambda home: [report_lists.versions_on(which, like=one, limit=99) for which in AtTriage for one in home.rows(Report)],
    routing.units:                 lambda _: routing.units(active=False),
    routing.units_by_id:           lambda _: routing.units_by_id(),
    routing.rules:                 lambda _: routing.rules(),
    routing.rule_sets:             lambda _: routing.rule_sets(),
    routing.newest_number:         lambda _: routing.newest_number(),
    routing.rule_set:              lambda home: [unless_refused(partial(routing.rule_set, n)) for n in home.all(RuleSet.number)],
    routing.fallback_unit_id:      lambda _: unless_refused(routing.fallback_unit_id),
    routing.areas_within:          lambda _: list(routing.areas_within()),
    routing.past_matters:          lambda _: routing.past_matters(since=EVENING - timedelta(days=365)),
    routing.suggest_unit:          lambda home: unless_refused(lambda: routing.suggest_unit(category_id=home.all(Category.id)[0], subcategory_id=None, area_id=None)),
    routing.units_of:              lambda home: routing.units_of(home.all(Unit.id)),
    routing.limit_factors:         lambda _: routing.limit_factors(),
    routing.calls_waiting:         lambda home: [list(routing.calls_waiting(home.all(Case.id), one)) for one in home.all(Unit.id)],
    routing.cases_called_late:     lambda _: routing.cases_called_late(NEXT_YEAR),
    duty.on_duty_of:               lambda home: duty.on_duty_of(home.all(Unit.id)),
    duty.duties:                   lambda home: [one.user_ids for one in duty.duties(home.all(Unit.id)).values()],
    duty.rosters:                  lambda home: [one.shifts for one in duty.rosters(home.rows(Unit), DAYS).values()],
    duty.roster_of:                lambda home: [duty.roster_of(unit, DAYS).turns for unit in home.rows(Unit)],
    duty.gaps_ahead:               lambda home: duty.gaps_ahead(home.rows(Unit)),
    duty.next_duty:                lambda home: [duty.next_duty(unit) for unit in home.rows(Unit)],
    duty.get_shift:                lambda home: each(lambda one: duty.get_shift(one.unit_id, one.id), home.rows(Shift)),
    routing.last_orders_of:        lambda home: routing.last_orders_of(home.all(Case.id)),
    behind.shown_behind:           lambda home: behind.shown_behind(home.all(Case.id)),
    cases.kinds_changed_at:        lambda _: cases.kinds_changed_at(),
    open311.requests:              lambda _: open311.requests(open311.Wanted(), limit=EVERYTHING),
    open311.updates_within:        lambda _: open311.updates_within(open311.Span(), limit=EVERYTHING),
    open311.updates_of:            lambda home: open311.updates_of(home.all(Report.id)),
    routing.calendar:              lambda _: routing.calendar().zone.key == "Asia/Shanghai",
}
# Answered from what the asker has in hand already.
IN_HAND: dict[Query, Callable[[Hand], object]] = {
    shown.picture_bytes:           lambda hand: shown.picture_bytes(hand.picture, next(iter(hand.picture.files))),
    board.picture_of:              lambda hand: board.picture_of(hand.post, hand.picture.id),
    editing.actions_open_to:       lambda hand: editing.actions_open_to(SYSTEM, hand.post),
    editing.sees_evidence:         lambda _: editing.sees_evidence(SYSTEM, Objection()),
    editing.is_owed:               lambda hand: editing.is_owed(hand.case) is not None,
    editing.was_decided:           lambda hand: editing.was_decided(hand.case) is not None,
    editing.masks_kept:            lambda _: editing.masks_kept([]),
    editing.actions_possible:      lambda hand: editing.actions_possible(hand.post),
    editorial.picture_of:          lambda hand: editorial.picture_of(hand.article, hand.article.pictures[0].id),
    written.actions_open_to:       lambda hand: written.actions_open_to(SYSTEM, hand.article),
    cases.step_behind:             lambda hand: cases.step_behind(TrailEntry(id=1, subject_id=hand.case.id, action="register", source="", target="registered", facts={})),
    reports.without_undone:        lambda _: reports.without_undone([]),
    cases.actions_open_to:         lambda hand: cases.actions_open_to(SYSTEM, hand.case),
    cases.obstacle:                lambda hand: cases.obstacle(hand.case, Action.URGE, by=SYSTEM),
    notices.desks_of:              lambda _: notices.desks_of(SYSTEM),
    photos.staff_copy:             lambda hand: photos.staff_copy(hand.photo),
}
# fmt: on
OF_ALL_CITIES: set[Query] = {
    cities.all_cities,
    cities.cities_by_slug,
    cities.city_for_host,
}  # asked before any city is entered


def is_nothing(answer: object) -> bool:
    """Tell whether `answer` holds no row and no figure but 0, however it is wrapped."""
    if isinstance(answer, Page):
        return not answer.rows
    if isinstance(answer, Mapping):
        return all(is_nothing(one) for one in answer.values())
    if isinstance(answer, list | tuple | frozenset):
        return all(is_nothing(one) for one in answer)
    return not answer


def ask(query: Query, home: Home) -> object:
    """Ask the current city `query` about what the home has."""
    column = ABOUT_EACH.get(query)
    return OTHERWISE[query](home) if column is None else each(query, home.all(column))


def name(query: Query) -> str:
    return f"{query.__module__.removeprefix('reporter.')}.{query.__name__}"


def in_the_table(*tables: Iterable[Query]) -> pytest.MarkDecorator:
    queries = [query for table in tables for query in table]
    return pytest.mark.parametrize("query", queries, ids=name)


@in_the_table(ABOUT_EACH, OTHERWISE)
def test_a_city_that_has_nothing_is_answered_nothing(home: Home, query: Query) -> None:
    go_to("baotou")

    assert is_nothing(ask(query, home))


@in_the_table(ABOUT_EACH, OTHERWISE)
def test_the_same_question_has_an_answer_at_home(home: Home, query: Query) -> None:
    go_to("jining")

    assert not is_nothing(ask(query, home))


def test_every_list_has_something_at_home(home: Home) -> None:
    go_to("jining")
    unit = home.rows(Unit, name_zh="城管一中队")[0]

    counts: list[Mapping[Any, int]] = [
        case_lists.unit_counts(unit.id), case_lists.inspection_counts(NEXT_YEAR), case_lists.centre_counts(),
        report_lists.triage_counts(), editing.numbers_waiting(),
    ]  # fmt: skip

    assert [which for numbers in counts for which, number in numbers.items() if not number] == []


@pytest.mark.parametrize("slug", ["jining", "baotou", "hohhot"])
def test_each_city_finds_its_own_trails_whole_and_misses_none_of_anothers(slug: str) -> None:
    go_to(slug)

    assert [str(fault) for fault in verify("test")] == []


@in_the_table(IN_HAND)
def test_what_is_answered_from_rows_in_hand_asks_the_database_nothing(home: Home, query: Query) -> None:
    go_to("jining")
    post = home.rows(Exposure, state=Shown.PUBLISHED)[0]
    hand = Hand(
        home.rows(Case, state=State.HANDLING)[0],
        post,
        post.pictures[0],
        home.rows(Photo)[0],
        home.rows(Article, state=Written.DRAFT)[0],
    )

    with counted() as statements:
        answer = IN_HAND[query](hand)

    assert answer is not None
    assert statements == []


def reading_modules() -> set[str]:
    """Return the names of the modules in which rooms are asked."""
    files = {
        file
        for kind in ("queries", "shown", "worklists")
        for file in (ROOT / "reporter").glob(f"*/{kind}.py")
    }
    return {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files} | {
        alike.__name__,
        behind.__name__,
        efforts.__name__,
        finding.__name__,
        editing.__name__,
        objected.__name__,
        appeals.__name__,
        duty.__name__,
        like_it.__name__,
        locks.__name__,
        calm_lists.__name__,
        filters.__name__,
        sentences.__name__,
        questions.__name__,
        nearby.__name__,
        notes.__name__,
        handovers.__name__,
        api_keys.__name__,
        posts.__name__,
    }


@pytest.mark.pure
def test_every_query_of_every_room_has_its_line() -> None:
    found = {
        f"{module.removeprefix('reporter.')}.{called}"
        for module in reading_modules()
        for called, thing in vars(import_module(module)).items()
        if isinstance(thing, FunctionType) and thing.__module__ == module and not called.startswith("_")
    }

    lines = [name(query) for table in (ABOUT_EACH, OTHERWISE, IN_HAND, OF_ALL_CITIES) for query in table]
    assert sorted(lines) == sorted(found)


@pytest.mark.pure
def test_rows_are_read_in_queries_and_by_those_who_write_them_and_nowhere_else() -> None:
    """A function that reads rows in a file of another name would be in no table here."""
    files = [file.relative_to(ROOT / "reporter") for file in (ROOT / "reporter").rglob("*.py")]
    reading = [file for file in files if "select(" in (ROOT / "reporter" / file).read_text(encoding="utf-8")]

    modules = {".".join(("reporter", *file.with_suffix("").parts)) for file in reading} - reading_modules()
    writing = {module for module in modules if "commands" in module.split(".") or module.endswith(".models")}
    assert (
        modules - writing
        == {
            "reporter.board.truth",  # counted in another city in tests/board/test_cells.py
            "reporter.insight.truth",  # counted in another city in tests/insight/test_truth.py
            "reporter.insight.sums",  # read through reporter.insight.queries; told apart in tests/insight/test_sums.py
            "reporter.points.truth",  # counted in another city in tests/points/test_verify.py
            "reporter.open311.truth",  # compared in another city in tests/open311/test_projecting.py
            "reporter.kernel.audit",  # the trail
            "reporter.kernel.dialect",  # the numbers it was handed
            "reporter.places.gazetteer",  # writes what it reads
            "reporter.places.versions",  # asked from another city in tests/places/test_versions.py
            "reporter.reports.traces",  # asked from another city in tests/reports/test_weighing.py
            "reporter.routing.links",  # asked from another city in tests/routing/test_links.py
            "reporter.routing.pairings",  # asked from another city in tests/routing/test_pairings.py
            "reporter.routing.rostering",  # writes what it reads
            "reporter.transfer.importing",  # into an empty installation
            "reporter.transfer.monthly",  # asked of two cities in tests/transfer/test_open_data.py
            "reporter.transfer.named",  # the files of the whole installation
            "reporter.transfer.tables",  # asked for one of two cities in tests/transfer/test_export.py
            "reporter.ports.backlog",  # the work of the whole installation
            "reporter.ports.queue",  # the work of the whole installation
        }
    )
