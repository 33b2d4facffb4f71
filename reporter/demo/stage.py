"""The stage the stories are played on: a story's scene so far, and who and what is at hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_objection, live_exposure_of
from reporter.cases.models import Case, Category
from reporter.cases.queries import get_case
from reporter.demo.scenes import render
from reporter.demo.stories import Story
from reporter.kernel.policy import Actor
from reporter.photos.commands.intake import take_in
from reporter.photos.models import Way
from reporter.ports.clock import FixedClock
from reporter.reports.models import Report
from reporter.reports.queries import get_report

MINUTE = timedelta(minutes=1)


def drawing(name: str, *, seed: int, at: datetime, point: tuple[float, float], by: Actor) -> int:
    """Render a drawing as it was seen two minutes ago, take it in as any photo, and return its id."""
    lon, lat = point
    upload = render(name, seed=seed, taken_at=at - 2 * MINUTE, lon=lon, lat=lat)
    return take_in(upload, by=by, uploader_key="demo", way=Way.DEMO).id


@dataclass
class Scene:
    """One story while it is played: what has become of it so far."""

    number: int
    story: Story
    start: datetime
    chance: Random
    point: tuple[float, float]
    report_id: int = 0
    case_id: int = 0
    objection_id: int = 0
    seeds: dict[int, tuple[str, int]] = field(default_factory=dict)  # photo id to scene and seed

    def report(self) -> Report:
        """Return the report as it is now."""
        return get_report(self.report_id)

    def case(self) -> Case:
        """Return the case as it is now."""
        return get_case(self.case_id)

    def exposure(self) -> Exposure:
        """Return the exposure as it is now."""
        found = live_exposure_of(self.case_id)
        if found is None:
            raise RuntimeError(f"story {self.number} has no exposure")
        return found

    def objection(self) -> Objection:
        """Return the objection as it is now."""
        return get_objection(self.objection_id)


@dataclass
class Stage:
    """Who and what is at hand.

    Attributes:
        people: by key, see `people.toml`; handlers by their unit's id under `unit:<id>`.
        clock: stands in for the real one while the past is played.
        seed: the same seed gives the same city.
    """

    people: dict[str, Actor]
    clock: FixedClock
    now: datetime
    seed: int
    kinds: dict[str, Category]
    scenes: list[Scene] = field(default_factory=list)

    def photo(self, scene: Scene, name: str, *, by: Actor) -> int:
        """Render a drawing, take it in as any photo, and return its id."""
        seed = self.seed * 1000 + scene.number
        photo_id = drawing(name, seed=seed, at=self.clock.now(), point=scene.point, by=by)
        scene.seeds[photo_id] = (name, seed)
        return photo_id

    def handler_of(self, case: Case) -> Actor:
        """Return the handler of the unit the case lies with."""
        return self.handler_at(case.lead_unit_id)

    def handler_at(self, unit_id: int | None) -> Actor:
        """Return the handler of a unit."""
        return self.people[f"unit:{unit_id}"]

    @property
    def units(self) -> list[int]:
        """The ids of the units that have a handler."""
        return [int(key.removeprefix("unit:")) for key in self.people if key.startswith("unit:")]
