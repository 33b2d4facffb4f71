"""What helps the redactor to look: the view of the public, the tick, proposals, the masks of before."""

import json
from collections.abc import Callable, Sequence

import pytest
from flask.testing import FlaskClient

from reporter.board.boxes import Box
from reporter.board.commands.masks import confirm_mask, draft_mask
from reporter.board.editing import masked_preview
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.desks.editor.proposals import KINDS, Proposal
from reporter.kernel.audit import TrailEntry, trail_of
from reporter.kernel.db import command, db
from reporter.kernel.policy import Role
from reporter.photos.models import Search
from reporter.photos.queries import get_photo
from reporter.photos.regions import RegionKind
from tests.board.posts import PLATE, an_exposure, editors
from tests.desks.masks import ROW, mask_of, mask_url
from tests.make import a_region, a_user
from tests.queries import counted

Client = Callable[..., FlaskClient]
TRAIL = TrailEntry.metadata.tables["trail_entries"]
FACE = (RegionKind.FACE, 0.1, 0.1)


@command
def search(exposure: Exposure, result: Search, found: Sequence[tuple[RegionKind, float, float]] = ()) -> None:
    """Let a program have looked at the first picture."""
    photo = get_photo(exposure.pictures[0].photo_id)
    photo.searched = result
    db.session.add_all([a_region(photo, kind, x=x, y=y, w=0.1, h=0.1) for kind, x, y in found])


def screen(client: FlaskClient, exposure: Exposure) -> str:
    return client.get(f"/editor/{exposure.id}?photo={exposure.pictures[0].id}").text


def drawn(page: str) -> list[dict[str, object]]:
    """Return the proposals that the script draws."""
    found: list[dict[str, object]] = json.loads(
        page.split("data-found>")[1].split("</script>", maxsplit=1)[0]
    )
    return found


def test_the_view_of_the_public_is_made_of_the_boxes_as_they_are_sent_and_keeps_nothing(
    client_as: Client,
) -> None:
    exposure = an_exposure()
    before = exposure.version

    answer = client_as(a_user(Role.REDACTOR)).post(
        f"{mask_url(exposure)}/burnt", data=mask_of(exposure, ROW) | {"act": "draft", "checked": ""}
    )

    after = get_exposure(exposure.id)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.data == masked_preview(after.pictures[0], [Box(0.115, 0.12, 0.13, 0.14, "face")])
    assert answer.data != masked_preview(after.pictures[0])
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert (after.version, after.pictures[0].boxes) == (before, [])


@pytest.mark.parametrize(
    "wrong", [{"x": "95"}, {"w": ""}, {"kind": "child"}, {"kind": "plate", "how": "blur"}]
)
def test_the_view_of_the_public_says_what_is_wrong_with_a_box(
    client_as: Client, wrong: dict[str, str]
) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(Role.REDACTOR)).post(
        f"{mask_url(exposure)}/burnt", data=mask_of(exposure, ROW | wrong) | {"act": "draft"}
    )

    assert (answer.status_code, answer.mimetype) == (422, "text/plain")
    assert answer.text


@pytest.mark.parametrize("role", [Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.LEADER])
def test_nobody_but_a_redactor_has_a_picture_burnt_as_they_like(client_as: Client, role: Role) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(role)).post(f"{mask_url(exposure)}/burnt", data=mask_of(exposure))

    assert answer.status_code == 403
    assert not answer.data.startswith(b"\xff\xd8")


def test_without_the_tick_nothing_is_judged_and_the_boxes_stay(client_as: Client) -> None:
    exposure = an_exposure()
    sent = {name: text for name, text in mask_of(exposure, ROW).items() if name != "checked"}

    answer = client_as(a_user(Role.REDACTOR)).post(mask_url(exposure), data=sent)

    assert answer.status_code == 422
    assert "请勾选" in answer.text.split('class="errors"')[1].split("</div>")[0]
    assert 'value="11.5"' in answer.text
    assert not get_exposure(exposure.id).pictures[0].confirmed


def test_a_draft_needs_no_tick_and_the_tick_is_asked_for_each_time(client_as: Client) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    client = client_as(redactor)
    client.post(mask_url(exposure), data=mask_of(exposure, ROW) | {"act": "draft", "checked": ""})
    draft = get_exposure(exposure.id).pictures[0].boxes
    confirm_mask(get_exposure(exposure.id), exposure.pictures[0].id, [PLATE], checked=True, by=redactor.actor)

    page = screen(client, exposure)

    assert len(draft) == 1
    assert "checked" not in page.split('id="checked"')[1].split(">")[0].replace('name="checked"', "")
    assert f"{redactor.name}已检查并确认" in page


def test_a_blurred_face_comes_back_as_it_was_kept(client_as: Client) -> None:
    exposure = an_exposure()
    client = client_as(a_user(Role.REDACTOR))

    client.post(mask_url(exposure), data=mask_of(exposure, ROW | {"how": "blur"}) | {"act": "draft"})

    assert get_exposure(exposure.id).pictures[0].mask == [Box(0.115, 0.12, 0.13, 0.14, "face", how="blur")]
    assert '<option selected value="blur">' in screen(client, exposure)


