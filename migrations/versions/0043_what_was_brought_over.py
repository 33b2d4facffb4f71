"""what was brought over from other systems, and in which run.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("clock_at", sa.DateTime(), nullable=False),
        sa.Column("still_open", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=op.f("fk__import_runs__city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__import_runs")),
    )
    op.create_index("ix__import_runs__began", "import_runs", ["city_id", "began_at"])
    op.create_table(
        "brought_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("foreign_id", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("service_name", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("media_url", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk__brought_requests__case_id")),
        sa.ForeignKeyConstraint(
            ["city_id"], ["jurisdictions.id"], name=op.f("fk__brought_requests__city_id")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk__brought_requests__report_id")),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk__brought_requests__run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__brought_requests")),
        sa.UniqueConstraint(
            "city_id", "source", "foreign_id", name=op.f("uq__brought_requests__city_id_source_foreign_id")
        ),
        sa.UniqueConstraint("city_id", "case_id", name=op.f("uq__brought_requests__city_id_case_id")),
    )


def downgrade() -> None:
    """Drop the tables; what was brought over stays as reports and cases."""
    op.drop_table("brought_requests")
    op.drop_table("import_runs")
