"""A mask comes whole or not at all: no box is lost on its way, none comes under another name, their number is bounded."""

import re
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.board.commands.masks import draft_mask
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.kernel.policy import Role
from tests.board.posts import PLATE, an_exposure
from tests.desks.masks import ROW, mask_of, mask_url
from tests.make import a_user

Client = Callable[..., FlaskClient]


def _kept(exposure: Exposure) -> tuple[bool, list[Any]]:
    picture = get_exposure(exposure.id).pictures[0]
    return picture.confirmed, picture.mask


@pytest.mark.parametrize(
    "name", ["boxes-²-x", f"boxes-{'9' * 5000}-x", "boxes-007-x", "boxes--1-x", "boxes-0-child"]
)
def test_a_box_under_a_name_that_no_page_gives_is_refused_not_lost(client_as: Client, name: str) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(Role.REDACTOR)).post(
        mask_url(exposure), data=mask_of(exposure, ROW) | {name: "5"}
    )

    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
    assert 'value="11.5"' in answer.text
    assert _kept(exposure) == (False, [])


@pytest.mark.parametrize(
    "lost", [{"rows"}, {"act"}, {"boxes-1-h"}, {"boxes-1-x", "boxes-1-y", "boxes-1-w", "boxes-1-h"}]
)
def test_a_mask_that_lost_a_part_on_its_way_is_refused(client_as: Client, lost: set[str]) -> None:
    exposure = an_exposure()
    sent = {name: text for name, text in mask_of(exposure, ROW, ROW).items() if name not in lost}

    answer = client_as(a_user(Role.REDACTOR)).post(mask_url(exposure), data=sent)

    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
    assert 'value="11.5"' in answer.text
    assert _kept(exposure) == (False, [])


@pytest.mark.parametrize("rows", ["2", "", "x", "-1", "9" * 5000])
def test_a_mask_without_any_of_its_boxes_does_not_wipe_what_is_kept(client_as: Client, rows: str) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    draft_mask(exposure, exposure.pictures[0].id, [PLATE], by=redactor.actor)

    answer = client_as(redactor).post(
        mask_url(exposure), data=mask_of(get_exposure(exposure.id)) | {"rows": rows}
    )

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

    answer = client.post(mask_url(exposure), data=sent | {"act": "judge", "checked": "y"})

    assert sent["rows"] == "4"
    assert answer.status_code == 302
    assert _kept(exposure) == (True, [PLATE])


def test_thousands_of_boxes_are_refused_in_words_and_soon(client_as: Client) -> None:
    exposure = an_exposure()
    sent = mask_of(exposure, *[dict.fromkeys("xywh", "1")] * 4000)
    began = process_time()

    answer = client_as(a_user(Role.REDACTOR)).post(mask_url(exposure), data=sent)

    assert answer.status_code == 422
    assert "100" in answer.text.split('class="errors"')[1].split("</div>")[0]
    assert _kept(exposure) == (False, [])
    assert process_time() - began < 5