def test_a_blurred_plate_is_refused_in_words(client_as: Client) -> None:
    exposure = an_exposure()

    answer = client_as(a_user(Role.REDACTOR)).post(
        mask_url(exposure), data=mask_of(exposure, ROW | {"kind": "plate", "how": "blur"})
    )

    assert answer.status_code == 422
    assert "只有人脸可以用模糊" in answer.text
    assert not get_exposure(exposure.id).pictures[0].confirmed


@pytest.mark.parametrize(
    ("result", "found", "said"),
    [
        (Search.NONE, [], "系统还没看过这张图"),
        (Search.FAILED, [], "系统没能看这张图"),
        (Search.DONE, [], "系统没有建议"),
        (Search.DONE, [(RegionKind.TEXT, 0.1, 0.1)], "系统没有建议"),
        (Search.DONE, [FACE, (RegionKind.PLATE, 0.5, 0.5)], "系统建议 2 处"),
    ],
)
def test_the_page_says_whether_a_program_looked_and_what_it_proposes(
    client_as: Client, result: Search, found: list[tuple[RegionKind, float, float]], said: str
) -> None:
    exposure = an_exposure()
    search(exposure, result, found)

    page = screen(client_as(a_user(Role.REDACTOR)), exposure)

    assert said in page
    assert len(drawn(page)) == len(found)


def test_a_proposal_is_no_box_before_somebody_says_so(client_as: Client) -> None:
    exposure = an_exposure()
    search(exposure, Search.DONE, [FACE])
    client = client_as(a_user(Role.REDACTOR))
    page = screen(client, exposure)
    row = page.split('<fieldset class="e-row"')[1].split("</fieldset>")[0]

    client.post(mask_url(exposure), data=mask_of(exposure, ROW | {"drop": "y"}))

    assert 'value="10.0"' in row
    assert "checked" in row.split("-drop")[0].rsplit("<input", 1)[1] + row.split("-drop")[1].split(">")[0]
    assert get_exposure(exposure.id).pictures[0].boxes == []


def test_a_proposal_below_a_kept_box_is_taken_over_already(client_as: Client) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    search(exposure, Search.DONE, [FACE, (RegionKind.FACE, 0.7, 0.7)])
    draft_mask(exposure, exposure.pictures[0].id, [Box(0.09, 0.09, 0.12, 0.12, "face")], by=redactor.actor)

    page = screen(client_as(redactor), exposure)

    assert [one["x"] for one in drawn(page)] == [70.0]


def test_proposals_are_not_forced_on_a_picture_that_was_judged(client_as: Client) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    search(exposure, Search.DONE, [FACE])
    confirm_mask(exposure, exposure.pictures[0].id, [], checked=True, by=redactor.actor)

    page = screen(client_as(redactor), exposure)

    assert " data-quiet" in page
    assert 'class="e-line-found"' not in page


@pytest.mark.parametrize("kind", RegionKind)
def test_what_can_be_read_becomes_a_box_that_is_filled(kind: RegionKind) -> None:
    proposal = Proposal(kind, 0.1, 0.1, 0.1, 0.1, 0.9, "tests 1")

    box = Box(proposal.x, proposal.y, proposal.w, proposal.h, proposal.box_kind)

    assert (box.how, set(KINDS)) == ("solid", set(RegionKind))


def test_who_drew_what_is_shown_to_redactors_and_reviewers(client_as: Client) -> None:
    team = editors()
    exposure, other = an_exposure(team=team), a_user(Role.REDACTOR, name="乌云")
    draft_mask(exposure, exposure.pictures[0].id, [PLATE, PLATE], by=other.actor)
    confirm_mask(
        get_exposure(exposure.id), exposure.pictures[0].id, [PLATE], checked=True, by=team.redactor.actor
    )

    pages = [
        client_as(user).get(f"/editor/{exposure.id}?photo={exposure.pictures[0].id}").text
        for user in (team.redactor, team.first)
    ]

    for page in pages:
        masks = page.split('class="e-versions"')[1].split("</ol>")[0]
        assert masks.index("其其格") < masks.index("乌云")
        assert "已检查并确认" in masks
        assert "2 个框：车牌 2" in masks
        assert masks.count("<rect") == 3
    assert "<image" not in pages[1].split('class="e-versions"')[1].split("</ol>")[0]


def test_masks_of_before_boxes_were_written_down_say_so(client_as: Client) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    draft_mask(exposure, exposure.pictures[0].id, [PLATE], by=redactor.actor)
    entry = trail_of(get_exposure(exposure.id))[-1]
    facts = {name: entry.facts[name] for name in ("photo_id", "used", "boxes", "confirmed")}
    _rewrite(entry.id, facts)

    page = screen(client_as(redactor), exposure)

    assert "当时没有记下位置" in page


def _rewrite(entry_id: int, facts: dict[str, object]) -> None:
    """Let an entry of the trail be as it was written by the code of before."""
    with db.engine.begin() as connection:
        connection.execute(TRAIL.update().where(TRAIL.c.id == entry_id).values(facts=facts))


def test_masks_of_before_cost_no_more_when_there_are_many(client_as: Client) -> None:
    redactor, costs = a_user(Role.REDACTOR), []
    client = client_as(redactor)
    for masks in (1, 5):
        exposure = an_exposure()
        for _mask in range(masks):
            draft_mask(get_exposure(exposure.id), exposure.pictures[0].id, [PLATE], by=redactor.actor)
        screen(client, exposure)
        db.session.expire_all()
        with counted() as statements:
            screen(client, exposure)
        costs.append(len(statements))

    assert costs[0] == costs[1]
