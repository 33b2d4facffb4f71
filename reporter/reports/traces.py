"""By what reports are known again among others, and what that says of one of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import product

from sqlalchemy import select, union_all

from reporter.kernel.db import current_city_id, db
from reporter.photos.models import Photo
from reporter.ports import ports
from reporter.reports.mentions import SHORTEST, bare, plates_in, shops_in
from reporter.reports.minors import flagged_in, speaks_of_minors
from reporter.reports.models import Report, ReportTrace
from reporter.reports.queries import flagged_words, messages_of
from reporter.reports.risk import Facts, Mark, Other
from reporter.reports.screening import personal_data, short_lived

KEPT = timedelta(days=7)
CELL = 0.0005  # degrees, some fifty metres: a place is its cell and the eight around it
AT_MOST = 40  # rows read of each mark: more of the same say nothing new


def key_of(mark: Mark, text: str) -> str:
    """Return the digest by which a mark is found."""
    return ports.seals.digest(f"{current_city_id()} {mark} {text}")


def place_keys(lon: float, lat: float) -> list[str]:
    """Return the keys of the cell that a WGS 84 point lies in, first, and of the eight around it."""
    x, y = int(lon // CELL), int(lat // CELL)
    around = sorted(product((-1, 0, 1), repeat=2), key=lambda step: step != (0, 0))
    return [key_of(Mark.PLACE, f"{x + dx} {y + dy}") for dx, dy in around]


def keys_of(report: Report, words: str, photos: Sequence[Photo]) -> dict[str, Mark]:
    """Return key -> mark of what a report shows and says, but of who sent it."""
    texts = [(Mark.PLATE, plate) for plate in plates_in(words)]
    texts += [(Mark.SHOP, shop) for shop in shops_in(words)]
    texts += [(Mark.PICTURE, str(photo.same_as or photo.id)) for photo in photos]
    if len(bare(report.words)) >= SHORTEST:
        texts.append((Mark.WORDS, bare(report.words)))
    own = {place_keys(report.lon, report.lat)[0]: Mark.PLACE}
    return own | {key_of(mark, text): mark for mark, text in texts}


def traces_of(report_id: int) -> Sequence[ReportTrace]:
    """Return the marks of a report that are kept still."""
    return db.session.scalars(select(ReportTrace).where(ReportTrace.report_id == report_id)).all()


def others_with(report: Report, keys: Mapping[str, Mark]) -> list[Other]:
    """Return the reports of the days before, and since, that carry one of `keys`; in one query."""
    if not keys:
        return []
    columns = (ReportTrace.mark, ReportTrace.report_id, ReportTrace.sender, ReportTrace.at)
    each = [
        select(
            select(*columns)
            .where(
                ReportTrace.city_id == current_city_id(),
                ReportTrace.key == key,
                ReportTrace.at >= report.submitted_at - KEPT,
                ReportTrace.report_id != report.id,
            )
            .order_by(ReportTrace.at.desc())
            .limit(AT_MOST)
            .subquery()
        )
        for key in keys
    ]
    return [Other(*row) for row in db.session.execute(union_all(*each))]


def facts_of(
    report: Report,
    others: Sequence[Other],
    *,
    sender: str,
    newcomer: bool = False,
    over_budget: bool = False,
    minor_seen: bool = False,
) -> Facts:
    """Return what is known of a report, as it is weighed."""
    answers = [message.words for message in messages_of(report.id) if not message.from_centre]
    said = " ".join([report.words, *answers])
    return Facts(
        at=report.submitted_at, urgent=report.urgent, flags=report.flags, words=report.words, newcomer=newcomer,
        short_lived=short_lived(report.contact), over_budget=over_budget,
        held=personal_data(said), minors=speaks_of_minors(said), minor_seen=minor_seen,
        flagged=flagged_in(said, flagged_words()), sender=sender, others=others,
    )  # fmt: skip


def is_first_of(user_id: int, report_id: int) -> bool:
    """Tell whether this is the first report of a person."""
    before = select(Report.id).where(Report.reporter_id == user_id, Report.id < report_id)
    return db.session.scalar(before.limit(1)) is None
