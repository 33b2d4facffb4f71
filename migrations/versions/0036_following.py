"""what people follow, when they are told of it, and in which order posts came on show.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nobody follows anything yet, and no post that is on show already is news."""
    op.create_table(
        "followers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__followers__user_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__followers__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__followers"),
        sa.UniqueConstraint("city_id", "user_id", name="uq__followers__city_id_user_id"),
    )
    op.create_index("ix__followers__next_at", "followers", ["city_id", "next_at", "id"])
    op.create_table(
        "follows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("kind_slug", sa.String(), nullable=False),
        sa.Column("rhythm", sa.String(length=32), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__follows__user_id"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk__follows__area_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__follows__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__follows"),
        sa.UniqueConstraint("city_id", "user_id", "key", name="uq__follows__city_id_user_id_key"),
    )
    op.create_table(
        "shown_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exposure_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["exposure_id"], ["exposures.id"], name="fk__shown_posts__exposure_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__shown_posts__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__shown_posts"),
        sa.UniqueConstraint("exposure_id", name="uq__shown_posts__exposure_id"),
    )
    op.create_index("ix__shown_posts__order", "shown_posts", ["city_id", "id"])
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__digests__user_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__digests__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__digests"),
        sa.UniqueConstraint("city_id", "user_id", "due_at", name="uq__digests__city_id_user_id_due_at"),
    )
    op.create_index("ix__digests__at", "digests", ["city_id", "at"])
    op.add_column("notices", sa.Column("digest_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take them away, with the notices that lead to them."""
    op.execute(
        sa.text(
            "DELETE FROM notice_deliveries WHERE notice_id IN (SELECT id FROM notices WHERE digest_id IS NOT NULL)"
        )
    )
    op.execute(sa.text("DELETE FROM notices WHERE digest_id IS NOT NULL"))
    with op.batch_alter_table("notices") as batch_op:
        batch_op.drop_column("digest_id")
    for table in ("digests", "shown_posts", "follows", "followers"):
        op.drop_table(table)
