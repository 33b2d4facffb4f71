"""Random people try random things; whatever they do, the house's promises hold."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from reporter.accounts.models import User
from reporter.board.boxes import Box
from reporter.board.commands import exposures, masks, objections, words
from reporter.board.commands.copies import burn_pictures
from reporter.board.lifecycle import ObjectionAction, ObjectionKind
from reporter.board.lifecycle import State as Shown
from reporter.board.models import Exposure, Objection
from reporter.cases.commands import Outcome, advance, submit_result
from reporter.cases.lifecycle import EXTENSIONS_AT_MOST, OPEN, REOPENINGS_AT_MOST, Action, State
from reporter.cases.models import Case
from reporter.kernel.audit import TrailEntry, verify
from reporter.kernel.db import db
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import ANYONE, APPOINTED, SYSTEM, Actor, Role
from reporter.open311 import truth as open311
from reporter.open311.models import RequestUpdate, ServiceRequest
from reporter.open311.progress import Progress
from reporter.photos.queries import get_photo, staff_copy
from reporter.ports import ports
from reporter.reports.commands import followup, triage
from reporter.reports.commands.triage import Judgement
from reporter.reports.models import Report
from reporter.routing.commands import dispatch, reassign
from reporter.routing.correcting import Correction, correct
from reporter.routing.models import WorkOrder
from reporter.routing.ticking import tick
from tests.conftest import fresh_city
from tests.insight.truth import all_differences, kept, mangle, rebuild
from tests.make import a_category, a_moderator, a_photo, a_report, a_unit, a_user, an_area

ALL_ROLES = tuple(role for role in APPOINTED if role not in {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
PEOPLE = [
    *((role,) for role in APPOINTED),
    (Role.ACCEPTOR, Role.DISPATCHER, Role.SHIFT_LEADER),
    ALL_ROLES,
    ALL_ROLES,
]
OWN_COMMANDS = {Action.REGISTER, Action.SUBMIT_RESULT, Action.CORRECT}  # which give the step its facts
CASE_ACTIONS = [action for action in Action if action not in OWN_COMMANDS]
some = st.integers(0, 10_000)
DEEP = os.environ.get("DEPTH") == "deep"


class RandomPeople(RuleBasedStateMachine):
    """Two units, one act and one condition, everybody's roles; any action at any time by anybody."""

    app: Flask

    @initialize()
    def found(self) -> None:
        """Start from an empty city with its people."""
        fresh_city(self.app)
        self.areas = [an_area(), an_area("泉山街道", at=(113.3, 41.2))]
        self.units = [a_unit("兜底", fallback=True), a_unit("环卫一队")]
        self.kinds = [
            a_category("乱堆乱放", legal_basis="示例", legal_source="示例", legal_date="2026"),
            a_category("乱穿乱闯", nature="act", legal_basis="示例", legal_source="示例", legal_date="2026"),
        ]
        self.people: list[User] = [
            a_user(*roles, unit=unit) for roles in PEOPLE
            for unit in (self.units if {Role.HANDLER, Role.UNIT_HEAD} & set(roles) else (None,))
        ]  # fmt: skip
        self.allowed = 0

    def who(self, n: int) -> Actor:
        """Return somebody: one of the people, somebody with a query code, or the system."""
        if n % 11 == 0:
            return SYSTEM
        if n % 7 == 0:
            own = self.pick(Report, n)
            return Actor(id=None, report_id=own.id if own else None)
        return self.people[n % len(self.people)].actor

    def pick(self, kind: Any, n: int) -> Any:
        """Return some row of `kind`, or None when there is none."""
        ids = db.session.scalars(select(kind.id).order_by(kind.id)).all()
        return db.session.get(kind, ids[n % len(ids)]) if ids else None

    def attempt(self, act: Callable[..., object], thing: object, /, *args: Any, **kwargs: Any) -> None:
        """Let somebody try; an expected refusal is an answer, anything else is a defect."""
        if thing is None:
            return
        try:
            act(thing, *args, **kwargs)
            self.allowed += 1
        except ReporterError:
            db.session.rollback()

    @rule(n=some)
    def somebody_reports(self, n: int) -> None:
        """Send a report with a picture."""
        a_report(category=self.kinds[n % 2], by=self.who(n) if n % 3 else ANYONE)

    @rule(
        n=some,
        who=some,
        what=st.sampled_from(
            ["accept", "merge", "ask", "answer", "add", "decline", "withdraw", "rate", "reopen", "urge"]
        ),
    )
    def somebody_touches_a_report(self, n: int, who: int, what: str) -> None:
        """Try one of the reports' commands."""
        report, by = self.pick(Report, n), self.who(who)
        if what == "accept":
            other = Judgement(category_id=self.kinds[who % 2].id, area_id=self.areas[n % 2].id)
            self.attempt(triage.accept, report, other if who % 3 == 0 else Judgement(), by=by)
        elif what == "merge" and (case := self.pick(Case, who)):
            self.attempt(triage.merge, report, case, by=by)
        elif what in {"answer", "add"}:
            self.attempt(
                followup.answer if what == "answer" else followup.add_material, report, "在路口", by=by
            )
        elif what in {"ask", "decline", "reopen"}:
            act: Any = {
                "ask": triage.request_info,
                "decline": triage.decline,
                "reopen": followup.say_not_fixed,
            }[what]
            self.attempt(act, report, "说明", by=by)
        elif what in {"withdraw", "urge"}:
            self.attempt(getattr(followup, what), report, by=by)
        elif what == "rate":
            self.attempt(followup.rate, report, followup.RATINGS[n % 4], solved=bool(n % 2), by=by)

    @rule(n=some, who=some, action=st.sampled_from(CASE_ACTIONS), days=st.integers(-2, 20))
    def somebody_moves_a_case(self, n: int, who: int, action: Action, days: int) -> None:
        """Try any action of the table on any case."""
        case, by = self.pick(Case, n), self.who(who)
        if action is Action.DISPATCH:
            self.attempt(dispatch, case, by=by)
        elif action is Action.REASSIGN:
            self.attempt(reassign, case, unit_id=self.units[n % 2].id, reason="改派", by=by)
        else:
            review_at = ports.clock.now() + timedelta(days=days)
            self.attempt(
                advance, case, action, by=by, reason="说明", review_at=review_at, minutes=60, rating="neutral"
            )

    @rule(n=some, who=some)
    def somebody_puts_a_case_right(self, n: int, who: int) -> None:
        """Try to say that a case is of another kind, or somewhere else."""
        kind, area = self.kinds[n % 2], self.areas[who % 2]
        correction = Correction(kind.id, None, area.id, "解放大街")
        self.attempt(correct, self.pick(Case, n), correction, reason="更正", by=self.who(who))

    @rule(n=some, who=some, pictured=st.booleans())
    def somebody_hands_in_a_result(self, n: int, who: int, pictured: bool) -> None:
        """Try to hand in a result, with a picture or with a record."""
        case = self.pick(Case, n)
        photos = [a_photo().id] if pictured else []
        outcome = Outcome("repair" if pictured else "penalty", "已处理", photo_ids=photos)
        self.attempt(submit_result, case, outcome, by=self.who(who))

    @rule(n=some)
    def a_case_runs_its_usual_way(self, n: int) -> None:
        """Let the people in charge take one case some or all of its way, so that late states are met often."""
        case = db.session.scalar(select(Case).where(Case.state.in_(OPEN)).limit(1))
        if case is None:
            report = a_report(category=self.kinds[n % 2])
            case = triage.accept(report, Judgement(), by=a_moderator().actor)
        self.attempt(dispatch, case, by=self.holder(Role.DISPATCHER, n))
        handlers = [one.actor for one in self.people if one.unit_id == case.lead_unit_id]
        if handlers:
            handler = handlers[n % len(handlers)]
            self.attempt(advance, case, Action.CLAIM, by=handler)
            act = case.nature == "act"
            done = Outcome("penalty", "罚") if act else Outcome("repair", "清", photo_ids=[a_photo().id])
            self.attempt(submit_result, case, done, by=handler)
        if n % 4:
            self.attempt(advance, case, Action.INSPECT_PASS, by=self.holder(Role.INSPECTOR, n))
            self.attempt(advance, case, Action.INSPECT_PASS, by=self.holder(Role.INSPECTOR))

    def holder(self, role: Role, n: int = 0) -> Actor:
        """Return somebody who holds `role`; another one for another `n`."""
        holders = [one for one in self.people if role in one.roles]
        return holders[n % len(holders)].actor

    @rule(
        n=some,
        who=some,
        what=st.sampled_from(["mask", "word", "submit", "pass", "publish", "reject", "withdraw", "burn"]),
    )
    def somebody_edits_an_exposure(self, n: int, who: int, what: str) -> None:
        """Try one of the editors' commands."""
        exposure, by = self.pick(Exposure, n), self.who(who)
        if exposure is None:
            return
        if what == "mask":
            for picture_id in [picture.id for picture in exposure.pictures]:
                self.attempt(
                    masks.confirm_mask,
                    exposure,
                    picture_id,
                    [Box(0.1, 0.1, 0.2, 0.2, "face")],
                    checked=True,
                    by=by,
                )
        elif what == "word":
            wording = words.Wording(
                "解放大街占道已整改", "", "解放大街", "示例", "示例", "2026", no_minor=bool(n % 5)
            )
            self.attempt(words.word, exposure, wording, by=by)
        elif what in {"reject", "withdraw"}:
            self.attempt(getattr(exposures, what), exposure, "说明", by=by)
        elif what == "burn":
            burn_pictures(exposure.id)
        else:
            act = {"submit": exposures.submit, "pass": exposures.pass_first, "publish": exposures.publish}[
                what
            ]
            self.attempt(act, exposure, by=by)

    @rule(n=some)
    def the_editors_do_their_work(self, n: int) -> None:
        """Let three people bring one exposure on the board, so that published posts are met often."""
        exposure = db.session.scalar(
            select(Exposure).where(Exposure.state.in_([Shown.PROPOSED, Shown.REDACTING]))
        )
        if exposure is None:
            return
        redactor = self.holder(Role.REDACTOR, n)
        for picture_id in [picture.id for picture in exposure.pictures]:
            self.attempt(masks.confirm_mask, exposure, picture_id, [], checked=True, by=redactor)
        wording = words.Wording("解放大街占道已整改", "", "解放大街", "示例", "示例", "2026", no_minor=True)
        self.attempt(words.word, exposure, wording, by=redactor)
        self.attempt(exposures.submit, exposure, by=redactor)
        burn_pictures(exposure.id)
        self.attempt(exposures.pass_first, exposure, by=self.holder(Role.FIRST_REVIEWER, n // 2))
        self.attempt(exposures.publish, exposure, by=self.holder(Role.SECOND_REVIEWER, n // 3))
        self.attempt(exposures.publish, exposure, by=self.holder(Role.SECOND_REVIEWER))

    @rule(n=some, kind=st.sampled_from(ObjectionKind))
    def somebody_objects(self, n: int, kind: ObjectionKind) -> None:
        """File an objection without an account."""
        self.attempt(objections.file_objection, self.pick(Exposure, n), kind, "不属实", by=ANYONE)

    @rule(n=some, who=some, action=st.sampled_from([*ObjectionAction][1:]))
    def somebody_decides(self, n: int, who: int, action: ObjectionAction) -> None:
        """Try to take or to decide an objection."""
        objection, by = self.pick(Objection, n), self.who(who)
        if action is ObjectionAction.TAKE:
            self.attempt(objections.take_objection, objection, by=by)
        else:
            self.attempt(objections.decide_objection, objection, action, "核实过", by=by)

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        """Move the clock and do what time sets off."""
        ports.clock.move(timedelta(hours=hours))  # type: ignore[attr-defined]  # the tests' clock
        tick()
        exposures.tick()

    @invariant()
    def every_step_is_in_an_unbroken_trail(self) -> None:
        """Hold: one entry for each step, no chain broken."""
        db.session.rollback()
        assert list(verify("test")) == []
        for kind in (Case, Report, Exposure, Objection):
            written = select(func.count()).where(TrailEntry.subject == kind.trail_subject)
            expected = db.session.scalar(select(func.coalesce(func.sum(kind.trail_length), 0)))
            assert db.session.scalar(written) == expected

    @invariant()
    def the_cases_keep_their_promises(self) -> None:
        """Hold: one unit in charge, closer is not handler, limits of extensions and reopenings, sane clocks."""
        for case in db.session.scalars(select(Case)):
            running = select(WorkOrder).where(WorkOrder.case_id == case.id, WorkOrder.closed_at.is_(None))
            orders = db.session.scalars(running).all()
            with_unit = case.state in OPEN - {State.REGISTERED}
            assert len(orders) == with_unit, (case.state, len(orders))
            assert all(order.unit_id == case.lead_unit_id for order in orders)
            assert case.state is not State.CLOSED or case.inspector_id not in {None, case.handler_id}
            assert case.extension_count <= EXTENSIONS_AT_MOST
            assert case.open_request == "" or case.state in OPEN
            assert (case.due_at is None) == (case.state not in OPEN - {State.SHELVED, State.DEFERRED})
            assert all(order.handle_due_at >= order.issued_at for order in orders)

    @invariant()
    def nobody_reopens_twice(self) -> None:
        """Hold: a case's reporters reopened it once at most."""
        by_reporter = (
            select(TrailEntry.subject_id, func.count())
            .where(TrailEntry.subject == "case", TrailEntry.action == Action.REOPEN)
            .where(TrailEntry.actor_role.contains("reporter"))
            .group_by(TrailEntry.subject_id)
        )
        assert all(times <= REOPENINGS_AT_MOST for _, times in db.session.execute(by_reporter))

    @invariant()
    def the_board_keeps_its_promises(self) -> None:
        """Hold: three people, every shown picture judged by a person on the very bytes, nothing shown after its end."""
        for post in db.session.scalars(select(Exposure)):
            if post.state in {Shown.PUBLISHED, Shown.HIDDEN}:
                three = {post.redactor_id, post.first_reviewer_id, post.second_reviewer_id}
                assert len(three - {None}) == 3
                assert post.expires_at is not None
            for picture in post.pictures:
                assert not picture.copies or picture.confirmed
                if post.state is Shown.PUBLISHED and picture.used:
                    assert picture.source_sha256 == staff_copy(get_photo(picture.photo_id)).sha256

    @invariant()
    def other_systems_read_what_is_so(self) -> None:
        """Hold: the row of every report says what report and case say, and the last that was told is where it stands."""
        assert open311.differences(0, size=1000)[1] == []
        last = {
            one.report_id: one.progress
            for one in db.session.scalars(select(RequestUpdate).order_by(RequestUpdate.id))
        }
        for row in db.session.scalars(select(ServiceRequest)):
            assert last.get(row.report_id, Progress.OPEN) is row.progress

    def teardown(self) -> None:
        """Look at the public pages once: they know nothing of a reporter. The counters say what happened."""
        page = self.app.test_client().get("/board").text
        for report in db.session.scalars(select(Report)):
            assert report.code not in page
            assert report.number not in page
        counters = kept()
        assert all_differences() == []
        mangle()
        rebuild()
        assert kept() == counters


# Traced for coverage a walk takes twice as long, and it passes no line that no other test passes.
@pytest.mark.no_cover
@pytest.mark.parametrize("walks", [20] * 10 if DEEP else [8])
def test_whatever_people_do_the_promises_hold(app: Flask, walks: int) -> None:
    RandomPeople.app = app
    run_state_machine_as_test(
        RandomPeople, settings=settings(max_examples=walks, stateful_step_count=60 if DEEP else 30)
    )
