"""`flask points verify` adds the ledger up and names what does not fit, in each city its own."""

from click.testing import Result
from flask import Flask
from sqlalchemy import update

from reporter.accounts.models import User
from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.kernel.db import command, db, enter_city
from reporter.points.models import PointAccount
from reporter.points.truth import ledger_faults
from reporter.reports.commands.triage import Judgement, accept
from tests.make import a_city, a_moderator, a_report, a_user, the_fallback
from tests.points.ledger import give_points


def run(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["points", "verify"])


def rewarded() -> User:
    """Return somebody with ten points."""
    give_points()
    the_fallback()
    resident = a_user()
    accept(a_report(by=resident.actor), Judgement(), by=a_moderator().actor)
    return resident


@command
def set_account(**columns: int) -> None:
    db.session.execute(update(PointAccount).values(columns))


@command
def make_void() -> None:
    """Make the case void past its door, so that nobody takes the points back."""
    db.session.execute(update(Case).values(state=State.VOID))


def test_a_ledger_that_adds_up_is_said_to_do_so(app: Flask) -> None:
    rewarded()

    told = run(app)

    assert (told.output, told.exit_code) == ("0 faults\n", 0)


def test_an_account_that_does_not_fit_its_entries_is_named(app: Flask) -> None:
    resident = rewarded()
    set_account(balance=99, entries=2)

    told = run(app)

    assert told.output.splitlines() == [
        f"jining: missing: account {resident.id}, entry 1: it says 2, must be 1",
        f"jining: account: account {resident.id}, entry 1: it says 99, must be 10",
        "2 faults",
    ]
    assert told.exit_code == 1


def test_what_a_void_case_still_gives_is_named(app: Flask) -> None:
    resident = rewarded()
    make_void()

    told = run(app)

    assert told.output.splitlines()[0] == (
        f"jining: not_taken_back: account {resident.id}, entry 1: it says 10, must be 0"
    )


def test_another_city_is_not_blamed() -> None:
    rewarded()
    set_account(balance=99)

    here = list(ledger_faults())
    enter_city(a_city().id)

    assert len(here) == 1
    assert list(ledger_faults()) == []
