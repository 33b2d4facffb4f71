"""contacts of people lie sealed and are found by a mark; codes to sign in; real names apart.

Revision ID: 0023
Revises: 0022
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from reporter.accounts.rules import known_as
from reporter.ports import ports
from reporter.ports.seals import Unsealed

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

PURPOSE = sa.Enum("sign_in", "new_contact", "erase", name="purpose", native_enum=False, length=32)
COLUMNS = ("email", "phone", "mobile")
AT_ONCE = 1000  # rows


def upgrade() -> None:
    """Seal what stands in the table, and find it by marks from now on."""
    with op.batch_alter_table("users") as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(f"{name}_mark", sa.String(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq__users__city_id_email"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq__users__city_id_phone"), type_="unique")
        batch_op.drop_index("ix__users__mobile")
    _each_person(
        lambda text: (ports.seals.seal(text, purpose="contact"), _mark(text)) if text else (text, None)
    )
    with op.batch_alter_table("users") as batch_op:
        batch_op.create_unique_constraint(
            batch_op.f("uq__users__city_id_email_mark"), ["city_id", "email_mark"]
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq__users__city_id_phone_mark"), ["city_id", "phone_mark"]
        )
        batch_op.create_index("ix__users__mobile_mark", ["city_id", "mobile_mark"])
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", PURPOSE, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__one_time_codes__user_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__one_time_codes__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__one_time_codes"),
    )
    op.create_index("ix__one_time_codes__mark", "one_time_codes", ["city_id", "mark", "made_at"])
    op.create_index("ix__one_time_codes__made_at", "one_time_codes", ["city_id", "made_at"])
    op.create_table(
        "real_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__real_names__user_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__real_names__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__real_names"),
        sa.UniqueConstraint("city_id", "user_id", name="uq__real_names__city_id_user_id"),
    )


def downgrade() -> None:
    """Write contacts openly again; what was sealed with another key is lost, and so are codes and real names."""
    op.drop_table("real_names")
    op.drop_table("one_time_codes")
    _each_person(lambda text: (_unsealed(text), None))
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_index("ix__users__mobile_mark")
        batch_op.drop_constraint(batch_op.f("uq__users__city_id_phone_mark"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq__users__city_id_email_mark"), type_="unique")
        for name in COLUMNS:
            batch_op.drop_column(f"{name}_mark")
        batch_op.create_unique_constraint(batch_op.f("uq__users__city_id_email"), ["city_id", "email"])
        batch_op.create_unique_constraint(batch_op.f("uq__users__city_id_phone"), ["city_id", "phone"])
        batch_op.create_index("ix__users__mobile", ["city_id", "mobile"])


def _mark(text: str) -> str:
    return ports.seals.digest(f"contact {known_as(text)}")


def _unsealed(text: str | None) -> str | None:
    try:
        return ports.seals.unseal(text, purpose="contact") if text else text
    except Unsealed:
        return None


def _each_person(change: Callable[[str | None], tuple[str | None, str | None]]) -> None:
    """Write each contact of each person anew, as `change` gives it with its mark."""
    names = [part for name in COLUMNS for part in (name, f"{name}_mark")]
    users: Any = sa.table("users", sa.column("id"), *map(sa.column, names))
    connection, last = op.get_bind(), 0
    while found := connection.execute(
        sa.select(users).where(users.c.id > last).order_by(users.c.id).limit(AT_ONCE)
    ).all():
        for row in found:
            values: dict[str, str | None] = {}
            for name in COLUMNS:
                text, mark = change(getattr(row, name))
                values |= {name: text or ("" if name == "mobile" else text), f"{name}_mark": mark}
            connection.execute(users.update().where(users.c.id == row.id).values(values))
        last = found[-1].id
