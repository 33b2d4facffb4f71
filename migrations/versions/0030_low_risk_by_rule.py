"""reports of low risk taken in by a rule, with a sample that is looked at again; pictures with somebody under age.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column("photos", sa.Column("minor", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("photos") as batch_op:
        batch_op.alter_column("minor", server_default=None)
    op.create_table(
        "calm_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("why_off", sa.String(), nullable=False),
        sa.Column("category_ids", sa.JSON(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("from_hour", sa.Integer(), nullable=False),
        sa.Column("until_hour", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("most_wrong", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name="fk__calm_rules__made_by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__calm_rules__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__calm_rules"),
        sa.UniqueConstraint("city_id", "number", name="uq__calm_rules__city_id_number"),
    )
    op.create_table(
        "calm_passes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("held", sa.JSON(), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__calm_passes__report_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk__calm_passes__case_id"),
        sa.ForeignKeyConstraint(["rule_id"], ["calm_rules.id"], name="fk__calm_passes__rule_id"),
        sa.ForeignKeyConstraint(["checked_by_id"], ["users.id"], name="fk__calm_passes__checked_by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__calm_passes__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__calm_passes"),
        sa.UniqueConstraint("report_id", name="uq__calm_passes__report_id"),
    )
    op.create_index("ix__calm_passes__to_check", "calm_passes", ["city_id", "sampled", "checked_at", "id"])
    op.create_index("ix__calm_passes__rule", "calm_passes", ["city_id", "rule_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("calm_passes")
    op.drop_table("calm_rules")
    with op.batch_alter_table("photos") as batch_op:
        batch_op.drop_column("minor")
