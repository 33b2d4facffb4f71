"""An administrator reads what was brought over, run by run."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask.testing import FlaskClient

from reporter.history.models import ImportRun
from reporter.kernel.db import command
from reporter.kernel.policy import Role
from tests.make import a_user, put

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@command
def a_run(**columns: object) -> None:
    put(ImportRun(source="旧热线", file="hotline-2019.json.gz", began_at=NOON, clock_at=NOON, **columns))


def test_each_run_says_from_where_how_far_and_how_many(client_as: Callable[..., FlaskClient]) -> None:
    a_run(ended_at=NOON, still_open=12, ended=4982, refused=6)
    a_run()

    page = client_as(a_user(Role.SYSTEM_ADMIN)).get("/admin/imports").text

    assert all(word in page for word in ("旧热线", "hotline-2019.json.gz", "4982", "已完成", "未完成"))


def test_without_a_run_the_page_says_how_one_comes_about(client_as: Callable[..., FlaskClient]) -> None:
    page = client_as(a_user(Role.SYSTEM_ADMIN)).get("/admin/imports").text

    assert "还没有导入" in page


def test_others_do_not_see_it(client_as: Callable[..., FlaskClient]) -> None:
    assert client_as(a_user(Role.ACCEPTOR)).get("/admin/imports").status_code == 403
