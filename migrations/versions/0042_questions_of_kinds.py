"""what kinds ask besides, and the answers of reports.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

DATATYPE = sa.Enum(
    "string", "number", "datetime", "text", "singlevaluelist", "multivaluelist",
    name="datatype", native_enum=False, length=32,
)  # fmt: skip


def upgrade() -> None:
    """Make the table; reports of before answered nothing."""
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("datatype", DATATYPE, nullable=False),
        sa.Column("variable", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("question_zh", sa.String(), nullable=False),
        sa.Column("question_en", sa.String(), nullable=False),
        sa.Column("hint_zh", sa.String(), nullable=False),
        sa.Column("hint_en", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name="fk__questions__category_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__questions__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__questions"),
        sa.UniqueConstraint("category_id", "code", name="uq__questions__category_id_code"),
    )
    op.add_column("reports", sa.Column("answers", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("reports") as batch_op:
        batch_op.alter_column("answers", server_default=None)


def downgrade() -> None:
    """Take questions and answers away."""
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_column("answers")
    op.drop_table("questions")
