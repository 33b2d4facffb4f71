"""Reports with everything in them that nobody else may read, and the cases and posts behind them in every state."""

from typing import Any

from reporter.accounts.models import User
from reporter.board.lifecycle import State as Shown
from reporter.board.models import Exposure
from reporter.board.queries import live_exposure_of
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.kernel.policy import Role
from reporter.photos.queries import photos_by_ids
from reporter.reports.commands.intake import Spot
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of
from tests.board.posts import brought as brought_on
from tests.board.posts import editors
from tests.make import a_report, a_user, brought, the_fallback

AT = (113.1091234, 41.0325678)
COARSE = (113.109, 41.033)
WORDS, ADDRESS, CONTACT = "绿色铁皮房门口，蒙J12345", "解放大街维多利广场东侧三单元", "13847400002"


def a_secret_report(**facts: Any) -> Report:
    """Return a submitted report of somebody with a name, full of what is theirs."""
    reporter = a_user(name="阿拉坦其其格", email="alatan@example.org", phone="13847400001")
    spot = Spot(source="picked", lon=AT[0], lat=AT[1], address=ADDRESS)
    given: dict[str, Any] = {
        "words": WORDS,
        "contact": CONTACT,
        "anonymous": False,
        "spot": spot,
        "photos": 2,
    }
    return a_report(by=reporter.actor, **given | facts)


def secrets_of(report: Report) -> set[str]:
    """Return what must not be read anywhere by whoever asks for the report from outside."""
    photos = photos_by_ids(photo_ids_of(report.id)).values()
    exact = {f"{report.lon:.4f}", f"{report.lat:.4f}", str(report.lon), str(report.lat)}
    named = {WORDS, "蒙J12345", ADDRESS, CONTACT, "13847400001", "alatan", "阿拉坦其其格", report.code}
    return named | exact | {photo.token for photo in photos}


def a_case_behind(report: Report, state: CaseState = CaseState.REGISTERED) -> Case:
    """Return the case that the report became, in `state`."""
    the_fallback()
    case = accept(report, Judgement(), by=a_user(Role.ACCEPTOR).actor)
    return brought(case, state)


def a_post_behind(report: Report, state: Shown) -> Exposure:
    """Return the post about the case that the report became, in `state`."""
    proposed = live_exposure_of(a_case_behind(report, CaseState.CLOSED).id)
    assert proposed is not None
    return brought_on(proposed, state, editors())


def a_handler() -> User:
    """Return somebody who works for the unit that has every case here."""
    return a_user(Role.HANDLER, unit=the_fallback())
