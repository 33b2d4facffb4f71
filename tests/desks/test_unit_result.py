"""Handing in a result: what a condition and an act need, what is refused, and that nothing is handed in twice."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.accounts.models import User
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Nature
from reporter.cases.queries import get_case, history, photos_of, result_of
from reporter.desks.dossier import AFTER, picture_of
from reporter.kernel.policy import ANYONE, Role
from reporter.photos.commands.intake import take_in
from reporter.photos.models import PhoneClaims
from reporter.photos.queries import photos_by_tokens
from reporter.ports import Ports
from reporter.routing.models import Unit
from tests.desks import tus
from tests.make import HERE, a_case, a_category, a_picture, a_user
from tests.photos.pictures import exif_block, jpeg, jpeg_claiming

Client = Callable[..., FlaskClient]
DONE = "Swept, and the bins are emptied."


@pytest.fixture
def browser(client_as: Client, handler: User) -> FlaskClient:
    """Return the handler's browser."""
    return client_as(handler)


@pytest.fixture
def condition(unit: Unit) -> Case:
    """Return a condition in the unit's hands."""
    return a_case(State.HANDLING, unit=unit, category=a_category(handle_limit="4h"))


@pytest.fixture
def act(unit: Unit) -> Case:
    """Return an act in the unit's hands."""
    return a_case(State.HANDLING, unit=unit, category=a_category(nature=Nature.ACT))


def upload(browser: FlaskClient, case: Case, picture: bytes | None = None) -> TestResponse:
    """Send one picture as the page's script does."""
    content = a_picture("after") if picture is None else picture
    return tus.sent(browser, content, f"/unit/{case.id}/uploads")


def hand_in(browser: FlaskClient, case: Case, **fields: Any) -> TestResponse:
    """Send the form as the page shows it now."""
    plain = {"version": case.version, "kind": "repair", "words": DONE}
    return browser.post(f"/unit/{case.id}/result", data=plain | fields, content_type="multipart/form-data")


def test_a_condition_is_handed_in_with_a_photo_and_words(browser: FlaskClient, condition: Case) -> None:
    token = upload(browser, condition).get_json()["token"]

    answer = hand_in(browser, condition, token=token)
    case, result = get_case(condition.id), result_of(condition.id)

    assert answer.status_code == 302
    assert case.state is State.HANDLED
    assert result is not None
    assert (result.kind, result.words) == ("repair", DONE)
    assert [one.stage for one in photos_of(case.id)] == ["before", "after"]


def test_without_javascript_the_photos_come_with_the_form(browser: FlaskClient, condition: Case) -> None:
    files = [(BytesIO(a_picture(number)), f"{number}.jpg") for number in (1, 2)]

    answer = hand_in(browser, condition, photos=files)

    assert answer.status_code == 302
    assert [one.stage for one in photos_of(condition.id)] == ["before", "after", "after"]


def test_a_condition_without_a_photo_stays_and_keeps_the_words(browser: FlaskClient, condition: Case) -> None:
    page = hand_in(browser, condition)

    assert page.status_code == 422
    assert "Please add at least one photo taken after the work." in page.text
    assert DONE in page.text
    assert get_case(condition.id).state is State.HANDLING
    assert result_of(condition.id) is None


def test_an_act_is_handed_in_with_its_record_and_no_photo(browser: FlaskClient, act: Case) -> None:
    answer = hand_in(browser, act, kind="penalty", document="示例-2026-00417")
    result = result_of(act.id)

    assert answer.status_code == 302
    assert result is not None
    assert (result.kind, result.document) == ("penalty", "示例-2026-00417")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "", "document": "1"}, "Please choose one."),
        ({"kind": "repair", "document": "1"}, "Not a valid choice"),
        ({"kind": "penalty", "document": "  "}, "A penalty has a document: please give its number."),
        ({"kind": "penalty", "document": "9" * 61}, "At most 60 characters"),
        ({"kind": "education", "words": "   "}, "Please say in a few words what was done."),
        ({"kind": "education", "words": "long " * 1000}, "At most 500 characters"),
    ],
)
def test_an_act_without_its_record_is_not_handed_in(
    browser: FlaskClient, act: Case, fields: dict[str, str], words: str
) -> None:
    page = hand_in(browser, act, **fields)

    assert page.status_code == 422
    assert words in page.text
    assert result_of(act.id) is None


