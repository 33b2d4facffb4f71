"""which waiting reports may be there already, and indexes by which a page of a long list begins at its place.

Revision ID: 0027
Revises: 0026
"""

from math import cos, radians

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WAITING = ("submitted", "aside", "info_requested")
OPEN = ("registered", "dispatched", "handling", "handled", "shelved", "deferred", "waiting")
SAME_SPOT = 60.0 / 111_320  # degrees to the south


def upgrade() -> None:
    """Add the mark, write it for what waits, and make the indexes."""
    op.add_column("reports", sa.Column("alike", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("reports") as batch_op:
        batch_op.alter_column("alike", server_default=None)
    for index, columns in QUEUES.items():
        op.create_index(index, "reports", ["city_id", "state", *columns, "risk", "due_at", "id"])
    op.create_index("ix__cases__near", "cases", ["city_id", "lat", "lon"])
    _mark_alike()


QUEUES = {"ix__reports__queue_area": ["area_id"], "ix__reports__queue_alike": ["alike"]}


def _mark_alike() -> None:
    cities = sa.table("jurisdictions", sa.column("id"), sa.column("lat"))
    for city_id, lat in op.get_bind().execute(sa.select(cities.c.id, cities.c.lat)).all():
        _mark_in(city_id, SAME_SPOT / cos(radians(lat)))


def _mark_in(city_id: int, east: float) -> None:
    place = ("city_id", "category_id", "state", "lat", "lon")
    reports = sa.table("reports", *map(sa.column, (*place, "joins_case_id", "alike")))
    cases = sa.table("cases", *map(sa.column, place))
    near = sa.exists().where(
        cases.c.city_id == reports.c.city_id,
        cases.c.category_id == reports.c.category_id,
        cases.c.lat.between(reports.c.lat - SAME_SPOT, reports.c.lat + SAME_SPOT),
        cases.c.lon.between(reports.c.lon - east, reports.c.lon + east),
        cases.c.state.in_(OPEN),
    )
    waiting = (reports.c.city_id == city_id, reports.c.state.in_(WAITING))
    found = sa.or_(reports.c.joins_case_id.is_not(None), near)
    op.execute(reports.update().where(*waiting, found).values(alike=sa.true()))


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix__cases__near", table_name="cases")
    for index in QUEUES:
        op.drop_index(index, table_name="reports")
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_column("alike")
