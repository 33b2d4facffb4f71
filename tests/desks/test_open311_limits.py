"""How often and how much: reads and bytes from one address, and bytes of one key."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from reporter.desks.open311 import bodies, door
from tests.open311.sending import a_key, a_request

REQUESTS = "/jining/open311/v2/requests.json"


def test_who_reads_without_end_is_told_when_to_come_again(
    watched: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "READS", "5 per minute")

    answers = [watched.get(f"{REQUESTS}?service_request_id=R-1") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].get_json()[0]["code"] == 429


def test_of_whoever_has_no_key_little_is_read(watched: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BYTES_OF_STRANGER", "5000 per 10 minutes")

    answers = [watched.post(REQUESTS, data={"media": (BytesIO(b"x" * 3000), "one.jpg")}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [403, 429, 429]


def test_the_bytes_of_a_key_have_an_end(watched: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BYTES_OF_KEY", "2000 per day")
    fields = a_request(a_key())

    answers = [watched.post(REQUESTS, data=fields | {"description": "长" * 60 + str(n)}) for n in range(4)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429


def test_the_body_of_a_question_is_not_read(watched: FlaskClient) -> None:
    answer = watched.get(REQUESTS, data={"api_key": "x" * 1000, "jurisdiction_id": "atlantis"})

    assert answer.status_code == 200
