"""What another system knew comes over as reports and cases: exact, once, and without anybody being told."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from reporter.board.models import Exposure
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Source
from reporter.cases.queries import categories, get_case, history
from reporter.history.models import BroughtRequest, ImportRun
from reporter.insight.models import STANDING, Tally
from reporter.kernel.audit import TrailEntry, verify
from reporter.kernel.db import Model, db
from reporter.notices.models import Notice
from reporter.open311.models import ServiceRequest
from reporter.open311.progress import Progress, Status
from reporter.open311.truth import differences as differences_of_requests
from reporter.points.models import PointEntry
from reporter.ports import Ports
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from reporter.routing.commands import dispatch
from reporter.routing.ticking import tick
from tests.history.files import FORMS, a_request, as_json
from tests.insight.truth import all_differences
from tests.make import HERE, a_category, a_moderator, a_report, an_area, the_fallback
from tests.ports.shelf import served

Bring = Callable[..., Result]
FROM = "https://311.example/photos/1.jpg"


@pytest.fixture
def bring(app: Flask, tmp_path: Path) -> Bring:
    """Return what runs `flask import-open311` with these requests, or with the bytes of a file."""
    an_area()
    kind = a_category("违停", slug="parking", subtypes=[{"slug": "wheels", "name_zh": "僵尸车"}])
    a_category("其他", slug="other")
    assert kind.id

    def go(
        requests: Sequence[dict[str, Any]] | bytes, *words: str, services: str = '"4f38" = "parking"', more: str = ""
    ) -> Result:  # fmt: skip
        file, mapping = tmp_path / "boston.json", tmp_path / "map.toml"
        file.write_bytes(requests if isinstance(requests, bytes) else as_json(requests))
        mapping.write_text(f'source = "boston"\n{more}\n[services]\n{services}\n', encoding="utf-8")
        run = app.test_cli_runner().invoke(args=["import-open311", str(file), "--map", str(mapping), *words])
        db.session.rollback()
        return run

    return go


def rows(model: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def everything() -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    db.session.rollback()
    return {
        table.name: sorted(map(str, db.session.execute(table.select()).all()))
        for table in Model.metadata.tables.values()
    }


def test_a_closed_request_is_an_accepted_report_and_an_archived_case_dated_as_it_happened(
    bring: Bring, fakes: Ports
) -> None:
    told = bring([a_request(1, media_url=FROM)])

    assert (told.exit_code, told.stdout) == (
        0,
        "1 records read\n1 came over: 0 open, 1 closed\n",
    ), told.stderr
    case, report = db.session.scalars(select(Case)).one(), db.session.scalars(select(Report)).one()
    requested, ended = (
        datetime(2026, 6, 2, 13, 51, 44, tzinfo=UTC),
        datetime(2026, 7, 2, 17, 55, 14, tzinfo=UTC),
    )
    assert (case.state, case.source, case.title) == (State.ARCHIVED, Source.PARTNER, "违停")
    assert (case.number, report.number) == ("150902-20260602-000001", "R-150902-20260602-000001")
    assert (case.reported_at, case.registered_at, case.closed_at) == (requested, requested, ended)
    assert (case.due_at, case.ring_at, case.follow_up_due_at) == (None, None, None)
    assert (report.state, report.case_id, report.submitted_at) == (ReportState.ACCEPTED, case.id, requested)
    assert (report.client_id, report.anonymous, report.notify) == ("open311:boston:B000001", True, False)
    now = fakes.clock.now()
    assert [(one.action, one.at, one.reason) for one in history(case)] == [
        (Action.REGISTER, requested, ""),
        (Action.END_ELSEWHERE, ended, "Case resolved."),
        (Action.BRING_OVER, now, ""),
    ]
    assert history(case)[-1].facts == {
        "from": "boston", "foreign_id": "B000001", "run_id": 1, "file": "boston.json",
    }  # fmt: skip
    kept = db.session.scalars(select(BroughtRequest)).one()
    assert (kept.notes, kept.media_url, kept.service_name) == ("Case resolved.", FROM, "Illegal Parking")


def test_an_open_request_waits_for_dispatch_with_a_clock_that_begins_now(bring: Bring, fakes: Ports) -> None:
    bring([a_request(1, status="open", service_code="0042")], services='"0042" = "parking/wheels"')

    case = db.session.scalars(select(Case)).one()
    assert (case.state, case.title, case.stage) == (State.REGISTERED, "僵尸车", "dispatch")
    assert case.due_at == fakes.clock.now() + timedelta(minutes=30)
    the_fallback()
    dispatch(case, by=a_moderator().actor)
    assert get_case(case.id).state is State.DISPATCHED


def test_open_requests_begin_to_wait_one_after_the_other(bring: Bring, fakes: Ports) -> None:
    bring([a_request(number, status="open") for number in range(30)], more="open_per_day = 8")

    dues = sorted(case.due_at for case in db.session.scalars(select(Case)) if case.due_at)
    assert len({due.date() for due in dues}) == 5  # three of this afternoon, then eight on each working day
    assert min(later - due for due, later in pairwise(dues)) == timedelta(hours=1)
    the_fallback()
    fakes.clock.move(timedelta(minutes=45))  # type: ignore[attr-defined]  # the tests' clock
    assert tick() == 1


def test_everything_is_counted_on_the_day_on_which_it_happened(bring: Bring) -> None:
    bring([a_request(number, status=("open", "closed")[number % 3 > 0]) for number in range(1200)])

    assert all_differences() == []
    assert list(verify("x")) == []
    sums: Counter[str] = Counter()
    for measure, n in db.session.execute(select(Tally.measure, Tally.n).where(Tally.day != STANDING)):
        sums[measure] += n
    assert sums == {"reported": 1200, "registered": 1200, "ended_elsewhere": 800}
    standing = select(func.sum(Tally.n)).where(Tally.day == STANDING, Tally.measure == "open")
    assert db.session.scalar(standing) == 400


def test_clients_of_the_standard_read_where_it_stands_and_nothing_else(bring: Bring) -> None:
    bring([a_request(number, status=("open", "closed")[number % 2]) for number in range(6)])

    assert differences_of_requests(0, size=99)[1] == []
    rows_of_requests = db.session.scalars(select(ServiceRequest).order_by(ServiceRequest.report_id)).all()
    assert [one.status for one in rows_of_requests] == [Status.OPEN, Status.CLOSED] * 3
    assert {one.progress for one in rows_of_requests} == {Progress.INVESTIGATING, Progress.CLOSED}
    closed = rows_of_requests[1]
    assert (closed.requested_at.month, closed.updated_at.month) == (6, 7)


def test_nobody_is_told_nothing_is_given_and_nothing_goes_to_the_board(bring: Bring, fakes: Ports) -> None:
    bring([a_request(number) for number in range(20)])
    fakes.clock.move(timedelta(days=400))  # type: ignore[attr-defined]  # the tests' clock

    assert tick() == 0
    assert [rows(model) for model in (Notice, PointEntry, Exposure)] == [0, 0, 0]


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
def test_the_same_file_again_changes_nothing_whatever_its_form(
    bring: Bring, write: Callable[..., bytes]
) -> None:
    requests = [a_request(number, status=("open", "closed")[number % 2]) for number in range(7)]
    bring(requests)
    before = everything()

    told = bring(write(requests))

    assert told.exit_code == 0
    assert "0 came over" in told.stdout
    assert "7 were here already" in told.stdout
    assert everything() == before


def test_what_is_refused_is_named_by_reason_and_kept_on_request(bring: Bring, tmp_path: Path) -> None:
    refused = tmp_path / "refused.jsonl"
    requests = [
        a_request(1), a_request(1), a_request(2, service_request_id=""), a_request(3, service_code="77"),
        a_request(4, status="perhaps"), a_request(5, requested_datetime=""), a_request(6, requested_datetime="soon"),
        a_request(7, requested_datetime="2027-01-01T00:00:00Z"), a_request(8, updated_datetime=None),
        a_request(9, updated_datetime="2020-01-01T00:00:00Z"), a_request(10, lat=None), a_request(11, lat=1.0),
        a_request(12, lat=HERE[0], long=HERE[1]), a_request(13, service_request_id="x" * 121),
        a_request(14, service_code=None, service_name=None), a_request(15, long="NaN"),
        a_request(16, service_code="skip"),
    ]  # fmt: skip

    told = bring(requests, "--refused", str(refused), services='"4f38" = "parking"\n"skip" = "skip"\n')

    assert told.exit_code == 1
    assert rows(Case) == 1
    why = {one["record"]: one["why"] for one in map(json.loads, refused.read_text().splitlines())}
    assert why == {
        2: "twice", 3: "no_id", 4: "unmapped", 5: "status", 6: "no_date", 7: "bad_date", 8: "future", 9: "no_end",
        10: "ends_first", 11: "no_place", 12: "outside", 13: "outside", 14: "long_id", 15: "no_code", 16: "outside",
    }  # fmt: skip
    assert "1 left out, as the mapping says" in told.stdout
    assert "15 refused:" in told.stdout
    assert "  3  it lies outside the areas of the city: B000012, B000015, B000011" in told.stdout
    assert "1 codes without a kind:\n  1  77  Illegal Parking" in told.stdout


def test_what_was_refused_comes_over_when_the_mapping_is_mended(bring: Bring) -> None:
    requests = [a_request(1), a_request(2, service_code="77")]
    bring(requests)

    told = bring(requests, services='"4f38" = "parking"\n"77" = "other"')

    assert "1 came over" in told.stdout
    assert (rows(Case), rows(ImportRun)) == (2, 2)


def test_a_dry_run_says_what_would_come_and_writes_nothing(bring: Bring, tmp_path: Path) -> None:
    before, skeleton = everything(), tmp_path / "new.toml"

    told = bring(
        [a_request(1), a_request(1), a_request(2, service_code="77")],
        "--dry-run",
        "--write-map",
        str(skeleton),
    )

    assert told.exit_code == 1
    assert "1 would come over: 0 open, 1 closed" in told.stdout
    assert everything() == before
    assert '"77" = ""  # 1 times: Illegal Parking' in skeleton.read_text()
    assert '"4f38" = "parking"' in skeleton.read_text()


def test_numbers_go_on_from_those_of_the_day(bring: Bring, fakes: Ports) -> None:
    a_report()
    today = fakes.clock.now().isoformat()

    bring([a_request(number, requested_datetime=today, status="open") for number in range(3)])

    numbers = sorted(db.session.scalars(select(Report.number)))
    assert numbers == [f"R-150902-20261123-{number:06d}" for number in (1, 2, 3, 4)]


def test_a_waiting_report_learns_of_an_open_case_beside_it(bring: Bring) -> None:
    parking = next(kind for kind in categories() if kind.slug == "parking")
    waiting = a_report(category=parking, at=HERE)

    bring([a_request(100, status="open")])

    assert get_report(waiting.id).alike


def test_a_file_that_breaks_off_leaves_what_came_before_and_goes_on_later(bring: Bring) -> None:
    requests = [a_request(number) for number in range(1500)]
    whole = as_json(requests)

    broken = bring(whole[: len(whole) // 2])

    assert broken.exit_code == 1
    assert "The file ends in the middle, after record" in broken.stdout
    half = rows(Case)
    assert 0 < half < 1500
    assert bring(whole).exit_code == 0
    assert (rows(Case), rows(ImportRun)) == (1500, 1)
    assert all_differences() == []


def test_a_city_without_areas_and_a_bad_mapping_are_told_in_one_line(app: Flask, tmp_path: Path) -> None:
    a_category(slug="other")
    file, mapping = tmp_path / "x.json", tmp_path / "map.toml"
    file.write_bytes(as_json([a_request()]))
    mapping.write_text('source = "x"\n[services]\na = "b"\n')
    runner = app.test_cli_runner()

    bad = runner.invoke(args=["import-open311", str(file), "--map", str(mapping)])
    mapping.write_text('source = "x"\n')
    none = runner.invoke(args=["import-open311", str(file), "--map", str(mapping)])

    assert (bad.exit_code, bad.stderr) == (
        1,
        "Error: map.toml, line 3: there is no kind 'b': there are other, and 'skip'.\n",
    )
    assert (none.exit_code, none.stderr) == (
        1,
        "Error: This city has no areas yet: flask areas import FILE comes first.\n",
    )


def test_an_address_is_fetched_first_and_goes_on_where_it_broke_off(
    bring: Bring, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DATA", tmp_path / "data")
    bring([])
    with served(content=as_json([a_request(number) for number in range(50)]), breaks=True) as (root, asked):
        line = ["import-open311", f"{root}/file?key=secret", "--map", str(tmp_path / "map.toml")]
        broken, whole = (app.test_cli_runner().invoke(args=line) for _ in range(2))

    assert (broken.exit_code, whole.exit_code) == (1, 0)
    assert "The same line goes on." in broken.stderr
    assert asked[1].startswith("bytes=")
    db.session.rollback()
    assert rows(Case) == 50
    assert db.session.scalars(select(ImportRun.file)).all() == ["127.0.0.1/file"]
    assert list((tmp_path / "data" / "imports").iterdir()) == []


def test_trails_say_from_where_and_by_whom(bring: Bring) -> None:
    bring([a_request(1)])

    entries = db.session.scalars(select(TrailEntry).where(TrailEntry.subject.in_(["case", "report"]))).all()
    assert {one.actor_role for one in entries} == {"system"}
    assert {one.facts["foreign_id"] for one in entries} == {"B000001"}


def test_past_runs_are_listed(bring: Bring) -> None:
    bring([a_request(1), a_request(2, status="open"), a_request(3, lat=0.0)])

    told = bring([], "--list")

    assert (
        told.stdout
        == "1  2026-11-23 06:00 UTC to 2026-11-23 06:00  boston  boston.json  1 open, 1 closed, 1 refused\n"
    )
