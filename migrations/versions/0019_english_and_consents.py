"""English beside the Chinese of what editors write; whom articles name, and who agreed to it, in one table."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ENGLISH = {
    "articles": ("title_en", "standfirst_en", "body_en"),
    "article_pictures": ("caption_en",),
    "honours": ("name_en", "deed_en"),
    "service_notices": ("title_en", "sentence_en"),
}
GIVER = sa.Enum("person", "guardian", name="giver", native_enum=False, length=32)
WAY = sa.Enum("paper", "message", "call", name="consentway", native_enum=False, length=32)
KEPT = (
    "city_id, honour_id, giver, giver_name, way, given_on, reference, recorder_id, recorded_at, withdrawn_at"
)


def upgrade() -> None:
    """Add the English texts and the names, all empty; consents of before are to the name that stands there."""
    for table, names in ENGLISH.items():
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("articles") as batch_op:
        batch_op.add_column(sa.Column("people", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("articles") as batch_op:
        batch_op.alter_column("people", server_default=None)
    op.create_table(
        "consents",
        *_of_a_consent("consents"),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("honour_id", sa.Integer(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk__consents__article_id"),
        sa.UniqueConstraint("article_id", "person", name="uq__consents__article_id_person"),
        sa.UniqueConstraint("honour_id", "person", name="uq__consents__honour_id_person"),
        sa.CheckConstraint("(article_id IS NULL) <> (honour_id IS NULL)", name="ck__consents__subject"),
    )
    name = "SELECT name FROM honours WHERE honours.id = honour_consents.honour_id"
    op.execute(f"INSERT INTO consents ({KEPT}, person) SELECT {KEPT}, ({name}) FROM honour_consents")  # noqa: S608 - nothing of it is typed
    op.drop_table("honour_consents")


def _of_a_consent(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("giver", GIVER, nullable=False),
        sa.Column("giver_name", sa.String(), nullable=False),
        sa.Column("way", WAY, nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("recorder_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["honour_id"], ["honours.id"], name=f"fk__{table}__honour_id"),
        sa.ForeignKeyConstraint(["recorder_id"], ["users.id"], name=f"fk__{table}__recorder_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=f"fk__{table}__city_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk__{table}"),
    )


def downgrade() -> None:
    """Take them away; of an entry of the honour list the newest consent stays."""
    op.create_table(
        "honour_consents",
        *_of_a_consent("honour_consents"),
        sa.Column("honour_id", sa.Integer(), nullable=False),
        sa.UniqueConstraint("honour_id", name="uq__honour_consents__honour_id"),
    )
    newest = "SELECT MAX(id) FROM consents WHERE honour_id IS NOT NULL GROUP BY honour_id"
    op.execute(f"INSERT INTO honour_consents ({KEPT}) SELECT {KEPT} FROM consents WHERE id IN ({newest})")  # noqa: S608 - nothing of it is typed
    op.drop_table("consents")
    for table, names in ENGLISH.items():
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.drop_column(name)
    with op.batch_alter_table("articles") as batch_op:
        batch_op.drop_column("people")
