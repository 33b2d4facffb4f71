"""Bad input from residents: a clear message at the right place, what was typed kept, nothing half-written."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.desks.residents import (
    JSON,
    Open,
    a_city_to_report_in,
    a_file,
    filled,
    rows,
    send,
    tokens_on,
    upload,
    uploaded,
)
from tests.make import HERE, a_picture, an_area
from tests.photos import pictures

SCRIPT = '"><script>alert(1)</script>'
NOTHING = {"reports": 0, "report_photos": 0, "report_messages": 0, "photos": 0}
MB = 1024 * 1024

# What is sent as a picture, and a word of the refusal.
NO_PICTURES: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "a text renamed .jpg": (lambda: b"Once upon a time there was a wall.", "文本文件", 422),
    "a document": (lambda: b"%PDF-1.7 and so on", "PDF", 422),
    "nothing at all": (lambda: b"", "空的", 422),
    "the beginning of a picture": (lambda: a_picture()[:600], "不完整", 422),
    "a header of 50 000 by 50 000": (lambda: pictures.png_of(50_000, 50_000, bits=8, colour=2, rows=b""), "像素", 422),
    "21 MB": (lambda: a_picture() + b"\0" * (21 * MB), "20 MB", 413),
}  # fmt: skip


@pytest.mark.parametrize("case", NO_PICTURES)
def test_an_upload_that_is_no_picture_is_refused_with_words_on_the_field(case: str, client_as: Open) -> None:
    content, word, status = NO_PICTURES[case]
    an_area()

    answer = upload(client_as(), content())

    assert answer.status_code == status
    assert answer.get_json()["field"] == "photos"
    assert word in answer.get_json()["error"]
    assert rows() == NOTHING


@pytest.mark.parametrize("case", NO_PICTURES)
def test_the_plain_form_keeps_everything_else_when_one_file_is_no_picture(case: str, client_as: Open) -> None:
    content, word, _status = NO_PICTURES[case]
    fields = filled(
        a_city_to_report_in(), words="这些话留着", photos=[a_file(), a_file(content(), "wall.jpg")]
    )

    page = send(client_as(), fields)

    assert page.status_code == 422
    assert "wall.jpg" in page.text
    assert word in page.text
    assert "这些话留着" in page.text
    assert len(tokens_on(page)) == 1
    assert rows() == NOTHING | {"photos": 1}


def test_the_tenth_picture_is_refused_and_the_nine_stay(client_as: Open) -> None:
    kind, client = a_city_to_report_in(), client_as()
    nine = [uploaded(client, number) for number in range(9)]

    page = send(client, filled(kind, token=nine, photos=[a_file(a_picture("tenth"))]))

    assert page.status_code == 422
    assert "最多 9 张" in page.text
    assert tokens_on(page) == nine
    assert rows() == NOTHING | {"photos": 9}


def test_ten_pictures_known_already_are_refused_too(client_as: Open) -> None:
    kind, client = a_city_to_report_in(), client_as()
    ten = [uploaded(client, number) for number in range(10)]

    page = send(client, filled(kind, photos=None, token=ten))

    assert page.status_code == 422
    assert rows()["reports"] == 0


def test_a_picture_hangs_on_one_report_only(client_as: Open) -> None:
    kind, client = a_city_to_report_in(), client_as()
    token = uploaded(client)
    send(client, filled(kind, photos=None, token=[token]))

    page = send(client, filled(kind, photos=None, token=[token]))

    assert page.status_code == 422
    assert "发过" in page.text or "用过" in page.text or "已经" in page.text
    assert rows()["reports"] == 1


PLACES = {
    "outside the city": ("121.47", "31.23"),
    "swapped": (str(HERE[1]), str(HERE[0])),
    "no number": ("NaN", "NaN"),
    "endless": ("Infinity", "41.0"),
    "beyond the globe": ("1130.5", "41.0"),
    "half of a point": (str(HERE[0]), ""),
    "a script": (SCRIPT, SCRIPT),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_place_that_is_none_is_refused_at_the_place_and_all_is_kept(case: str, client_as: Open) -> None:
    lon, lat = PLACES[case]
    kind = a_city_to_report_in()
    an_area("察哈尔右翼前旗", at=(HERE[0] + 0.4, HERE[1] + 0.4))

    page = send(client_as(), filled(kind, lon=lon, lat=lat, words="这些话留着"))

    assert page.status_code == 422
    assert 'id="place-err"' in page.text
    assert "这些话留着" in page.text
    assert len(tokens_on(page)) == 1
    assert rows() == NOTHING | {"photos": 1}


@pytest.mark.parametrize("case", PLACES)
def test_no_area_is_told_for_a_place_that_is_none(case: str, client_as: Open) -> None:
    lon, lat = PLACES[case]
    an_area()
    an_area("察哈尔右翼前旗", at=(HERE[0] + 0.4, HERE[1] + 0.4))

    answer = client_as().get("/report/area", query_string={"lon": lon, "lat": lat}, headers=JSON)

    assert answer.status_code == 422
    assert answer.get_json()["field"] == "place"


def test_a_point_in_no_area_asks_for_the_nearest_street_and_is_taken_with_it(client_as: Open) -> None:
    kind, client = a_city_to_report_in(), client_as()
    nearest = an_area("察哈尔右翼前旗", at=(HERE[0] + 0.4, HERE[1] + 0.4))
    between = {"lon": str(HERE[0] + 0.2), "lat": str(HERE[1] + 0.2)}

    told = client.get("/report/area", query_string=between, headers=JSON).get_json()
    page = send(client, filled(kind, **between))
    taken = send(client, filled(kind, **between, area_id=str(nearest.id)))

    assert told["id"] is None
    assert page.status_code == 422
    assert 'id="area_id-err"' in page.text
    assert taken.status_code == 302


FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "no picture": ({"photos": None}, "照片"),
    "no place": ({"lon": "", "lat": "", "address": ""}, 'id="place-err"'),
    "an address without a street": ({"lon": "", "lat": "", "address": "某处"}, 'id="address-err"'),
    "no kind": ({"category": None}, 'id="category-err"'),
    "an unknown kind": ({"category": "no_such_kind"}, 'id="category-err"'),
    "an unknown sub-type": ({"subcategory_id": "999999"}, 'id="subcategory_id-err"'),
    "an unknown street": ({"area_id": "999999"}, 'id="area_id-err"'),
    "5 000 characters": ({"words": "长" * 5000}, 'id="words-err"'),
    "a long address": ({"address": "长" * 121}, 'id="address-err"'),
    "no way to reach anybody": ({"contact": "ring me"}, 'id="contact-err"'),
    "a damaged number of the form": ({"client_id": "1; DROP TABLE reports"}, "再发一次"),
}


@pytest.mark.parametrize("case", FIELDS)
def test_each_fault_is_told_on_its_field_and_nothing_is_lost(case: str, client_as: Open) -> None:
    changes, mark = FIELDS[case]
    fields = filled(a_city_to_report_in(), landmark="五金店门口") | changes

    page = send(client_as(), fields)

    assert page.status_code == 422
    assert mark in page.text
    assert 'class="errors"' in page.text
    assert "五金店门口" in page.text
    assert rows()["reports"] == 0


def test_an_empty_form_names_everything_that_is_missing_at_once(client_as: Open) -> None:
    page = client_as().post("/report", data={"client_id": str(uuid4()), "words": "满了三天"})

    told = [error for error in ("photos", "place", "category") if f'href="#{error}"' in page.text]
    assert page.status_code == 422
    assert told == ["photos", "place", "category"]
    assert "满了三天" in page.text


def test_the_sub_type_of_another_kind_is_refused_at_the_sub_type(client_as: Open) -> None:
    kind, other = a_city_to_report_in(), a_city_to_report_in()

    page = send(client_as(), filled(kind, subcategory_id=str(other.subcategories[0].id)))

    assert page.status_code == 422
    assert 'id="subcategory_id-err"' in page.text
    assert 'id="category-err"' not in page.text


def test_a_damaged_number_of_the_form_is_replaced_so_that_sending_again_works(client_as: Open) -> None:
    kind, client = a_city_to_report_in(), client_as()

    page = send(client, filled(kind, client_id="damaged"))
    fresh = page.text.split('name="client_id" type="hidden" value="')[1].split('"')[0]
    again = send(client, filled(kind, client_id=fresh))

    assert again.status_code == 302


TEXTS = (
    "words",
    "address",
    "landmark",
    "contact",
    "client_id",
    "category",
    "joins",
    "lon",
    "accuracy",
    "place_source",
)


@pytest.mark.parametrize("field", TEXTS)
def test_a_script_in_a_field_comes_back_as_plain_words(field: str, client_as: Open) -> None:
    fields = filled(a_city_to_report_in(), photos=None) | {field: SCRIPT}

    page = send(client_as(), fields)

    assert page.status_code == 422
    assert "<script>alert" not in page.text


def test_a_script_in_a_file_name_comes_back_as_plain_words(client_as: Open) -> None:
    an_area()
    client = client_as()
    kind = a_city_to_report_in()

    page = send(client, filled(kind, photos=[a_file(b"no picture", f"{SCRIPT}.jpg")]))
    told = upload(client, b"no picture")

    assert "<script>alert" not in page.text
    assert told.mimetype == "application/json"


@pytest.mark.parametrize("path", ["/report", "/track", "/my", "/report/nearby", "/report/area"])
def test_a_script_in_a_parameter_comes_back_as_plain_words(path: str, client_as: Open) -> None:
    an_area()
    names = ("kind", "code", "after", "lon", "lat")

    page = client_as().get(path, query_string=dict.fromkeys(names, SCRIPT))

    assert page.status_code in {200, 404, 422}
    assert "<script>alert" not in page.text


def test_a_script_in_a_report_is_shown_as_plain_words_on_its_own_page(client_as: Open) -> None:
    client = client_as()
    kind = a_city_to_report_in()
    answer = send(client, filled(kind, words=SCRIPT, address=SCRIPT))
    code = answer.location.rsplit("/", 1)[1]

    assert "<script>alert" not in client.get(f"/track/{code}").text
    assert "<script>alert" not in client.get(answer.location).text


def test_letters_no_keyboard_types_are_left_out_of_what_is_kept(client_as: Open) -> None:
    client = client_as()

    answer = send(
        client, filled(a_city_to_report_in(), words="占\x00了\x07盲道\r\n两辆", client_id=str(uuid4()))
    )

    assert answer.status_code == 302
