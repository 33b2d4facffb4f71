"""Suggested kinds on the pages: with their reason to the moderator, when nearly certain to the resident, figures to the administrator."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.cases.models import Category
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.learning.commands.lessons import keep_lesson
from reporter.learning.models import Lesson
from reporter.learning.queries import lesson_in_use
from reporter.learning.rules import Model, Tried
from tests.learning.lessons import a_small_model
from tests.learning.test_lessons import taught
from tests.make import a_category, a_report, a_user

Client = Callable[..., FlaskClient]


@pytest.fixture
def kind() -> Category:
    return a_category("别的事情")


@pytest.fixture
def lesson(kind: Category) -> Lesson:
    """Return a lesson that knows words of `kind`."""
    other = a_category("另一件事情")
    model = Model(**vars(a_small_model()) | {"kinds": (kind.id, other.id)})
    settled = [Tried(kind.id, 0.95, kind.id)] * 60
    made = keep_lesson(taught(model=model, settled=settled, held=settled), by=a_user(Role.SYSTEM_ADMIN).actor)
    db.session.commit()
    return made


def test_a_moderator_reads_why_another_kind_is_likelier(client_as: Client, lesson: Lesson) -> None:
    report = a_report(category=a_category("第三件事情"), words="盲道上停了车")
    moderator = client_as(a_user(Role.ACCEPTOR, locale="en"))

    page = moderator.get(f"/triage/{report.id}").text

    assert "“盲道” speak for" in page
    assert "of 40 decided reports with “盲道” 37" in page


def test_a_moderator_reads_that_the_words_say_so_too(
    client_as: Client, kind: Category, lesson: Lesson
) -> None:
    report = a_report(category=kind, words="盲道上停了车")

    page = client_as(a_user(Role.ACCEPTOR, locale="en")).get(f"/triage/{report.id}").text

    assert "say so too" in page


def test_a_resident_is_shown_what_was_learnt_only_where_it_is_nearly_certain(
    client_as: Client, kind: Category, lesson: Lesson
) -> None:
    client = client_as()

    sure = client.post("/report/kind", data={"words": "盲道上停了车"})
    unsure = client.post("/report/kind", data={"words": "没有关系"})

    assert (sure.status_code, sure.json["kind"]) == (200, kind.slug)  # type: ignore[index]
    assert (unsure.status_code, unsure.json) == (200, {})


def test_without_anything_learnt_the_pages_are_as_ever(client_as: Client) -> None:
    report = a_report(words="盲道上停了车")

    assert client_as().post("/report/kind", data={"words": "盲道上停了车"}).json == {}
    assert "speak for" not in client_as(a_user(Role.ACCEPTOR, locale="en")).get(f"/triage/{report.id}").text
    assert client_as(a_user(Role.SYSTEM_ADMIN)).get("/admin/suggestions").status_code == 200


def test_an_administrator_sees_the_figures_and_switches_it_off(
    client_as: Client, kind: Category, lesson: Lesson
) -> None:
    admin = client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))

    page = admin.get("/admin/suggestions").text
    off = admin.post(f"/admin/suggestions/{lesson.id}", data={"on": "0"})

    db.session.rollback()
    assert "60 / 60" in page
    assert kind.name_en in page
    assert off.status_code == 302
    assert lesson_in_use() is None


def test_nobody_else_sees_or_switches_it(client_as: Client, lesson: Lesson) -> None:
    moderator = client_as(a_user(Role.ACCEPTOR))

    assert moderator.get("/admin/suggestions").status_code == 403
    assert moderator.post(f"/admin/suggestions/{lesson.id}", data={"on": "0"}).status_code == 403
