"""a picture is looked for by many looks, knows the older shot that it repeats, and is evidence by a kind's rules."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_RULES = ("near_and_far", "oldest_photo_hours", "photos_apart_seconds", "taken_in_app")
_BANDS = [f"band{number}" for number in range(4)]


def _exchange_indexes(photos: object, *, covering: bool) -> None:
    for band in _BANDS:
        others = [other for other in _BANDS if covering and other != band]
        photos.drop_index(f"ix__photos__{band}")  # type: ignore[attr-defined]
        photos.create_index(f"ix__photos__{band}", ["city_id", band, "id", *others])  # type: ignore[attr-defined]


def upgrade() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.add_column(sa.Column("looks", sa.JSON(), nullable=False, server_default="[]"))
        photos.add_column(sa.Column("same_as", sa.Integer(), nullable=True))
        photos.add_column(sa.Column("phone_at", sa.DateTime(), nullable=True))
        photos.add_column(sa.Column("phone_lon", sa.Double(), nullable=True))
        photos.add_column(sa.Column("phone_lat", sa.Double(), nullable=True))
        photos.add_column(sa.Column("in_app", sa.Boolean(), nullable=False, server_default=sa.false()))
        photos.add_column(sa.Column("view", sa.String(), nullable=False, server_default=""))
        photos.create_index("ix__photos__same_as", ["city_id", "same_as"])
        _exchange_indexes(photos, covering=True)
    with op.batch_alter_table("photos") as photos:  # rows of before have it now; new ones say it themselves
        for column in ("looks", "in_app", "view"):
            photos.alter_column(column, server_default=None)
    with op.batch_alter_table("categories") as categories:
        categories.add_column(
            sa.Column("near_and_far", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        categories.add_column(
            sa.Column("oldest_photo_hours", sa.Integer(), nullable=False, server_default="0")
        )
        categories.add_column(
            sa.Column("photos_apart_seconds", sa.Integer(), nullable=False, server_default="0")
        )
        categories.add_column(
            sa.Column("taken_in_app", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("categories") as categories:
        for column in _RULES:
            categories.alter_column(column, server_default=None)
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("evidence", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("evidence", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("evidence")
    with op.batch_alter_table("categories") as categories:
        for column in _RULES:
            categories.drop_column(column)
    with op.batch_alter_table("photos") as photos:
        _exchange_indexes(photos, covering=False)
        photos.drop_index("ix__photos__same_as")
        for column in ("view", "in_app", "phone_lat", "phone_lon", "phone_at", "same_as", "looks"):
            photos.drop_column(column)
