"""English beside the Chinese of what editors write."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

ENGLISH = {
    "articles": ("title_en", "standfirst_en", "body_en"),
    "article_pictures": ("caption_en",),
    "honours": ("name_en", "deed_en"),
    "service_notices": ("title_en", "sentence_en"),
}


def upgrade() -> None:
    """Add the English texts, all empty."""
    for table, names in ENGLISH.items():
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    """Take them away."""
    for table, names in ENGLISH.items():
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.drop_column(name)
