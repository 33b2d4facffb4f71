"""the requests of GeoReport v2, and what became of them.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "service_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("progress", sa.String(length=32), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("expected_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__service_requests__report_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk__service_requests__case_id"),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name="fk__service_requests__category_id"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk__service_requests__area_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__service_requests__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__service_requests"),
        sa.UniqueConstraint("report_id", name="uq__service_requests__report_id"),
        sa.UniqueConstraint("city_id", "number", name="uq__service_requests__city_id_number"),
    )
    for name, columns in {
        "newest": ["city_id", "requested_at", "id"],
        "kind": ["city_id", "category_id", "requested_at", "id"],
        "status": ["city_id", "status", "requested_at", "id"],
        "changed": ["city_id", "changed_at", "id"],
        "near": ["city_id", "lat", "lon"],
        "case": ["case_id"],
    }.items():
        op.create_index(f"ix__service_requests__{name}", "service_requests", columns)
    op.create_table(
        "request_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("progress", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__request_updates__report_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__request_updates__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__request_updates"),
        sa.UniqueConstraint("city_id", "key", name="uq__request_updates__city_id_key"),
        sa.UniqueConstraint("report_id", "entry_id", name="uq__request_updates__report_id_entry_id"),
    )
    op.create_index("ix__request_updates__at", "request_updates", ["city_id", "at", "id"])


def downgrade() -> None:
    """Take them away; they can be built anew from the reports, but for the names of the updates."""
    op.drop_table("request_updates")
    op.drop_table("service_requests")
