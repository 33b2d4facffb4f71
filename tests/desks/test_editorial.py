"""What editors write, at their desk and on the public pages."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.accounts.models import User
from reporter.editorial.commands.articles import edit_article
from reporter.editorial.lifecycle import State
from reporter.editorial.models import Article, Honour, Rubric, ServiceNotice
from reporter.editorial.queries import get_article, get_honour, get_service_notice, today
from reporter.editorial.worklists import AnyPiece, written
from reporter.kernel.policy import Role
from reporter.photos.models import Way
from reporter.photos.queries import get_photo
from reporter.ports import Ports, ports
from reporter.ports.queue import run_next
from tests.desks.masks import ROW
from tests.editorial.pieces import a_service_notice, a_text, an_article, an_honour, pens
from tests.make import a_picture, a_user

Client = Callable[..., FlaskClient]
SLUGS = {"article": "articles", "honour": "honours", "service_notice": "notices"}
MAKERS = [an_article, an_honour, a_service_notice]
ARTICLE = {
    "version": "0",
    "rubric": "civility",
    "title": "礼让一步",
    "standfirst": "路口宽了。",
    "body": "## 起\n\n**话**",
    "naming": "nobody",
}
CONSENT = {"giver": "guardian", "giver_name": "哈斯的母亲", "way": "call", "reference": "录音 3"}


def address(piece: AnyPiece, step: str = "") -> str:
    return f"/editor/{SLUGS[piece.trail_subject]}/{piece.id}" + (f"/{step}" if step else "")


def send(client: FlaskClient, piece: AnyPiece, step: str, prefix: str = "", **data: str) -> TestResponse:
    """Send a step's form as the page holds it."""
    lead = f"{prefix}-" if prefix else ""
    named = {f"{lead}{name}": text for name, text in data.items()}
    return client.post(address(piece, step), data={f"{lead}version": str(piece.version), **named})


def an_entry(**changes: str) -> dict[str, str]:
    day = today()
    plain = {
        "version": "0", "kind": "unit", "name": "环卫一队", "deed": "连夜清雪。", "day": day.isoformat(),
        "until": (day + timedelta(days=90)).isoformat(),
    }  # fmt: skip
    return plain | changes


def a_notice(**changes: str) -> dict[str, str]:
    day = today()
    plain = {
        "version": "0", "title": "文明停车", "sentence": "车让一步。", "link": "/board", "begins": day.isoformat(),
        "until": (day + timedelta(days=9)).isoformat(), "sort": "1",
    }  # fmt: skip
    return plain | changes


def test_an_article_is_written_handed_in_released_and_read(client_as: Client) -> None:
    writer, reader = client_as(a_user(Role.REDACTOR)), client_as(a_user(Role.SECOND_REVIEWER))

    made = writer.post("/editor/articles/new", data=ARTICLE)
    one = written(Article).rows[0]
    send(writer, one, "hand-in")
    send(reader, get_article(one.id), "release")

    page = client_as().get(f"/columns/civility/{one.public_id}")
    assert made.location == address(one)
    assert page.status_code == 200
    assert "<strong>话</strong>" in page.text
    assert "礼让一步" in client_as().get("/columns/civility").text
    assert "礼让一步" not in client_as().get("/columns/progress").text
    assert "礼让一步" in client_as().get("/").text