@pytest.mark.parametrize(
    ("picture", "status"),
    [
        (b"", 422),
        (b"just words", 422),
        (jpeg()[:200], 422),
        (jpeg_claiming(50000, 50000), 422),
        (b"\xff\xd8" + bytes(21 * 1024 * 1024), 413),
    ],
    ids=["empty", "words", "cut", "huge", "heavy"],
)
def test_a_file_that_is_no_photo_is_refused_with_words(
    browser: FlaskClient, condition: Case, picture: bytes, status: int
) -> None:
    answer = upload(browser, condition, picture)

    assert answer.status_code == status
    assert answer.get_json()["error"]


def test_a_bad_file_among_good_ones_is_named_and_the_good_ones_stay(
    browser: FlaskClient, condition: Case
) -> None:
    files = [(BytesIO(a_picture("good")), "good.jpg"), (BytesIO(b"<script>"), "<b>bad.jpg")]

    page = hand_in(browser, condition, photos=files)

    assert page.status_code == 422
    assert "&lt;b&gt;bad.jpg" in page.text
    assert "<b>bad.jpg" not in page.text
    assert page.text.count('name="token"') == 1
    assert DONE in page.text


def test_a_tenth_photo_is_too_many(browser: FlaskClient, condition: Case) -> None:
    tokens = [upload(browser, condition, a_picture(number)).get_json()["token"] for number in range(10)]

    page = hand_in(browser, condition, token=tokens)

    assert page.status_code == 422
    assert "At most 9 photos" in page.text
    assert result_of(condition.id) is None


def test_a_photo_can_be_taken_away_again(browser: FlaskClient, condition: Case) -> None:
    one, two = (upload(browser, condition, a_picture(number)).get_json()["token"] for number in (1, 2))

    browser.post(f"/unit/photos/{one}/drop")
    page = hand_in(browser, condition, token=[two], drop=two)

    assert page.status_code == 200
    assert 'name="token"' not in page.text
    assert not photos_by_tokens([one, two])


def test_somebody_elses_photo_cannot_be_handed_in_nor_taken_away(
    client_as: Client, browser: FlaskClient, condition: Case, unit: Unit
) -> None:
    theirs = upload(client_as(a_user(Role.HANDLER, unit=unit)), condition).get_json()["token"]

    browser.post(f"/unit/photos/{theirs}/drop")
    page = hand_in(browser, condition, token=theirs)

    assert page.status_code == 422
    assert "One of the photos is no longer there." in page.text
    assert photos_by_tokens([theirs])


def test_a_photo_that_was_handed_in_is_not_handed_in_for_another_case(
    browser: FlaskClient, condition: Case, unit: Unit
) -> None:
    token = upload(browser, condition).get_json()["token"]
    hand_in(browser, condition, token=token)
    other = a_case(State.HANDLING, unit=unit)

    page = hand_in(browser, other, token=token)

    assert page.status_code == 422
    assert get_case(other.id).state is State.HANDLING


def test_a_double_press_hands_in_once_and_says_so(browser: FlaskClient, condition: Case) -> None:
    seen, token = condition.version, upload(browser, condition).get_json()["token"]
    hand_in(browser, condition, token=token, version=seen)

    again = hand_in(browser, condition, token=token, version=seen)

    assert again.status_code == 409
    assert "You have done this already; nothing was done twice." in again.text
    assert [entry.action for entry in history(get_case(condition.id))].count("submit_result") == 1


def test_who_looked_at_an_older_case_gets_the_fresh_page_and_hands_in_nothing(
    browser: FlaskClient, condition: Case
) -> None:
    seen, token = condition.version, upload(browser, condition).get_json()["token"]
    advance(get_case(condition.id), Action.URGE, by=a_user(Role.INSPECTOR).actor)

    page = hand_in(browser, condition, token=token, version=seen)

    assert page.status_code == 409
    assert "Urged once." in page.text
    assert result_of(condition.id) is None
    assert not photos_by_tokens([token])[0].used


