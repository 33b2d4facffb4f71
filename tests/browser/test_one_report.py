"""One report from the phone to the board, through the hands of everybody who has a part in it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from reporter.board.queries import last_exposure_of
from reporter.cases.queries import case_by_number
from tests.browser import acts
from tests.browser.hands import Finger, Hands, Keys
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Screen, Visitors

Way = Callable[[Page], Hands]


@pytest.mark.parametrize("way", [Finger, Keys])
def test_one_report_from_phone_to_board(visit: Visitors, city: LiveCity, way: Way) -> None:
    def staff(login: str, *, screen: Screen = DESK) -> Hands:
        hands = way(visit(screen=screen))
        acts.sign_in(hands, login)
        return hands

    resident = way(visit())
    number, code = acts.report(resident)
    case_number = acts.accept(staff("acceptor"), number)
    case_id = _case(city, case_number)
    acts.handle(staff("sanitation_1", screen=PHONE), case_id)
    acts.inspect(staff("inspector"), case_id)
    exposure_id, public_id = _exposure(city, case_id)
    acts.redact(staff("redactor"), exposure_id)
    acts.pass_first(staff("first"), exposure_id)
    acts.publish(staff("second"), exposure_id)

    acts.see_on_board(way(visit()), public_id)
    acts.follow_and_rate(resident, code)


def _case(city: LiveCity, number: str) -> int:
    with city.looked_into():
        case = case_by_number(number)
        assert case
        return case.id


def _exposure(city: LiveCity, case_id: int) -> tuple[int, str]:
    with city.looked_into():
        exposure = last_exposure_of(case_id)
        assert exposure
        return exposure.id, exposure.public_id
