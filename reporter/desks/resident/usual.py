"""How long it usually takes, beside what is promised."""

from flask_babel import gettext as _

from reporter.desks.dates import roughly
from reporter.desks.resident.story import Story
from reporter.desks.words import named, thousands
from reporter.insight.queries import times_of_kind
from reporter.insight.rates import FEW
from reporter.places.queries import area_names


def usual_words(story: Story) -> str:
    """Return within what time half of such cases were put right lately: here, else in the city; "" of too few."""
    kind, area_id = (story.case or story.report).category_id, (story.case or story.report).area_id
    here = times_of_kind(kind, area_id=area_id) if area_id else None
    if here and here.n >= FEW and here.half:
        area = named(area_names([area_id]).get(area_id)) if area_id else ""
        return _(
            "Of the last %(n)s such cases in %(area)s, half were put right within about %(time)s.",
            n=thousands(here.n), area=area, time=roughly(here.half),
        )  # fmt: skip
    all_over = times_of_kind(kind)
    if all_over.n < FEW or not all_over.half:
        return ""
    return _(
        "Of the last %(n)s such cases in the city, half were put right within about %(time)s.",
        n=thousands(all_over.n), time=roughly(all_over.half),
    )  # fmt: skip
