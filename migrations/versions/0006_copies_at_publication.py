"""public copies exist only while a post is shown; a picture is judged with a tick.

What was judged before it had to be ticked, and was not handed in, is to be judged again; its boxes stay. Copies that
were made before publication are deleted, those of posts on show are made anew under the digest of their content.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EXPOSURES = sa.table("exposures", sa.column("id"), sa.column("city_id"), sa.column("state"))
PICTURES = sa.table(
    "public_pictures", sa.column("id"), sa.column("exposure_id"), sa.column("boxes", sa.JSON()),
    sa.column("confirmed_by"), sa.column("confirmed_at"), sa.column("source_sha256"),
)  # fmt: skip
JOBS = sa.table(
    "jobs", sa.column("city_id"), sa.column("kind"), sa.column("args", sa.JSON()), sa.column("state"),
    sa.column("run_at", sa.DateTime()), sa.column("attempts"), sa.column("error"),
)  # fmt: skip
WORK = {
    "first_review": "board.drop",
    "second_review": "board.drop",
    "hidden": "board.drop",
    "published": "board.burn",
}


def upgrade() -> None:
    unsent = sa.select(EXPOSURES.c.id).where(EXPOSURES.c.state.in_(["proposed", "redacting"]))
    op.execute(
        PICTURES.update()
        .where(PICTURES.c.exposure_id.in_(unsent))
        .values(confirmed_by=None, confirmed_at=None, source_sha256="")
    )
    _enqueue(WORK)


def _enqueue(work: dict[str, str]) -> None:
    """Write a job for each exposure in the states of `work`."""
    touched = sa.select(EXPOSURES).where(EXPOSURES.c.state.in_(list(work))).order_by(EXPOSURES.c.id)
    now = datetime.now(UTC).replace(tzinfo=None)  # noqa: TID251 - no clock of the app here
    for row in op.get_bind().execute(touched).all():
        op.execute(
            JOBS.insert().values(
                city_id=row.city_id, kind=work[row.state], args={"exposure_id": row.id}, state="ready", run_at=now,
                attempts=0, error="",
            )
        )  # fmt: skip


def downgrade() -> None:
    """Let boxes say no more than the code of before understands: it fills them all. It wants copies in review too."""
    _enqueue(dict.fromkeys(["first_review", "second_review", "hidden"], "board.burn"))
    for row in op.get_bind().execute(sa.select(PICTURES.c.id, PICTURES.c.boxes)).all():
        boxes = [{name: box[name] for name in box if name != "how"} for box in row.boxes]
        op.execute(PICTURES.update().where(PICTURES.c.id == row.id).values(boxes=boxes))