@pytest.mark.parametrize(
    ("slug", "sent", "field"),
    [
        ("articles", ARTICLE | {"title": ""}, "title"),
        ("articles", ARTICLE | {"rubric": "sports"}, "rubric"),
        ("articles", ARTICLE | {"body": "长" * 20_001}, "body"),
        ("articles", ARTICLE | {"standfirst": "电话13847400001"}, "standfirst"),
        ("honours", {"name": ""}, "name"),
        ("honours", {"kind": "star"}, "kind"),
        ("honours", {"day": "2026-13-40"}, "day"),
        ("honours", {"until": ""}, "until"),
        ("honours", {"until": "2099-01-01"}, "until"),
        ("honours", {"deed": "家住3号楼2单元"}, "deed"),
        ("notices", {"link": "https://evil.example/"}, "link"),
        ("notices", {"link": "//evil.example"}, "link"),
        ("notices", {"link": "/\\evil.example"}, "link"),
        ("notices", {"link": "javascript:alert(1)"}, "link"),
        ("notices", {"sort": "-1"}, "sort"),
        ("notices", {"until": "2020-01-01"}, "until"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_typed_is_lost(
    client_as: Client, slug: str, sent: dict[str, str], field: str
) -> None:
    sent = {
        "articles": lambda: sent,
        "honours": lambda: an_entry(**sent),
        "notices": lambda: a_notice(**sent),
    }[slug]()
    kept = {"articles": "路口宽了。", "honours": "连夜清雪。", "notices": "车让一步。"}[slug]

    answer = client_as(a_user(Role.REDACTOR)).post(f"/editor/{slug}/new", data=sent)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert kept in answer.text or field in {"standfirst", "deed"}
    assert [*written(Article).rows, *written(Honour).rows, *written(ServiceNotice).rows] == []


@pytest.mark.parametrize("make", MAKERS)
def test_the_page_offers_only_what_the_person_may_do(client_as: Client, make: Any) -> None:
    team = pens()
    piece = make(State.IN_REVIEW, team=team)

    def offered(user: User) -> set[str]:
        page = client_as(user).get(address(piece)).text
        steps = ("release", "send-back", "edit", "withdraw", "hand-in")
        return {step for step in steps if f'{address(piece, step)}"' in page}

    assert offered(team.writer) == {"edit", "withdraw"}
    assert offered(team.releaser) == {"release", "send-back", "edit", "withdraw"}
    assert offered(a_user(Role.LEADER)) == {"withdraw"}


@pytest.mark.parametrize("make", MAKERS)
def test_whoever_wrote_it_does_not_release_it_whatever_is_sent(client_as: Client, make: Any) -> None:
    both = a_user(Role.REDACTOR, Role.FIRST_REVIEWER)
    team = pens()
    piece = make(State.IN_REVIEW, team=type(team)(both, team.releaser))

    answer = send(client_as(both), piece, "release")

    assert answer.status_code == 403
    assert "由另一人发布" in client_as(both).get(address(piece)).text


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.ACCEPTOR])
def test_nobody_else_opens_the_desk(client_as: Client, role: Role) -> None:
    one = an_article()
    client = client_as(a_user(role))

    assert client.get("/editor/pieces").status_code == 403
    assert client.get(address(one)).status_code == 403
    assert client.post("/editor/articles/new", data=ARTICLE).status_code == 403


def test_a_leader_takes_down_but_does_not_write(client_as: Client) -> None:
    leader, one = client_as(a_user(Role.LEADER)), an_article(State.PUBLISHED)

    assert leader.get("/editor/articles/new").status_code == 403
    assert leader.post(address(one, "edit"), data=ARTICLE).status_code == 403
    assert send(leader, one, "withdraw", "withdraw", reason="失实").status_code == 302
    assert get_article(one.id).state is State.WITHDRAWN


@pytest.mark.parametrize("step", ["send-back", "withdraw"])
def test_a_step_that_needs_a_reason_says_so_in_its_dialog(client_as: Client, step: str) -> None:
    team = pens()
    one = an_article(State.IN_REVIEW, team=team)

    answer = send(client_as(team.releaser), one, step, step.replace("-", "_"), reason=" ")

    assert answer.status_code == 422
    assert "data-open" in answer.text
    assert get_article(one.id).state is State.IN_REVIEW


def test_words_that_meet_a_newer_version_come_back_and_can_be_sent_again(client_as: Client) -> None:
    one, writer = an_article(), a_user(Role.REDACTOR)
    seen = str(one.version)
    edit_article(one, a_text(title="别人改的"), by=a_user(Role.REDACTOR).actor)
    client = client_as(writer)

    answer = client.post(address(one, "edit"), data=ARTICLE | {"version": seen})
    newest = str(get_article(one.id).version)
    again = client.post(address(one, "edit"), data=ARTICLE | {"version": newest})

    assert answer.status_code == 409
    assert "礼让一步" in answer.text
    assert f'value="{newest}"' in answer.text
    assert (again.status_code, get_article(one.id).title) == (302, "礼让一步")


def test_a_step_that_is_not_possible_any_more_shows_the_page_as_it_is(client_as: Client) -> None:
    team = pens()
    one = an_article(State.PUBLISHED, team=team)

    answer = send(client_as(team.releaser), one, "release")

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("data", [{}, {"version": "x"}])
def test_a_damaged_form_is_answered_in_words(client_as: Client, data: dict[str, str]) -> None:
    team = pens()
    one = an_article(team=team)

    assert client_as(team.writer).post(address(one, "hand-in"), data=data).status_code == 422
    assert client_as(team.writer).post(address(one, "edit"), data=data).status_code == 422


def test_a_withdrawn_article_answers_410_and_its_pictures_are_gone(client_as: Client, fakes: Ports) -> None:
    team = pens()
    one = an_article(State.PUBLISHED, team=team, pictures=1)
    public, shown = client_as(), f"/columns/progress/{one.public_id}"
    copy = one.pictures[0]
    picture = f"/columns/pictures/{copy.token}/{copy.file('480.jpeg')}"
    assert (public.get(shown).status_code, public.get(picture).status_code) == (200, 200)

    send(client_as(team.releaser), one, "withdraw", "withdraw", reason="有人认出了自己")
    while run_next():
        pass

    assert public.get(shown).status_code == 410
    assert public.get(picture).status_code == 404
    assert list(fakes.storage.iterate("public/")) == []
    assert "有人认出了自己" not in public.get(shown).text


@pytest.mark.parametrize("path", ["sports", "progress/zzzzzzzzzz", "pictures/none/480.jpeg"])
def test_what_never_was_is_not_found(client_as: Client, path: str) -> None:
    assert client_as().get(f"/columns/{path}").status_code == 404


def test_an_article_under_the_name_of_the_other_column_is_not_found(client_as: Client) -> None:
    one = an_article(State.PUBLISHED, rubric=Rubric.CIVILITY)

    assert client_as().get(f"/columns/progress/{one.public_id}").status_code == 404


def test_hostile_words_stand_there_as_words(client_as: Client) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://evil.example/spy.png)"
    one = an_article(State.PUBLISHED, title="<b>题</b>", standfirst="<i>导</i>", body=evil)

    page = client_as().get(f"/columns/progress/{one.public_id}").text
    body = page.split('<div class="prose">')[1].split("</div>")[0]

    assert "&lt;script&gt;" in body
    assert "<img" not in body
    assert 'href="javascript' not in page
    assert "<b>题" not in page
    assert "<i>导" not in page


def test_a_picture_comes_in_is_masked_and_shown_only_burnt(client_as: Client) -> None:
    team = pens()
    one, writer = an_article(team=team), client_as(team.writer)

    added = writer.post(
        address(one, "pictures"),
        data={"version": str(one.version), "caption": "路口", "photos": (BytesIO(a_picture("x")), "x.jpg")},
    )
    picture = get_article(one.id).pictures[0]
    page = writer.get(added.location)
    photo = get_photo(picture.photo_id)
    sent = {
        "version": str(get_article(one.id).version),
        "act": "judge",
        "checked": "y",
        "rows": "1",
        "sha256": photo.staff_sha256,
    }
    burnt = writer.post(
        f"{added.location}/burnt", data=sent | {f"boxes-0-{name}": text for name, text in ROW.items()}
    )
    judged = writer.post(added.location, data=sent | {f"boxes-0-{name}": text for name, text in ROW.items()})
    send(writer, get_article(one.id), "hand-in")
    seen = client_as(team.releaser).get(f"{added.location}/masked.jpg")
    send(client_as(team.releaser), get_article(one.id), "release")
    shown = f"/columns/progress/{one.public_id}"
    early = client_as().get(shown).status_code
    while run_next():
        pass

    assert (page.status_code, burnt.mimetype, judged.location) == (200, "image/jpeg", address(one))
    assert photo.way is Way.ARTICLE
    assert seen.data == burnt.data
    assert early == 404
    final = client_as().get(shown).text
    assert "路口" in final
    assert f"/columns/pictures/{get_article(one.id).pictures[0].token}/" in final
    assert "/pictures/" + photo.token not in final


@pytest.mark.parametrize(
    ("upload", "caption", "field"),
    [(b"", "路口", "photos"), (b"no picture", "路口", "photos"), (a_picture("y"), "", "caption")],
)
def test_a_picture_that_cannot_be_taken_is_said_at_its_field(
    client_as: Client, upload: bytes, caption: str, field: str
) -> None:
    one = an_article()

    answer = client_as(a_user(Role.REDACTOR)).post(
        address(one, "pictures"),
        data={"version": str(one.version), "caption": caption, "photos": (BytesIO(upload), "x.jpg")},
    )

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert get_article(one.id).pictures == []


def test_nobody_but_writers_sees_a_picture_that_was_not_judged(client_as: Client) -> None:
    team = pens()
    one, writer = an_article(team=team), client_as(team.writer)
    added = writer.post(
        address(one, "pictures"),
        data={"version": str(one.version), "caption": "路口", "photos": (BytesIO(a_picture("z")), "z.jpg")},
    )

    leader = client_as(a_user(Role.LEADER))

    assert leader.get(added.location).status_code == 403
    assert leader.get(f"{added.location}/masked.jpg").status_code == 403
    assert leader.post(f"{added.location}/burnt").status_code == 403
    assert writer.get(f"{added.location}/masked.jpg").headers["Cache-Control"] == "private, no-store"


def test_a_mask_that_meets_a_newer_version_comes_back_with_its_boxes(client_as: Client) -> None:
    team = pens()
    one = an_article(team=team, pictures=1)
    picture, photo = one.pictures[0], get_photo(one.pictures[0].photo_id)
    sent = {
        "version": str(one.version - 1),
        "act": "judge",
        "checked": "y",
        "rows": "1",
        "sha256": photo.staff_sha256,
    }

    answer = client_as(team.writer).post(
        address(one, f"pictures/{picture.id}"),
        data=sent | {f"boxes-0-{name}": text for name, text in ROW.items()},
    )

    assert answer.status_code == 409
    assert 'value="11.5"' in answer.text


def test_a_picture_is_taken_off_again(client_as: Client) -> None:
    team = pens()
    one = an_article(team=team, pictures=1)

    answer = send(client_as(team.writer), one, f"pictures/{one.pictures[0].id}/remove")

    assert answer.status_code == 302
    assert get_article(one.id).pictures == []


def test_an_entry_goes_when_its_days_are_over(client_as: Client) -> None:
    team = pens()
    one = an_honour(State.PUBLISHED, team=team, name="环卫三队", until=today())
    assert "环卫三队" in client_as().get("/honours").text

    ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]

    assert "环卫三队" not in client_as().get("/honours").text
    assert "已过展示期" in client_as(team.writer).get("/editor/pieces?kind=honours").text
    assert get_honour(one.id).state is State.PUBLISHED


