"""The kind that a report's words speak for, in words: which they are, of how many such reports, how sure."""

from flask_babel import gettext as _

from reporter.desks.triage.lookups import Lookups
from reporter.desks.words import named
from reporter.learning.queries import suggested_kind


def learnt_reasons(words: str, found: Lookups, *, category_id: int) -> list[str]:
    """Return why the words speak for a kind, [] where nothing was learnt or it is not sure enough.

    Args:
        category_id: the kind that stands there now.
    """
    suggestion = suggested_kind(words)
    kind = found.kinds.get(suggestion.category_id) if suggestion else None
    if suggestion is None or kind is None:
        return []
    facts = {
        "words": _("“%(words)s”", words=_("”, “").join(suggestion.because)),
        "number": suggestion.of_kind, "all": suggestion.of_all, "sure": round(suggestion.sure * 100),
        "first": suggestion.because[0], "kind": named(kind),
    }  # fmt: skip
    if kind.id == category_id:
        return [_("The words %(words)s say so too: %(sure)s %% sure; of %(all)s decided reports with “%(first)s” %(number)s were of this kind", **facts)]  # fmt: skip
    return [_("The words %(words)s speak for %(kind)s: %(sure)s %% sure; of %(all)s decided reports with “%(first)s” %(number)s were of that kind", **facts)]  # fmt: skip
