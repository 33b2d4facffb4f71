"""versions of the areas: what each import and each way back made of them."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LEVEL = sa.Enum("city", "county", "street", "community", "grid", name="level", native_enum=False, length=32)
KIND = sa.Enum("import", "back", "found", name="versionkind", native_enum=False, length=32)


def upgrade() -> None:
    """Keep versions from now on; what a city has already is its first one."""
    op.create_table(
        "area_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("back_to", sa.Integer(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__area_versions__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__area_versions"),
        sa.UniqueConstraint("city_id", "number", name="uq__area_versions__city_id_number"),
    )
    op.create_table(
        "former_areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("level", LEVEL, nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk__former_areas__area_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["areas.id"], name="fk__former_areas__parent_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__former_areas__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__former_areas"),
        sa.UniqueConstraint("area_id", "until", name="uq__former_areas__area_id_until"),
    )
    op.create_index("ix__former_areas__city_id_until", "former_areas", ["city_id", "until"])
    op.add_column("areas", sa.Column("since", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("areas") as batch_op:
        batch_op.alter_column("since", server_default=None)
    _found()


def _found() -> None:
    versions = sa.table(
        "area_versions",
        *(
            sa.column(name)
            for name in ("number", "kind", "by_id", "file", "sha256", "size", "datum", "back_to")
        ),
        *(sa.column(name) for name in ("added", "changed", "withdrawn", "unchanged", "city_id")),
        sa.column("at", sa.DateTime()),
    )
    areas = sa.text("SELECT city_id, count(*) FROM areas GROUP BY city_id")
    plain = {
        "number": 1,
        "kind": "found",
        "at": datetime.now(UTC).replace(tzinfo=None),
        "by_id": None,
        "file": "",
        "sha256": "",
        "size": 0,
        "datum": "",
        "back_to": None,
        "added": 0,
        "changed": 0,
        "withdrawn": 0,
    }
    for city_id, number in op.get_bind().execute(areas).all():
        op.get_bind().execute(versions.insert().values(plain | {"city_id": city_id, "unchanged": number}))


def downgrade() -> None:
    """Forget the versions; the areas stay as they are."""
    with op.batch_alter_table("areas") as batch_op:
        batch_op.drop_column("since")
    op.drop_table("former_areas")
    op.drop_table("area_versions")
