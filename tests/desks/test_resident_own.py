"""One's own reports in one list."""

from tests.desks.residents import Open
from tests.make import (
    a_report,
    a_user,
)


def test_the_own_list_shows_ones_own_reports_only(client_as: Open) -> None:
    resident = a_user()
    own, foreign = a_report(by=resident.actor), a_report()

    page = client_as(resident).get("/my").text

    assert own.number in page
    assert f"/track/{own.code}" in page
    assert foreign.number not in page


def test_without_signing_in_the_own_list_explains_the_query_code(client_as: Open) -> None:
    a_report()

    page = client_as().get("/my")

    assert page.status_code == 200
    assert 'name="code"' in page.text


def test_the_own_list_goes_on_after_twenty(client_as: Open) -> None:
    resident = a_user()
    numbers = [a_report(by=resident.actor).number for _ in range(21)]
    client = client_as(resident)

    first = client.get("/my").text
    after = first.split("/my?after=")[1].split('"')[0]
    second = client.get(f"/my?after={after}").text

    assert numbers[0] not in first
    assert numbers[0] in second
