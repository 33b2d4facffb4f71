"""Public copies in the tests: posts that wait for theirs, what lies in the store, rows past every door."""

from collections.abc import Mapping
from typing import Any

from reporter.board.commands.exposures import publish
from reporter.board.lifecycle import State
from reporter.board.models import Exposure, PublicPicture
from reporter.board.queries import get_exposure
from reporter.kernel.db import command
from reporter.ports import Ports
from tests.board.posts import Editors, an_exposure, editors

NAMES = {f"{side}.{form}" for side in (480, 960, 1600) for form in ("webp", "jpeg")}


def accepted(team: Editors | None = None) -> Exposure:
    """Return a post that was published a moment ago; its copies are still to be made."""
    team = team or editors()
    exposure = an_exposure(State.SECOND_REVIEW, team=team)
    publish(exposure, by=team.second.actor)
    return get_exposure(exposure.id)


def public_files(fakes: Ports) -> list[str]:
    """Return the keys of all public files."""
    return list(fakes.storage.iterate("public/"))


@command
def doctor(exposure_id: int, changes: Mapping[str, Any]) -> PublicPicture:
    """Doctor the row past every door."""
    picture = get_exposure(exposure_id).pictures[0]
    for name, value in changes.items():
        setattr(picture, name, value)
    return picture
