"""What the photos do not show is said before a report is sent, once, and never costs the report."""

from datetime import timedelta

import pytest

from reporter.kernel.db import command
from reporter.photos.models import Photo, View
from reporter.photos.queries import by_token, get_photo
from reporter.ports import ports
from reporter.reports.queries import photo_ids_of
from tests.desks.residents import Open, a_city_to_report_in, filled, send, the_report, tokens_on, uploaded
from tests.make import HERE, a_photo, a_report


def test_a_report_with_too_few_photos_is_held_up_once_with_its_reasons(client_as: Open) -> None:
    kind = a_city_to_report_in(min_photos=2, near_and_far=True)
    client = client_as()

    answer = send(client, filled(kind, words="占了盲道"))

    assert answer.status_code == 422
    assert "这一类至少要 2 张照片。" in answer.text
    assert "占了盲道" in answer.text
    assert len(tokens_on(answer)) == 1

    sent = send(client, filled(kind, photos=None, token=tokens_on(answer), act="send_as_it_is"))

    assert sent.status_code == 302
    assert the_report().photo_count == 1


def test_what_each_photo_shows_is_kept_with_it(client_as: Open) -> None:
    kind = a_city_to_report_in(min_photos=2, near_and_far=True)
    client = client_as()
    near, far = (uploaded(client, seed) for seed in (1, 2))
    fields = filled(kind, photos=None, token=[near, far])

    told = send(client, fields | {f"view-{near}": "near", f"view-{far}": "<script>"})
    sent = send(client, fields | {f"view-{near}": "near", f"view-{far}": "far"})

    assert told.status_code == 422
    assert "还没有标明哪张看得出在哪里" in told.text
    assert '<option value="near" selected>' in told.text
    assert sent.status_code == 302
    assert [get_photo(one).view for one in photo_ids_of(the_report().id)] == [View.NEAR, View.FAR]


def test_a_kind_without_rules_is_sent_at_once(client_as: Open) -> None:
    assert send(client_as(), filled(a_city_to_report_in())).status_code == 302


@command
def say(photo: Photo, **claims: object) -> int:
    one = by_token(photo.token)
    for name, value in claims.items():
        setattr(one, name, value)
    return one.id


EAST = HERE[0] + 0.02  # 1.7 km


@pytest.mark.parametrize(
    ("claims", "flags"),
    [
        ({}, []),
        ({"lon": EAST, "lat": HERE[1]}, ["photo_elsewhere"]),
        ({"phone_lon": EAST, "phone_lat": HERE[1]}, ["photo_elsewhere"]),
        ({"lon": HERE[0], "lat": HERE[1], "phone_lon": HERE[0], "phone_lat": HERE[1]}, []),
        ({"taken_at": timedelta(hours=23)}, []),
        ({"taken_at": timedelta(hours=25)}, ["photo_old"]),
        ({"phone_at": timedelta(hours=25)}, ["photo_old"]),
        ({"taken_at": timedelta(hours=-25)}, ["photo_old"]),
    ],
)
def test_claims_that_lie_far_apart_raise_a_flag(claims: dict[str, object], flags: list[str]) -> None:
    now = ports.clock.now()
    facts = {name: now - value if isinstance(value, timedelta) else value for name, value in claims.items()}

    assert a_report(photo_ids=[say(a_photo(), **facts)]).flags == flags


def test_a_shot_that_another_report_showed_raises_a_flag() -> None:
    first = a_report(photo_ids=[a_photo("one shot").id])
    second = a_report(photo_ids=[a_photo("one shot").id])

    assert (first.flags, second.flags) == ([], ["photo_seen"])
