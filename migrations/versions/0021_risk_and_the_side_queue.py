"""what speaks for a report's place in the queue, marks by which reports are known again, clearings of the side queue.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MARK = sa.Enum(
    "sender", "words", "picture", "place", "plate", "shop", name="mark", native_enum=False, length=32
)
ORDINARY, CALM = 1, 9  # the risk of a report that was not urgent, before and since


def upgrade() -> None:
    """Add what is new; what stood second in the queue stands last, where nothing speaks for it."""
    op.add_column("reports", sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("reports") as batch_op:
        batch_op.alter_column("reasons", server_default=None)
    _move(ORDINARY, CALM)
    op.create_table(
        "report_traces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("mark", MARK, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__report_traces__report_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__report_traces__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__report_traces"),
        sa.UniqueConstraint("report_id", "key", name="uq__report_traces__report_id_key"),
    )
    op.create_index("ix__report_traces__key", "report_traces", ["city_id", "key", "at"])
    op.create_index("ix__report_traces__at", "report_traces", ["city_id", "at"])
    op.create_table(
        "clearings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("last_report_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk__clearings__by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__clearings__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__clearings"),
    )
    op.create_index("ix__clearings__began", "clearings", ["city_id", "began_at"])


def downgrade() -> None:
    """Take it away; what waited in the side queue waits in the queue, and what was not urgent stands second."""
    reports = sa.table("reports", sa.column("state"), sa.column("risk"))
    op.execute(reports.update().where(reports.c.state == "aside").values(state="submitted"))
    op.execute(reports.update().where(reports.c.risk > 0).values(risk=ORDINARY))
    op.drop_table("clearings")
    op.drop_table("report_traces")
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_column("reasons")


def _move(before: int, since: int) -> None:
    reports = sa.table("reports", sa.column("risk"))
    op.execute(reports.update().where(reports.c.risk == before).values(risk=since))
