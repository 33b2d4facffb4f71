"""Two administrators, or a double click, at the same instant: one wins, the other is told at the right field."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from reporter.accounts.commands.people import appoint
from reporter.accounts.models import User
from reporter.cases.editing import save_category, save_subcategory
from reporter.cases.models import Category, Subcategory
from reporter.cases.queries import categories
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import SYSTEM, Role
from reporter.routing.commands import save_unit
from reporter.routing.models import Unit
from tests.make import a_category

A_KIND = {
    "code": "88", "slug": "new_kind", "name_zh": "乱占", "name_en": "Taking up", "nature": "condition",
    "handle_limit": "4h", "urgent_limit": "30m",
}  # fmt: skip
SUBTYPE = {"name_zh": "占盲道", "name_en": "On tactile paving", "slug": "tactile"}


def opens(login: str) -> None:
    appoint("白音", login, "a good long one", roles=[Role.LEADER], unit_id=None, by=SYSTEM)


@pytest.mark.parametrize(
    ("act", "field", "model"),
    [
        (lambda: save_unit(None, {"code": "07", "name_zh": "三队", "name_en": "3"}, by=SYSTEM), "code", Unit),
        (lambda: save_category(None, A_KIND | {"slug": f"kind_{get_ident()}"}, by=SYSTEM), "code", Category),
        (lambda: save_category(None, A_KIND | {"code": str(get_ident())[-8:]}, by=SYSTEM), "slug", Category),
        (lambda: save_subcategory(categories()[0], None, SUBTYPE, by=SYSTEM), "slug", Subcategory),
        (lambda: opens("b@example.org"), "login", User),
        (lambda: opens("13800000000"), "login", User),
    ],
    ids=["unit", "kind's code", "kind's short name", "sub-type", "mail", "phone"],
)
def test_of_two_who_take_one_name_at_the_same_instant_one_is_told_where(
    app: Flask, act: Callable[[], object], field: str, model: type[Any]
) -> None:
    if model is Subcategory:
        a_category()
    here, together = current_city_id(), Barrier(2)

    def race(_: int) -> str:
        with app.app_context():
            enter_city(here)
            together.wait()
            try:
                act()
            except BadInput as error:
                return str(error.field)
            return "taken"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(race, range(2)))

    db.session.rollback()  # what was read before is a snapshot of before
    assert outcomes == sorted([field, "taken"])
    assert db.session.scalar(select(func.count()).select_from(model)) == 1
