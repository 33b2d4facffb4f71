"""what time sets off: the ladder, questions to the reporter, following up."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let time go on where it stands: what is late already has been told to the head of the unit."""
    with op.batch_alter_table("categories") as table:
        table.add_column(sa.Column("follow_up_limit", sa.String(), nullable=False, server_default="1wd"))
    with op.batch_alter_table("categories") as table:
        table.alter_column("follow_up_limit", server_default=None)
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("ring_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("rung", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("follow_up_due_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("question_count", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("refused_unit_ids", sa.JSON(), nullable=False, server_default="[]"))
    op.execute(
        "UPDATE cases SET ring_at = due_at, rung = CASE WHEN late_stage = stage AND stage <> '' THEN 2 ELSE 1 END"
    )
    op.execute(
        "UPDATE cases SET rung = 0, ring_at = (SELECT max(asked.review_at) FROM case_requests AS asked"
        " WHERE asked.case_id = cases.id AND asked.decision = 'granted') WHERE state IN ('shelved', 'deferred')"
    )
    days = "interval '30 days'" if op.get_bind().dialect.name == "postgresql" else None
    later = f"closed_at + {days}" if days else "strftime('%Y-%m-%d %H:%M:%f000', closed_at, '+30 days')"
    op.execute(f"UPDATE cases SET rung = 1, ring_at = {later} WHERE state IN ('closed', 'closed_unfixed')")
    with op.batch_alter_table("cases") as table:
        table.drop_column("late_stage")
        table.alter_column("rung", server_default=None)
        table.alter_column("question_count", server_default=None)
        table.alter_column("refused_unit_ids", server_default=None)
        table.create_index("ix__cases__ring", ["city_id", "ring_at"])
        table.create_index("ix__cases__follow_up", ["city_id", "follow_up_due_at"])
    with op.batch_alter_table("reports") as table:
        table.add_column(sa.Column("ring_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE reports SET ring_at = due_at WHERE state = 'submitted'")
    op.create_index("ix__reports__ring", "reports", ["city_id", "ring_at"])
    op.create_table(
        "limit_factors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("begins_at", sa.DateTime(), nullable=True),
        sa.Column("ends_at", sa.DateTime(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("trail_length", sa.Integer(), nullable=False),
        sa.Column("trail_head", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk__limit_factors__area_id")),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=op.f("fk__limit_factors__city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__limit_factors")),
    )
    op.create_table(
        "whistles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("called_by", sa.Integer(), nullable=True),
        sa.Column("called_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("ring_at", sa.DateTime(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(), nullable=True),
        sa.Column("concluded_by", sa.Integer(), nullable=True),
        sa.Column("conclusion", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk__whistles__case_id")),
        sa.ForeignKeyConstraint(["called_by"], ["users.id"], name=op.f("fk__whistles__called_by")),
        sa.ForeignKeyConstraint(["concluded_by"], ["users.id"], name=op.f("fk__whistles__concluded_by")),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=op.f("fk__whistles__city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__whistles")),
    )
    op.create_index("ix__whistles__case", "whistles", ["case_id", "concluded_at"])
    op.create_index("ix__whistles__ring", "whistles", ["city_id", "ring_at"])
    op.create_table(
        "whistle_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("whistle_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("came_at", sa.DateTime(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["whistle_id"], ["whistles.id"], name=op.f("fk__whistle_units__whistle_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk__whistle_units__unit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk__whistle_units__person_id")),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=op.f("fk__whistle_units__city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__whistle_units")),
        sa.UniqueConstraint("whistle_id", "unit_id", name=op.f("uq__whistle_units__whistle_id_unit_id")),
    )


def downgrade() -> None:
    """Let what was told to the head count as told; questions and following up are forgotten."""
    op.drop_table("whistle_units")
    op.drop_table("whistles")
    op.drop_table("limit_factors")
    op.drop_index("ix__reports__ring", "reports")
    with op.batch_alter_table("reports") as table:
        table.drop_column("ring_at")
    with op.batch_alter_table("cases") as table:
        table.drop_index("ix__cases__follow_up")
        table.drop_index("ix__cases__ring")
        table.add_column(sa.Column("late_stage", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE cases SET late_stage = stage WHERE rung >= 2")
    with op.batch_alter_table("cases") as table:
        table.alter_column("late_stage", server_default=None)
        table.drop_column("refused_unit_ids")
        table.drop_column("question_count")
        table.drop_column("follow_up_due_at")
        table.drop_column("rung")
        table.drop_column("ring_at")
    with op.batch_alter_table("categories") as table:
        table.drop_column("follow_up_limit")
