"""Which waiting reports may be there already is written down as they come, and again when a case begins or ends."""

import pytest

from bench.queue import fill_queue
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.policy import Role
from reporter.reports.commands.triage import Judgement, accept, request_info
from reporter.reports.worklists import AtTriage, triage_counts, triage_list
from reporter.routing.correcting import Correction, correct
from tests.make import (
    HERE,
    STAFF_OF_CENTRE,
    a_case,
    a_category,
    a_moderator,
    a_photo,
    a_report,
    a_user,
    the_fallback,
    the_kind,
)
from tests.queries import counted

FAR = (113.13, 41.05)
BEYOND = (HERE[0] + 0.001, HERE[1])  # some 84 metres: not the same spot, near enough to join


def alike() -> list[int]:
    db.session.expire_all()
    return [line.id for line in triage_list(AtTriage.ALIKE).rows]


def void(case: Case) -> None:
    advance(case, Action.VOID, by=a_user(*STAFF_OF_CENTRE).actor, reason="登记有误", reports=1)


def test_a_report_is_marked_as_it_comes_and_one_elsewhere_or_of_another_kind_is_not() -> None:
    a_case()

    there = a_report(at=HERE)
    a_report(at=FAR)
    a_report(at=HERE, category=a_category("乱扔乱倒"))

    assert alike() == [there.id]


def test_what_waits_already_is_marked_when_a_case_is_opened_on_its_spot() -> None:
    the_fallback()
    first, second = a_report(), a_report()
    seen = second.version

    accept(first, Judgement(), by=a_moderator().actor)

    assert alike() == [second.id]
    assert second.version == seen, "whoever has it open is not disturbed"


def test_the_mark_goes_with_the_last_case_that_was_open_there() -> None:
    one, other = a_case(), a_case()
    report = a_report()

    void(one)
    assert alike() == [report.id]

    void(other)
    assert alike() == []


def test_who_joins_a_case_and_is_looked_at_first_stays_on_the_list_when_it_ends() -> None:
    case, sent_before, again = a_case(), a_photo("sent before"), a_photo("again")
    a_report(at=FAR, photo_ids=[sent_before.id])
    again.same_as = sent_before.id
    db.session.commit()
    joined = a_report(at=BEYOND, joins_case_id=case.id, photo_ids=[again.id])

    void(case)

    assert alike() == [joined.id]


def test_a_case_of_another_kind_now_takes_the_mark_along() -> None:
    case, other = a_case(), a_category("乱扔乱倒")
    a_report()
    of_other = a_report(category=other)

    to = Correction(other.id, None, case.area_id, case.address)
    correct(case, to, reason="类别有误", by=a_user(Role.DISPATCHER).actor)

    assert alike() == [of_other.id]


def test_what_comes_back_from_being_asked_was_kept_in_step() -> None:
    asked = a_report()
    request_info(asked, "Where exactly?", by=a_moderator().actor)

    a_case()

    db.session.refresh(asked)
    assert asked.alike


# ── A long list ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("which", list(AtTriage))
def test_a_long_list_is_read_to_its_end_without_leaving_out_or_repeating_anything(which: AtTriage) -> None:
    the_kind()
    the_fallback()
    a_report()
    city, photo = current_city_id(), a_photo().id
    fill_queue(200, [photo])
    enter_city(city)

    seen: list[tuple[int, str, int]] = []
    after = "begin"
    while after:
        page = triage_list(which, after="" if after == "begin" else after, size=7)
        seen += [line.place for line in page.rows]
        after = page.after

    assert seen == sorted(set(seen))
    assert len(seen) == triage_counts()[which] > 0


def test_a_page_far_down_begins_at_its_place_in_the_index() -> None:
    the_kind()
    the_fallback()
    a_report()
    city, photo = current_city_id(), a_photo().id
    fill_queue(4_000, [photo])
    enter_city(city)
    middle = triage_list(AtTriage.WAITING, size=2_000).after

    with counted() as statements:
        page = triage_list(AtTriage.WAITING, after=middle)

    assert len(page.rows) == 20
    assert len(statements) == 1
    assert "OFFSET 2" not in statements[0]
    if db.engine.dialect.name == "sqlite":
        plan = _plan_of_a_page()
        assert "ix__reports__queue (city_id=? AND state=? AND (risk,due_at)>(?,?))" in plan
        assert "TEMP B-TREE" not in plan


def _plan_of_a_page() -> str:
    asked = (
        "EXPLAIN QUERY PLAN SELECT id, words FROM reports WHERE city_id = 1 AND state = 'submitted'"
        " AND (risk, due_at, id) > (9, '2026-11-23', 7) ORDER BY risk, due_at, id LIMIT 21"
    )
    return "\n".join(str(row[-1]) for row in db.session.connection().exec_driver_sql(asked))
