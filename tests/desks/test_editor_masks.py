"""A mask comes whole or not at all: no box is lost on its way, none comes under another name, their number is bounded."""

import re
from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.board.commands.masks import draft_mask
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.kernel.policy import Role
from reporter.photos.queries import get_photo
from tests.board.posts import PLATE, an_exposure
from tests.make import a_user

Client = Callable[..., FlaskClient]
ROW = {"kind": "face", "x": "11.5", "y": "12", "w": "13", "h": "14", "judged": "y"}


def _mask(exposure: Exposure, *rows: dict[str, str]) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "version": exposure.version, "act": "judge", "rows": len(rows),
        "sha256": get_photo(exposure.pictures[0].photo_id).staff_sha256,
    }  # fmt: skip
    return sent | {f"boxes-{n}-{name}": text for n, row in enumerate(rows) for name, text in row.items()}


def _url(exposure: Exposure) -> str:
    return f"/editor/{exposure.id}/pictures/{exposure.pictures[0].id}"


def _kept(exposure: Exposure) -> tuple[bool, list[Any]]:
    picture = get_exposure(exposure.id).pictures[0]
    return picture.confirmed, picture.mask


@pytest.mark.parametrize(
    "name", ["boxes-²-x", f"boxes-{'9' * 5000}-x", "boxes-007-x", "boxes--1-x", "boxes-0-child"]
)
def test_a_box_under_a_name_that_no_page_gives_is_refused_not_lost(client_as: Client, name: str) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(Role.REDACTOR)).post(_url(exposure), data=_mask(exposure, ROW) | {name: "5"})

    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
    assert 'value="11.5"' in answer.text
    assert _kept(exposure) == (False, [])


@pytest.mark.parametrize(
    "lost", [{"rows"}, {"act"}, {"boxes-1-h"}, {"boxes-1-x", "boxes-1-y", "boxes-1-w", "boxes-1-h"}]
)
def test_a_mask_that_lost_a_part_on_its_way_is_refused(client_as: Client, lost: set[str]) -> None:
    exposure = an_exposure()
    sent = {name: text for name, text in _mask(exposure, ROW, ROW).items() if name not in lost}

    answer = client_as(a_user(Role.REDACTOR)).post(_url(exposure), data=sent)

    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
    assert 'value="11.5"' in answer.text
    assert _kept(exposure) == (False, [])


@pytest.mark.parametrize("rows", ["2", "", "x", "-1", "9" * 5000])
def test_a_mask_without_any_of_its_boxes_does_not_wipe_what_is_kept(client_as: Client, rows: str) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    draft_mask(exposure, exposure.pictures[0].id, [PLATE], by=redactor.actor)

    answer = client_as(redactor).post(_url(exposure), data=_mask(get_exposure(exposure.id)) | {"rows": rows})

    assert answer.status_code == 422
    assert _kept(exposure) == (False, [PLATE])


def test_the_page_counts_its_rows_and_takes_them_back_as_they_are(client_as: Client) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    draft_mask(exposure, exposure.pictures[0].id, [PLATE], by=redactor.actor)
    client = client_as(redactor)
    page = client.get(f"/editor/{exposure.id}").text
    form = page.split('id="mask-form"')[1].split("</form>")[0]
    sent = dict(
        re.findall(r'<input[^>]* name="([^"]+)" (?:step="any" )?type="(?:text|hidden)" value="([^"]*)"', form)
    )
    sent |= {f"boxes-{n}-judged": "y" for n in range(4)} | {f"boxes-{n}-kind": "plate" for n in range(4)}

    answer = client.post(_url(exposure), data=sent | {"act": "judge"})

    assert sent["rows"] == "4"
    assert answer.status_code == 302
    assert _kept(exposure) == (True, [PLATE])


def test_thousands_of_boxes_are_refused_in_words_and_soon(client_as: Client) -> None:
    exposure = an_exposure()
    sent = _mask(exposure, *[dict.fromkeys("xywh", "1")] * 4000)
    began = perf_counter()

    answer = client_as(a_user(Role.REDACTOR)).post(_url(exposure), data=sent)

    assert answer.status_code == 422
    assert "100" in answer.text.split('class="errors"')[1].split("</div>")[0]
    assert _kept(exposure) == (False, [])
    assert perf_counter() - began < 5
