"""The place of a report, and what was reported nearby already."""

from datetime import timedelta

from reporter.cases.lifecycle import State as CaseState
from reporter.ports import Ports
from tests.desks.residents import (
    JSON,
    Open,
    a_city_to_report_in,
    a_file,
    filled,
    rows,
    send,
    the_report,
    uploaded,
)
from tests.make import HERE, a_case, a_category, a_photo, a_user, an_area
from tests.photos import pictures

NEAR_BY = (HERE[0] + 0.0002, HERE[1])  # about 17 metres east


def test_a_street_and_an_address_stand_for_a_point(client_as: Open) -> None:
    kind = a_city_to_report_in()
    area = an_area("虎山街道", at=(113.2, 41.2))

    send(
        client_as(),
        filled(kind, lon="", lat="", place_source="", area_id=str(area.id), address="虎山路 3 号"),
    )

    report = the_report()
    assert (report.place_source, report.area_id, report.lon) == ("typed", area.id, area.lon)


def test_the_place_in_the_photo_is_taken_when_nothing_else_is_given(client_as: Open) -> None:
    kind = a_city_to_report_in()
    photo = pictures.jpeg(exif=pictures.exif_block(place=("N", (41, 1, 55.2), "E", (113, 6, 32.4))))

    send(client_as(), filled(kind, lon="", lat="", place_source="", address="", photos=[a_file(photo)]))

    assert the_report().place_source == "exif"


def test_the_phones_place_keeps_its_accuracy(client_as: Open) -> None:
    send(client_as(), filled(a_city_to_report_in(), place_source="gps", accuracy="18.4"))

    assert (the_report().place_source, the_report().accuracy) == ("gps", 18.4)


def test_the_area_of_a_point_is_told_by_name(client_as: Open) -> None:
    area = an_area("桥东街道")

    told = client_as().get(f"/report/area?lon={HERE[0]}&lat={HERE[1]}", headers=JSON).get_json()

    assert (told["id"], told["name"]) == (area.id, "桥东街道")


def test_nearby_cases_are_told_by_kind_distance_age_and_light_alone(client_as: Open, fakes: Ports) -> None:
    kind = a_city_to_report_in()
    a_case(
        CaseState.HANDLING,
        category=kind,
        lon=NEAR_BY[0],
        title="张三饭店门口",
        address="张三饭店",
        words="他天天占",
    )
    fakes.clock.move(timedelta(minutes=30))  # type: ignore[attr-defined]

    page = client_as().get(f"/report/nearby?lon={HERE[0]}&lat={HERE[1]}&kind={kind.slug}")

    assert "乱停乱放" in page.text
    assert "20" in page.text
    assert "张三" not in page.text
    assert "天天" not in page.text
    assert "<img" not in page.text


def test_cases_that_are_far_ended_or_of_another_kind_are_not_nearby(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_case(category=kind, lon=HERE[0] + 0.01)
    a_case(CaseState.CLOSED, category=kind)
    a_case(category=a_category("乱贴乱画"))

    page = client_as().get(f"/report/nearby?lon={HERE[0]}&lat={HERE[1]}&kind={kind.slug}")

    assert 'data-near-count="0"' in page.text


def test_cases_nearby_say_why_they_may_be_the_same_but_not_that_the_words_are(client_as: Open) -> None:
    kind = a_city_to_report_in()
    sub = kind.subcategories[0].id
    a_case(category=kind, lon=NEAR_BY[0], subcategory_id=sub, words="两辆车占了盲道")
    client = client_as(a_user(locale="en"))
    fields = filled(kind, act="near", subcategory_id=str(sub), words="两辆车占了盲道")

    asked = client.get(f"/report/nearby?lon={HERE[0]}&lat={HERE[1]}&kind={kind.slug}&sub={sub}").text
    plain = send(client, fields).text

    assert "It may be the same: on the same spot, of the same sub-type, reported within a day." in asked
    assert "It may be the same: on the same spot, of the same sub-type, reported within a day." in plain
    assert "similar words" not in asked + plain


def test_the_pictures_of_ones_own_are_compared_and_nobody_elses(client_as: Open) -> None:
    kind, other = a_city_to_report_in(), a_category("乱贴乱画")
    case = a_case(category=other, photo_ids=[a_photo("shown").id])
    mine, stranger = client_as(), client_as()
    token = uploaded(mine, "shown")
    where = f"/report/nearby?lon={HERE[0]}&lat={HERE[1]}&kind={kind.slug}&token={token}"

    own, foreign = mine.get(where).text, stranger.get(where).text

    assert f'value="{case.id}"' in own
    assert 'data-near-count="0"' in foreign


def test_of_two_cases_nearby_the_chosen_one_is_meant(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_case(category=kind)
    chosen = a_case(category=kind, lon=NEAR_BY[0])

    send(client_as(), filled(kind, joins=str(chosen.id)))

    assert the_report().joins_case_id == chosen.id


def test_seen_it_too_says_nothing_of_a_case_that_is_not_nearby(client_as: Open) -> None:
    kind = a_city_to_report_in()
    far = a_case(category=kind, lon=HERE[0] + 0.01)

    send(client_as(), filled(kind, joins=str(far.id)))

    assert the_report().joins_case_id is None


def test_without_scripts_the_nearby_cases_are_choices_on_the_form(client_as: Open) -> None:
    kind = a_city_to_report_in()
    near = a_case(category=kind, lon=NEAR_BY[0])

    page = send(client_as(), filled(kind, act="near"))

    assert page.status_code == 200
    assert f'name="joins" value="{near.id}"' in page.text
    assert rows()["reports"] == 0