@pytest.mark.parametrize("path", ["/", "/board"])
def test_a_notice_stands_in_its_slot_with_its_label_and_is_gone_afterwards(
    client_as: Client, path: str
) -> None:
    assert "公益广告" not in client_as().get(path).text
    one = a_service_notice(State.PUBLISHED, title="文明停车", link="/columns/civility", until=today())

    page = client_as().get(path).text
    ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]

    assert "公益广告" in page
    assert "文明停车" in page
    assert 'href="/columns/civility"' in page
    assert "公益广告" not in client_as().get(path).text
    assert get_service_notice(one.id).state is State.PUBLISHED


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/columns/progress", "这里还没有文章"),
        ("/columns/civility", "这里还没有文章"),
        ("/honours", "目前还没有上榜"),
    ],
)
def test_an_empty_page_says_so(client_as: Client, path: str, words: str) -> None:
    assert words in client_as().get(path).text


def test_the_columns_lead_on_to_the_first_one(client_as: Client) -> None:
    assert client_as().get("/columns").location == "/columns/progress"


@pytest.mark.parametrize("path", ["/columns/progress", "/honours"])
def test_a_damaged_page_address_is_answered_in_words(client_as: Client, path: str) -> None:
    assert client_as().get(f"{path}?after=zzz").status_code == 422


def test_a_list_that_is_none_is_answered_in_words(client_as: Client) -> None:
    assert client_as(a_user(Role.REDACTOR)).get("/editor/pieces?kind=sports").status_code == 422
    assert client_as(a_user(Role.REDACTOR)).get("/editor/sports/new").status_code == 404


@pytest.mark.parametrize("slug", ["articles", "honours", "notices"])
def test_the_form_is_filled_in_with_what_is_kept(client_as: Client, slug: str) -> None:
    make: Any = MAKERS[list(SLUGS.values()).index(slug)]
    team = pens()
    piece = make(team=team)
    client = client_as(team.writer)

    page = client.get(address(piece, "edit")).text

    assert (piece.name if slug == "honours" else piece.title) in page
    assert client.get(f"/editor/{slug}/new").status_code == 200
    assert address(piece) in client.get(f"/editor/pieces?kind={slug}").text
