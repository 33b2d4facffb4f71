"""the ledger of points: entries that the database lets nobody change, an account for each person, terms.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OCCASION = sa.Enum("registered", "joined", "put_right", name="occasion", native_enum=False, length=32)
REFUSED = {
    "sqlite": (
        """CREATE TRIGGER point_entries_never_changed BEFORE UPDATE ON point_entries
           BEGIN SELECT RAISE(ABORT, 'point_entries is append-only'); END""",
        """CREATE TRIGGER point_entries_never_deleted BEFORE DELETE ON point_entries
           BEGIN SELECT RAISE(ABORT, 'point_entries is append-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION point_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'point_entries is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
        """CREATE TRIGGER point_entries_never_changed BEFORE UPDATE OR DELETE ON point_entries
           FOR EACH ROW EXECUTE FUNCTION point_entries_append_only()""",
        """CREATE TRIGGER point_entries_never_emptied BEFORE TRUNCATE ON point_entries
           FOR EACH STATEMENT EXECUTE FUNCTION point_entries_append_only()""",
    ),
}


def upgrade() -> None:
    """Make the three tables; nobody has points yet."""
    op.create_table(
        "point_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("registered", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("put_right", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("a_day", sa.Integer(), nullable=False),
        sa.Column("a_month", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name="fk__point_terms__made_by"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__point_terms__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__point_terms"),
        sa.UniqueConstraint("city_id", "number", name="uq__point_terms__city_id_number"),
    )
    op.create_table(
        "point_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__point_accounts__user_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__point_accounts__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__point_accounts"),
        sa.UniqueConstraint("city_id", "user_id", name="uq__point_accounts__city_id_user_id"),
    )
    op.create_table(
        "point_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("occasion", OCCASION, nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("cause_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__point_entries__user_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__point_entries__report_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk__point_entries__case_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["point_entries.id"], name="fk__point_entries__reverses_id"),
        sa.ForeignKeyConstraint(["cause_id"], ["trail_entries.id"], name="fk__point_entries__cause_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__point_entries__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__point_entries"),
        sa.UniqueConstraint("user_id", "seq", name="uq__point_entries__user_id_seq"),
        sa.UniqueConstraint(
            "report_id", "occasion", "cause_id", name="uq__point_entries__report_id_occasion_cause_id"
        ),
        sa.UniqueConstraint("reverses_id", name="uq__point_entries__reverses_id"),
    )
    op.create_index("ix__point_entries__at", "point_entries", ["city_id", "at"])
    op.create_index("ix__point_entries__day", "point_entries", ["user_id", "day"])
    op.create_index("ix__point_entries__case", "point_entries", ["case_id"])
    for statement in REFUSED[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the ledger away, whatever it holds."""
    op.drop_table("point_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION point_entries_append_only()")
    op.drop_table("point_accounts")
    op.drop_table("point_terms")