def test_a_case_that_is_not_claimed_has_no_result_yet(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)

    answers = [browser.get(f"/unit/{case.id}/result"), hand_in(browser, case), upload(browser, case)]

    assert [one.status_code for one in answers] == [409, 409, 409]
    assert "waiting to be claimed" in answers[0].text


def test_after_a_rework_the_limit_is_half(browser: FlaskClient, condition: Case, fakes: Ports) -> None:
    token = upload(browser, condition).get_json()["token"]
    hand_in(browser, condition, token=token)

    advance(
        get_case(condition.id),
        Action.INSPECT_FAIL,
        by=a_user(Role.INSPECTOR).actor,
        reason="One bag is left.",
    )

    case = get_case(condition.id)
    assert case.due_at == fakes.clock.now() + timedelta(hours=2)
    assert "To be done again: One bag is left." in browser.get(f"/unit/{case.id}").text


def test_the_upload_says_what_a_look_at_the_photo_tells(
    browser: FlaskClient, condition: Case, fakes: Ports
) -> None:
    north, east = _degrees(HERE[1]), _degrees(HERE[0] + 0.01)
    early = jpeg(exif=exif_block(taken="2026:11:22 08:00:00", offset="+08:00", place=("N", north, "E", east)))

    checks = {one["name"]: one for one in upload(browser, condition, early).get_json()["checks"]}

    assert checks["time"]["mark"] == "n"
    assert "before the case was claimed" in checks["time"]["text"]
    assert checks["place"]["mark"] == "n"
    assert "840 m away" in checks["place"]["text"]
    assert checks["fresh"]["mark"] == "y"


@pytest.mark.parametrize(("east", "mark"), [(0.0023, "y"), (0.0025, "n")])  # 193 and 210 metres
def test_a_photo_from_more_than_200_metres_away_is_warned_of_and_not_refused(
    browser: FlaskClient, condition: Case, east: float, mark: str
) -> None:
    where = ("N", _degrees(HERE[1]), "E", _degrees(HERE[0] + east))
    sent = upload(browser, condition, jpeg(exif=exif_block(place=where))).get_json()

    answer = hand_in(browser, condition, token=sent["token"])

    assert [one["mark"] for one in sent["checks"] if one["name"] == "place"] == [mark]
    assert answer.status_code == 302


def test_without_a_word_of_the_camera_the_phone_says_where_it_was(app: Flask) -> None:
    case = a_case(State.HANDLING)
    phone = PhoneClaims(lon=HERE[0] + 0.01, lat=HERE[1], in_app=True)
    photo = take_in(a_picture("phone"), by=ANYONE, uploader_key="x", phone=phone)

    with app.test_request_context():
        picture = picture_of(photo, case, AFTER)

    assert picture.metres == pytest.approx(839, abs=1)
    assert picture.elsewhere


def test_an_old_photo_is_recognised(browser: FlaskClient, condition: Case, unit: Unit) -> None:
    upload(browser, condition, a_picture("the same"))

    checks = upload(browser, condition, a_picture("the same")).get_json()["checks"]

    assert [one["mark"] for one in checks if one["name"] == "fresh"] == ["n"]


def test_a_good_photo_passes_every_look(browser: FlaskClient, condition: Case, fakes: Ports) -> None:
    fakes.clock.move(timedelta(minutes=30))  # type: ignore[attr-defined]  # the tests' clock
    place = ("N", _degrees(HERE[1]), "E", _degrees(HERE[0]))
    good = jpeg(exif=exif_block(taken="2026:11:23 14:20:00", offset="+08:00", place=place))

    checks = upload(browser, condition, good).get_json()["checks"]

    assert [one["mark"] for one in checks] == ["y", "y", "y"]


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return float(int(value)), float(int(minutes)), (minutes % 1) * 60


@pytest.mark.parametrize("number", [0, 9])
def test_the_form_shows_before_and_after(browser: FlaskClient, condition: Case, number: int) -> None:
    tokens = [upload(browser, condition, a_picture(seed)).get_json()["token"] for seed in range(number)]

    page = hand_in(browser, condition, token=tokens, words="")

    assert page.status_code == 422
    assert page.text.count("/1600.jpg") == 1
    assert page.text.count('name="token"') == number
