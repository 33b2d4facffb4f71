"""decisions about reports that can still be undone.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ACTION = sa.Enum(
    "submit", "join", "request_info", "answer", "add", "accept", "decline", "merge", "withdraw", "remind", "escalate", "set_aside",
    "take_back", "undo", name="action", native_enum=False, length=32,
)  # fmt: skip
STANDING = sa.Enum("held", "stands", "undone", name="standing", native_enum=False, length=32)


def upgrade() -> None:
    """Add what undoing needs."""
    op.create_table(
        "report_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("action", ACTION, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("case_entry_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("standing", STANDING, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__report_decisions__report_id"),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk__report_decisions__by_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk__report_decisions__case_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__report_decisions__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__report_decisions"),
    )
    op.create_index("ix__report_decisions__by", "report_decisions", ["city_id", "by_id", "until"])
    op.create_index("ix__report_decisions__batch", "report_decisions", ["city_id", "batch"])
    op.create_index("ix__report_decisions__until", "report_decisions", ["city_id", "until"])
    op.create_index("ix__report_decisions__case", "report_decisions", ["case_id"])


def downgrade() -> None:
    """Take it away: what is held goes out with the jobs that wait for it no more, so let them run first."""
    op.drop_table("report_decisions")
