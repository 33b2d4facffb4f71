"""articles, the honour list, public-service notices."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STATE = sa.Enum("draft", "in_review", "published", "withdrawn", name="state", native_enum=False, length=32)
RUBRIC = sa.Enum("progress", "civility", name="rubric", native_enum=False, length=32)
KIND = sa.Enum(
    "person",
    "volunteer",
    "unit",
    "family",
    "campus",
    "village",
    name="honourkind",
    native_enum=False,
    length=32,
)
GIVER = sa.Enum("person", "guardian", name="giver", native_enum=False, length=32)
WAY = sa.Enum("paper", "message", "call", name="consentway", native_enum=False, length=32)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("rubric", RUBRIC, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("standfirst", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        *_of_a_piece("articles"),
        sa.UniqueConstraint("city_id", "public_id", name="uq__articles__city_id_public_id"),
    )
    op.create_index("ix__articles__column", "articles", ["city_id", "rubric", "state", "published_at", "id"])
    _pictures()
    op.create_table(
        "honours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        *_of_a_piece("honours"),
    )
    op.create_index("ix__honours__list", "honours", ["city_id", "state", "published_at", "id"])
    _consents()
    op.create_table(
        "service_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        *_of_a_piece("service_notices"),
    )
    op.create_index(
        "ix__service_notices__shown", "service_notices", ["city_id", "state", "until", "sort", "id"]
    )


def _of_a_piece(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("state", STATE, nullable=False),
        sa.Column("writer_ids", sa.JSON(), nullable=False),
        sa.Column("releaser_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("end_words", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trail_length", sa.Integer(), nullable=False),
        sa.Column("trail_head", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["releaser_id"], ["users.id"], name=f"fk__{table}__releaser_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name=f"fk__{table}__city_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk__{table}"),
    )


def _pictures() -> None:
    op.create_table(
        "article_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("boxes", sa.JSON(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("copies", sa.JSON(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk__article_pictures__article_id"),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk__article_pictures__photo_id"),
        sa.ForeignKeyConstraint(["confirmed_by"], ["users.id"], name="fk__article_pictures__confirmed_by"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__article_pictures__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__article_pictures"),
        sa.UniqueConstraint("article_id", "photo_id", name="uq__article_pictures__article_id_photo_id"),
        sa.UniqueConstraint("token", name="uq__article_pictures__token"),
    )


def _consents() -> None:
    op.create_table(
        "honour_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("honour_id", sa.Integer(), nullable=False),
        sa.Column("giver", GIVER, nullable=False),
        sa.Column("giver_name", sa.String(), nullable=False),
        sa.Column("way", WAY, nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("recorder_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["honour_id"], ["honours.id"], name="fk__honour_consents__honour_id"),
        sa.ForeignKeyConstraint(["recorder_id"], ["users.id"], name="fk__honour_consents__recorder_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__honour_consents__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__honour_consents"),
        sa.UniqueConstraint("honour_id", name="uq__honour_consents__honour_id"),
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in ("service_notices", "honour_consents", "honours", "article_pictures", "articles"):
        op.drop_table(table)
