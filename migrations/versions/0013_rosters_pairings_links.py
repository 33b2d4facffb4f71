"""families, rosters, pairings, and links for firms without an account."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DAYS = sa.Enum("every", "working", "off", name="days", native_enum=False, length=32)
FAMILIES = {
    "环卫": "sanitation", "城乡环卫": "sanitation", "Sanitation": "sanitation",
    "综合执法": "enforcement", "城管": "enforcement", "执法": "enforcement", "Enforcement": "enforcement",
    "设施维护": "facilities", "市政": "facilities", "maintenance": "facilities", "Maintenance": "facilities",
    "交警": "traffic", "公安交警": "traffic", "街道": "streets", "社区": "streets", "street": "streets",
}  # fmt: skip


def upgrade() -> None:
    """Add the tables; what a unit's family was called becomes one of the families where it is known."""
    op.add_column("units", sa.Column("external", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("units", sa.Column("contact", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("units") as batch_op:
        batch_op.alter_column("external", server_default=None)
        batch_op.alter_column("contact", server_default=None)
    units = sa.table("units", sa.column("family"))
    for written, family in FAMILIES.items():
        op.execute(units.update().where(units.c.family == written).values(family=family))
    _rosters()
    _pairings()
    _links()


def _rosters() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("days", DAYS, nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk__shifts__unit_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__shifts__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__shifts"),
    )
    op.create_index("ix__shifts__unit", "shifts", ["city_id", "unit_id"])
    op.create_table(
        "shift_swaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name="fk__shift_swaps__shift_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__shift_swaps__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__shift_swaps"),
        sa.UniqueConstraint("shift_id", "day", name="uq__shift_swaps__shift_id_day"),
    )


def _pairings() -> None:
    op.create_table(
        "pairings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("organ", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk__pairings__area_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk__pairings__unit_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__pairings__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__pairings"),
        sa.UniqueConstraint("city_id", "area_id", "organ", name="uq__pairings__city_id_area_id_organ"),
    )
    op.create_index("ix__pairings__unit", "pairings", ["city_id", "unit_id"])


def _links() -> None:
    op.create_table(
        "order_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_order_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("promised_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name="fk__order_links__work_order_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk__order_links__case_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk__order_links__unit_id"),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name="fk__order_links__made_by"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__order_links__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__order_links"),
    )
    op.create_index("ix__order_links__order", "order_links", ["work_order_id"])


def downgrade() -> None:
    """Forget rosters, pairings and links; the families stay words."""
    for table in ("order_links", "pairings", "shift_swaps", "shifts"):
        op.drop_table(table)
    with op.batch_alter_table("units") as batch_op:
        batch_op.drop_column("contact")
        batch_op.drop_column("external")
