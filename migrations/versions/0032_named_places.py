"""named roads, crossings and places of a city, and the parts of their names by which they are found.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KIND = sa.Enum(
    "road", "crossing", "community", "school", "hospital", "market", "shop", "square", "park", "bus_stop", "station",
    "office", "bridge", "place", name="placekind", native_enum=False, length=32,
)  # fmt: skip


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "gazetteers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__gazetteers__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__gazetteers"),
        sa.UniqueConstraint("city_id", "number", name="uq__gazetteers__city_id_number"),
    )
    op.create_table(
        "named_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gazetteer_id", sa.Integer(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("cross_zh", sa.String(), nullable=False),
        sa.Column("cross_en", sa.String(), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("accuracy", sa.Double(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["gazetteer_id"], ["gazetteers.id"], name="fk__named_places__gazetteer_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__named_places__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__named_places"),
    )
    op.create_index("ix__named_places__point", "named_places", ["city_id", "gazetteer_id", "lat", "lon"])
    op.create_index("ix__named_places__south", "named_places", ["city_id", "gazetteer_id", "kind", "south"])
    op.create_table(
        "place_pieces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gazetteer_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("piece", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["gazetteer_id"], ["gazetteers.id"], name="fk__place_pieces__gazetteer_id"),
        sa.ForeignKeyConstraint(["place_id"], ["named_places.id"], name="fk__place_pieces__place_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__place_pieces__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__place_pieces"),
    )
    op.create_index(
        "ix__place_pieces__piece", "place_pieces", ["city_id", "gazetteer_id", "piece", "weight", "place_id"]
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("place_pieces")
    op.drop_table("named_places")
    op.drop_table("gazetteers")
