"""pictures that come with objections, from where they come, what they do to their post; phone numbers of people."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

REACH = sa.Enum("nothing", "hides", "many", "answered", name="reach", native_enum=False, length=32)
GRAVE = ("minor", "identity", "wrong_place")
AT_HOME = re.compile(r"(?:\+86|0086|86)(1[0-9]{10})")


def upgrade() -> None:
    """Add what is new; grave objections of before hide their post, and people's numbers are those they sign in with."""
    with op.batch_alter_table("objections") as batch_op:
        batch_op.add_column(sa.Column("reach", REACH, nullable=False, server_default="nothing"))
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=False, server_default="2"))
        batch_op.add_column(sa.Column("origin", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("evidence_count", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_index("ix__objections__queue")
    objections = sa.table("objections", *map(sa.column, ("kind", "reach", "rank")))
    grave = objections.update().where(objections.c.kind.in_(GRAVE))
    op.execute(grave.values(reach="hides", rank=1))
    with op.batch_alter_table("objections") as batch_op:
        for name in ("reach", "rank", "origin", "evidence_count"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_index("ix__objections__queue", ["city_id", "state", "rank", "due_at", "id"])
        batch_op.create_index("ix__objections__origin", ["city_id", "origin", "filed_at"])
        batch_op.create_index("ix__objections__decided", ["city_id", "decided_at"])
    _evidence()
    _mobiles()


def _evidence() -> None:
    op.create_table(
        "evidence_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["objections.id"], name="fk__evidence_pictures__objection_id"
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk__evidence_pictures__photo_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__evidence_pictures__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__evidence_pictures"),
        sa.UniqueConstraint("city_id", "photo_id", name="uq__evidence_pictures__city_id_photo_id"),
    )
    op.create_index("ix__evidence_pictures__objection_id", "evidence_pictures", ["objection_id"])


def _mobiles() -> None:
    """Write people's numbers without the country's own prefix."""
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("mobile", sa.String(), nullable=False, server_default=""))
    users = sa.table("users", *map(sa.column, ("id", "phone", "mobile")))
    known = sa.select(users.c.id, users.c.phone).where(users.c.phone.is_not(None))
    for user_id, phone in op.get_bind().execute(known).all():
        at_home = AT_HOME.fullmatch(phone)
        op.execute(
            users.update().where(users.c.id == user_id).values(mobile=at_home[1] if at_home else phone)
        )
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("mobile", server_default=None)
        batch_op.create_index("ix__users__mobile", ["city_id", "mobile"])


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_index("ix__users__mobile")
        batch_op.drop_column("mobile")
    op.drop_table("evidence_pictures")
    with op.batch_alter_table("objections") as batch_op:
        for name in ("decided", "origin", "queue"):
            batch_op.drop_index(f"ix__objections__{name}")
        for name in ("evidence_count", "origin", "rank", "reach"):
            batch_op.drop_column(name)
        batch_op.create_index("ix__objections__queue", ["city_id", "state", "due_at", "id"])
