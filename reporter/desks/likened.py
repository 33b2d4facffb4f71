"""Why two things somebody reported may be the same, in words."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l

from reporter.reports.likeness import Ground

_WHY: Mapping[Ground, object] = {
    Ground.PICTURE: _l("a photo shows the same"),
    Ground.SPOT: _l("on the same spot"),
    Ground.SUBTYPE: _l("of the same sub-type"),
    Ground.WORDS: _l("in similar words"),
    Ground.DAY: _l("reported within a day"),
}


def why_alike(grounds: Sequence[Ground]) -> list[str]:
    """Return the grounds in words, in their order."""
    return [str(_WHY[ground]) for ground in grounds]
