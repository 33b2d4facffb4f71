"""which pictures of open cases people see who report the same nearby.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nothing was judged yet."""
    op.create_table(
        "nearby_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("look", sa.String(), nullable=False),
        sa.Column("shown_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk__nearby_pictures__photo_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__nearby_pictures__report_id"),
        sa.ForeignKeyConstraint(["shown_by_id"], ["users.id"], name="fk__nearby_pictures__shown_by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__nearby_pictures__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__nearby_pictures"),
        sa.UniqueConstraint("photo_id", name="uq__nearby_pictures__photo_id"),
    )


def downgrade() -> None:
    """Take it away; every picture has to be judged again."""
    op.drop_table("nearby_pictures")
