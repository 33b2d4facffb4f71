"""Work that fails is tried again ever later, is given up in the end, and never stands in anybody's way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from reporter.cities.commands import found_city, try_again, try_all_again
from reporter.cities.models import Jurisdiction
from reporter.kernel.audit import trail_of
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.kernel.errors import NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import Ports, backlog, queue
from reporter.ports.backlog import dead_jobs, depth
from reporter.ports.queue import LONGEST_WAIT, MOST_ATTEMPTS, Job, enqueue, run_next, wait_after
from tests.make import a_user

SignIn = Callable[..., FlaskClient]
OTHER = {
    "slug": "other",
    "code": "150903",
    "name_zh": "别处",
    "name_en": "Elsewhere",
    "lon": 113.1,
    "lat": 41.0,
}


class Broken(RuntimeError):
    """What the tests' work fails with."""


@pytest.fixture
def done(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the numbers of the work done so far; `works`, `breaks` and `misses` are the kinds there are."""
    numbers: list[int] = []

    def works(number: int) -> None:
        numbers.append(number)

    def breaks(number: int) -> None:
        raise Broken(f"no luck with {number}\n[parameters: 13800000000]")

    def misses(number: int) -> None:
        raise NotFound("There is no such post.")

    monkeypatch.setitem(app.extensions, "jobs", {"works": works, "breaks": breaks, "misses": misses})
    return numbers


def wait_for(kind: str, **args: Any) -> int:
    """Write a job, and return its id."""
    command(enqueue)(kind, **args)
    return db.session.scalars(select(Job.id).order_by(Job.id.desc()).limit(1)).one()


def row(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def run_all() -> int:
    number = 0
    while run_next():
        number += 1
    return number


def pass_by(fakes: Ports, time: timedelta) -> None:
    fakes.clock.move(time)  # type: ignore[attr-defined]  # the tests' clock


@pytest.mark.pure
def test_the_wait_doubles_up_to_an_hour_and_half_of_it_is_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {}
    for chance in (0.0, 1.0):
        monkeypatch.setattr("random.random", lambda chance=chance: chance)
        seconds[chance] = [wait_after(attempts).total_seconds() for attempts in (1, 2, 3, 11, 12, 10_000)]

    assert seconds[1.0] == [2, 4, 8, 2048, 3600, 3600]
    assert seconds[0.0] == [1, 2, 4, 1024, 1800, 1800]


@pytest.mark.pure
def test_what_failed_together_does_not_come_back_together() -> None:
    assert len({wait_after(8) for _ in range(20)}) > 10


def test_work_that_fails_waits_and_is_given_up_in_the_end(done: list[int], fakes: Ports) -> None:
    job_id = wait_for("breaks", number=1)

    for attempts in range(1, MOST_ATTEMPTS + 1):
        assert run_next()
        assert not run_next()  # not before its time
        job = row(job_id)
        assert (job.attempts, job.state) == (attempts, "dead" if attempts == MOST_ATTEMPTS else "ready")
        assert job.run_at <= fakes.clock.now() + LONGEST_WAIT
        pass_by(fakes, LONGEST_WAIT)

    assert not run_next()
    assert row(job_id).error == "Broken: no luck with 1"  # the line after it may hold what is personal


@pytest.mark.parametrize(
    ("kind", "args", "error"),
    [
        ("nobody_knows", {"number": 1}, "Poison: there is no work of the kind nobody_knows"),
        ("works", {}, "Poison: its arguments are not those of works: missing a required argument: 'number'"),
        (
            "works",
            {"number": 1, "colour": 2},
            "Poison: its arguments are not those of works: got an unexpected",
        ),
        ("misses", {"number": 1}, "NotFound: There is no such post."),
    ],
)
def test_what_can_never_be_done_is_given_up_at_once_and_the_next_is_done(
    done: list[int], kind: str, args: dict[str, Any], error: str
) -> None:
    poison = wait_for(kind, **args)
    wait_for("works", number=7)

    assert run_all() == 2

    assert done == [7]
    assert (row(poison).state, row(poison).attempts) == ("dead", 1)
    assert row(poison).error.startswith(error)


@pytest.mark.parametrize("args", ["[1, 2]", "17", '"number"', "null"])
def test_arguments_that_are_no_table_are_given_up_at_once(done: list[int], args: str) -> None:
    poison = wait_for("works", number=1)
    wait_for("works", number=7)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE jobs SET args = :args WHERE id = :id"), {"args": args, "id": poison})

    run_all()

    assert (done, row(poison).state) == ([7], "dead")


def test_arguments_that_cannot_be_read_are_given_up_at_once(done: list[int], client_as: SignIn) -> None:
    if db.engine.dialect.name == "postgresql":  # which refuses to write such a row
        return
    poison = wait_for("works", number=1)
    wait_for("works", number=7)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE jobs SET args = '{broken' WHERE id = :id"), {"id": poison})

    run_all()

    assert (done, dead_jobs()[0].id, dead_jobs()[0].about) == ([7], poison, "{broken")
    assert client_as(a_user(Role.SYSTEM_ADMIN)).get("/admin/jobs").status_code == 200


def test_what_its_process_dies_of_each_time_is_given_up(done: list[int], fakes: Ports) -> None:
    killer, next_one = wait_for("works", number=1), wait_for("works", number=7)
    for _ in range(MOST_ATTEMPTS):
        job = queue._take(Job.id == killer)  # noqa: SLF001 - and the process dies
        assert job is not None
        pass_by(fakes, timedelta(hours=1))

    assert run_all() == 1

    assert done == [7]
    assert (row(killer).state, row(next_one).state) == ("dead", "done")
    assert row(killer).error == "WorkerLost: its process died each time"


def test_whoever_lost_the_lease_does_not_finish_what_another_has(done: list[int], fakes: Ports) -> None:
    job_id = wait_for("works", number=1)
    late = queue._take(Job.id == job_id)  # noqa: SLF001
    pass_by(fakes, timedelta(hours=1))
    other = queue._take(Job.id == job_id)  # noqa: SLF001
    assert late
    assert other

    queue._finish(late)  # noqa: SLF001
    queue._put_back(late, Broken("late"))  # noqa: SLF001
    queue._extend(late)  # noqa: SLF001

    job = row(job_id)
    assert (job.state, job.token, job.error) == ("running", other.token, "")


def test_long_work_keeps_its_lease(app: Flask, fakes: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    def takes_long() -> None:
        pass_by(fakes, timedelta(hours=1))
        while row(job_id).lease_until < fakes.clock.now():
            db.session.rollback()
        taken.append(queue._take(Job.id == job_id))  # noqa: SLF001

    taken: list[object] = []
    monkeypatch.setitem(app.extensions, "jobs", {"long": takes_long})
    monkeypatch.setattr(queue, "LEASE", timedelta(milliseconds=300))
    job_id = wait_for("long")

    assert run_next()

    assert (taken, row(job_id).state) == ([None], "done")


def test_given_up_work_is_tried_anew_by_the_administrator_and_by_nobody_else(done: list[int]) -> None:
    first, second = wait_for("misses", number=1), wait_for("misses", number=2)
    run_all()
    db.session.execute(update(Job).values(kind="works"))
    db.session.commit()
    with pytest.raises(NotAllowed):
        try_again(first, by=a_user(Role.SECURITY_ADMIN).actor)
    admin = a_user(Role.SYSTEM_ADMIN).actor

    try_again(first, by=admin)
    run_all()
    assert (done, row(first).attempts, row(second).state) == ([1], 1, "dead")
    with pytest.raises(WrongStep):
        try_again(first, by=admin)

    assert (try_all_again(by=admin), try_all_again(by=admin)) == (1, 0)
    run_all()
    assert (done, dead_jobs()) == ([1, 2], [])
    city = db.session.get_one(Jurisdiction, current_city_id())
    assert [entry.facts for entry in trail_of(city) if entry.action == "try_again"] == [
        {"job": first},
        {"jobs": 1},
    ]


def test_a_city_sees_and_tries_its_own_work_alone(done: list[int]) -> None:
    home = current_city_id()
    job_id = wait_for("misses", number=1)
    run_all()
    found_city(OTHER, by=SYSTEM)

    assert dead_jobs() == []
    assert try_all_again(by=SYSTEM) == 0
    with pytest.raises(NotFound):
        try_again(job_id, by=SYSTEM)
    enter_city(home)
    assert [job.id for job in dead_jobs()] == [job_id]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["Unknown work: misses", "What it is about is not there any more.", "Try all again"]),
        ("zh_Hans_CN", ["未知的工作：misses", "它所涉及的内容已不存在。", "全部重试"]),
    ],
)
def test_the_page_says_in_words_what_was_given_up(
    done: list[int], client_as: SignIn, locale: str, words: list[str]
) -> None:
    job_id = wait_for("misses", number=1)
    run_all()
    browser = client_as(a_user(Role.SYSTEM_ADMIN, locale=locale))

    page = browser.get("/admin/jobs").text

    for word in [*words, f"/admin/jobs/{job_id}/again", "NotFound: There is no such post."]:
        assert word in page
    assert browser.post(f"/admin/jobs/{job_id}/again").location == "/admin/jobs"
    assert row(job_id).state == "ready"
    assert browser.post(f"/admin/jobs/{job_id}/again").status_code == 409
    assert browser.post("/admin/jobs/again").location == "/admin/jobs"
    assert browser.get("/admin/jobs?after=nonsense").status_code == 422


def test_the_page_goes_on_after_fifty(done: list[int], client_as: SignIn, fakes: Ports) -> None:
    for number in range(51):
        wait_for("misses", number=number)
    run_all()
    browser = client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))

    first = browser.get("/admin/jobs").text
    after = first.partition("/admin/jobs?after=")[2].partition('"')[0]
    second = browser.get(f"/admin/jobs?after={after}").text

    assert (first.count("There is no such post."), second.count("There is no such post.")) == (50, 1)


def test_figures_are_for_whoever_has_the_token(
    done: list[int], app: Flask, client_as: SignIn, fakes: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "slow_jobs", ["breaks"])
    wait_for("misses", number=1)
    run_all()
    wait_for("breaks", number=1)
    wait_for("works", number=1)
    command(enqueue)("works", after=timedelta(hours=2), number=1)
    pass_by(fakes, timedelta(minutes=1))
    browser = client_as()

    assert browser.get("/metrics").status_code == 404
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "秘 secret")
    assert browser.get("/metrics").status_code == 401
    assert browser.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 401
    assert browser.get("/metrics", headers={"Authorization": "Basic eDp5"}).status_code == 401
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "secret")
    answer = browser.get("/metrics", headers={"Authorization": "Bearer secret"})

    assert answer.content_type.startswith("text/plain")
    assert [line for line in answer.text.splitlines() if not line.startswith("#")] == [
        'reporter_jobs{pace="quick",state="waiting"} 1.0',
        'reporter_jobs{pace="slow",state="waiting"} 1.0',
        'reporter_jobs{pace="any",state="running"} 0.0',
        'reporter_jobs{pace="any",state="dead"} 1.0',
        "reporter_jobs_oldest_seconds 60.0",
    ]


def test_nobody_counts_to_the_end(done: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "MOST_COUNTED", 3)
    for number in range(5):
        wait_for("works", number=number)

    assert depth().waiting == 3
