"""What the page asks while a report is written: which kind it may be, and what its photos lack."""

from reporter.cases.lifecycle import State
from tests.desks.residents import JSON, Open, a_city_to_report_in, uploaded
from tests.make import HERE, a_case

AT = {"lon": str(HERE[0]), "lat": str(HERE[1])}


def test_words_are_answered_with_the_kind_they_name(client_as: Open) -> None:
    kind = a_city_to_report_in()

    told = client_as().post("/report/kind", data={"words": "有车占盲道", **AT}).get_json()

    assert told == {"by": "words", "kind": kind.slug, "sub": str(kind.subcategories[0].id)}


def test_a_place_where_one_kind_is_reported_again_and_again_is_answered_with_it(client_as: Open) -> None:
    kind = a_city_to_report_in()
    for _ in range(4):
        a_case(State.HANDLING, category=kind)

    assert client_as().post("/report/kind", data=AT).get_json() == {
        "by": "place",
        "kind": kind.slug,
        "sub": "",
    }


def test_nothing_clear_is_answered_with_nothing(client_as: Open) -> None:
    a_city_to_report_in()

    assert client_as().post("/report/kind", data={"words": "请来看看", **AT}).get_json() == {}
    assert client_as().post("/report/kind").get_json() == {}


def test_a_place_that_is_none_is_refused_in_words(client_as: Open) -> None:
    a_city_to_report_in()

    assert client_as().post("/report/kind", data={"lon": "abc", "lat": "1"}, headers=JSON).status_code == 422


def test_what_the_photos_lack_is_said_with_what_would_help(client_as: Open) -> None:
    kind = a_city_to_report_in(min_photos=2, near_and_far=True)
    client = client_as()
    near = uploaded(client)

    told = client.get(
        "/report/evidence", query_string={"kind": kind.slug, "token": near, f"view-{near}": "near"}
    )

    assert told.get_json()["wanted"] == ["far", "more"]
    assert "这一类至少要 2 张照片。" in told.get_json()["sentences"]


def test_only_photos_of_ones_own_session_are_looked_at(client_as: Open) -> None:
    kind = a_city_to_report_in(min_photos=1)
    other = uploaded(client_as())

    told = client_as().get("/report/evidence", query_string={"kind": kind.slug, "token": [other, "<script>"]})

    assert told.get_json()["wanted"] == ["more"]


def test_a_kind_that_is_not_offered_is_refused_in_words(client_as: Open) -> None:
    a_city_to_report_in()

    assert client_as().get("/report/evidence?kind=none", headers=JSON).status_code == 422
