"""rules have versions, and hold by time, source and limits as well."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHEN = sa.Enum("", "working", "outside", name="when", native_enum=False, length=32)
SOURCE = sa.Enum("resident", "patrol", "hotline", "partner", name="source", native_enum=False, length=32)
_TEXTS = ("source", "claim_limit", "handle_limit")


def upgrade() -> None:
    """The rules of each city become its first version; those that were switched off are left out."""
    op.create_table(
        "rule_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("trail_length", sa.Integer(), nullable=False),
        sa.Column("trail_head", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__rule_sets__city_id"),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name="fk__rule_sets__made_by"),
        sa.PrimaryKeyConstraint("id", name="pk__rule_sets"),
        sa.UniqueConstraint("city_id", "number", name="uq__rule_sets__city_id_number"),
    )
    op.execute(
        "INSERT INTO rule_sets (number, made_at, note, city_id, trail_length, trail_head) "
        "SELECT DISTINCT 1, CURRENT_TIMESTAMP, '', city_id, 0, '' FROM routing_rules"
    )
    op.execute(sa.text("DELETE FROM routing_rules WHERE NOT active"))
    with op.batch_alter_table("routing_rules") as rules:
        rules.add_column(sa.Column("rule_set_id", sa.Integer(), nullable=True))
        rules.add_column(sa.Column("holds_when", WHEN, nullable=False, server_default=""))
        for name in _TEXTS:
            rules.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        rules.drop_column("active")
        rules.drop_index("ix__routing_rules__city_id_sort")
    op.execute(
        "UPDATE routing_rules SET rule_set_id = "
        "(SELECT id FROM rule_sets WHERE rule_sets.city_id = routing_rules.city_id)"
    )
    with op.batch_alter_table("routing_rules") as rules:
        rules.alter_column("rule_set_id", nullable=False)
        rules.create_foreign_key("fk__routing_rules__rule_set_id", "rule_sets", ["rule_set_id"], ["id"])
        rules.create_index("ix__routing_rules__rule_set_id_sort", ["rule_set_id", "sort"])
        for name in ("holds_when", *_TEXTS):
            rules.alter_column(name, server_default=None)
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("source", SOURCE, nullable=False, server_default="resident"))
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("source", server_default=None)


def downgrade() -> None:
    """Keep the rules that hold; older versions go."""
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("source")
    op.execute(
        "DELETE FROM routing_rules WHERE rule_set_id NOT IN "
        "(SELECT id FROM rule_sets AS kept WHERE kept.number = "
        "(SELECT max(number) FROM rule_sets AS own WHERE own.city_id = kept.city_id))"
    )
    with op.batch_alter_table("routing_rules") as rules:
        rules.add_column(sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
        rules.drop_index("ix__routing_rules__rule_set_id_sort")
        rules.drop_constraint("fk__routing_rules__rule_set_id", type_="foreignkey")
        rules.create_index("ix__routing_rules__city_id_sort", ["city_id", "sort"])
    with op.batch_alter_table("routing_rules") as rules:
        rules.alter_column("active", server_default=None)
        for name in ("rule_set_id", "holds_when", *_TEXTS):
            rules.drop_column(name)
    op.drop_table("rule_sets")
