"""hold, search, numbers and outcome of posts."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from reporter.board.terms import terms_of

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OUTCOME = sa.Enum("put_right", "dealt_with", "overdue", name="outcome", native_enum=False, length=32)
SHOWN = {"sqlite_where": sa.text("on_show = 1"), "postgresql_where": sa.text("on_show")}
BY = {"kind": "kind_slug", "area": "area_id", "unit": "unit_id", "outcome": "outcome"}
SOME = 500  # posts read at a time


def upgrade() -> None:
    """Add what the public's side of a post needs; what was shown stays shown."""
    op.create_table(
        "post_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exposure_id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["exposure_id"], ["exposures.id"], name="fk__post_terms__exposure_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__post_terms__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__post_terms"),
        sa.UniqueConstraint("exposure_id", "term", name="uq__post_terms__exposure_id_term"),
    )
    op.create_index("ix__post_terms__term", "post_terms", ["city_id", "term", "published_at", "exposure_id"])
    op.create_table(
        "shown_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__shown_counts__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__shown_counts"),
        sa.UniqueConstraint("city_id", "facet", "key", name="uq__shown_counts__city_id_facet_key"),
    )
    for name in ("board", "kind", "area"):
        op.drop_index(f"ix__exposures__{name}", table_name="exposures")
    with op.batch_alter_table("exposures") as batch_op:
        batch_op.add_column(sa.Column("outcome", OUTCOME, nullable=True))
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("on_show", sa.Boolean(), nullable=True))
        batch_op.create_foreign_key("fk__exposures__unit_id", "units", ["unit_id"], ["id"])
    _fill()
    with op.batch_alter_table("exposures") as batch_op:
        batch_op.alter_column("outcome", existing_type=OUTCOME, nullable=False)
        batch_op.alter_column("on_show", existing_type=sa.Boolean(), nullable=False)
        batch_op.create_check_constraint("ck__exposures__on_show", "NOT on_show OR state = 'published'")
    op.create_index("ix__exposures__board", "exposures", ["city_id", "published_at", "id"], **SHOWN)
    for name, column in BY.items():
        op.create_index(
            f"ix__exposures__{name}", "exposures", ["city_id", column, "published_at", "id"], **SHOWN
        )


def _fill() -> None:
    """Say of each post what it shows and whose it is; those on the board keep standing there."""
    link = op.get_bind()
    link.execute(
        sa.text(
            "UPDATE exposures SET outcome = CASE WHEN nature = 'act' THEN 'dealt_with' ELSE 'put_right' END,"
            " unit_id = (SELECT lead_unit_id FROM cases WHERE cases.id = exposures.case_id)"
        )
    )
    on_show = (
        "state = 'published' AND NOT EXISTS (SELECT 1 FROM public_pictures AS p WHERE p.exposure_id = exposures.id"
        " AND p.used AND p.width = 0)"
    )
    link.execute(sa.text(f"UPDATE exposures SET on_show = ({on_show})"))  # noqa: S608 - nothing of it is typed
    last = 0
    while rows := _shown_after(last):
        _remember(rows)
        last = rows[-1].id
    for facet, column in (("kind", "kind_slug"), ("area", "area_id"), ("unit", "unit_id")):
        key = f"COALESCE(CAST({column} AS VARCHAR), '')"
        link.execute(
            sa.text(
                f"INSERT INTO shown_counts (city_id, facet, key, n) SELECT city_id, '{facet}', {key}, COUNT(*)"  # noqa: S608
                f" FROM exposures WHERE on_show GROUP BY city_id, {key}"
            )
        )


def _shown_after(last: int) -> list[sa.Row]:
    query = sa.text(
        "SELECT id, city_id, published_at, title, summary, road, kind_zh, kind_en, area_zh, area_en, unit_zh, unit_en"
        " FROM exposures WHERE on_show AND id > :last ORDER BY id LIMIT :some"
    ).columns(published_at=sa.DateTime())
    return list(op.get_bind().execute(query, {"last": last, "some": SOME}))


def _remember(rows: list[sa.Row]) -> None:
    terms = sa.table(
        "post_terms", sa.column("city_id"), sa.column("exposure_id"), sa.column("published_at", sa.DateTime()), sa.column("term")
    )  # fmt: skip
    found = [
        {"city_id": row.city_id, "exposure_id": row.id, "published_at": row.published_at, "term": term}
        for row in rows
        for term in sorted(terms_of(*row[3:]))
    ]
    if found:
        op.bulk_insert(terms, found)


def downgrade() -> None:
    """Take it away again; what waits for its hold to be over is shown at once."""
    now = datetime.now(UTC).replace(tzinfo=None)
    exposures = sa.table("exposures", sa.column("published_at", sa.DateTime()))
    op.execute(exposures.update().where(exposures.c.published_at > now).values(published_at=now))
    for name in ("board", *BY):
        op.drop_index(f"ix__exposures__{name}", table_name="exposures")
    with op.batch_alter_table("exposures") as batch_op:
        batch_op.drop_constraint("ck__exposures__on_show", type_="check")
        batch_op.drop_constraint("fk__exposures__unit_id", type_="foreignkey")
        batch_op.drop_column("on_show")
        batch_op.drop_column("unit_id")
        batch_op.drop_column("outcome")
    op.create_index("ix__exposures__board", "exposures", ["city_id", "state", "published_at", "id"])
    for name in ("kind", "area"):
        op.create_index(
            f"ix__exposures__{name}", "exposures", ["city_id", "state", BY[name], "published_at", "id"]
        )
    op.drop_table("shown_counts")
    op.drop_table("post_terms")
