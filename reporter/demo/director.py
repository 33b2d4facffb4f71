"""Play the stories in the order in which things happened, on a clock that is moved through time."""

import heapq
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random

from reporter.accounts.models import User
from reporter.cases.queries import categories
from reporter.cities.queries import local
from reporter.demo.areas import PLACES, ROADS, Spot
from reporter.demo.stage import MINUTE, Scene, Stage
from reporter.demo.stories import SCRIPTS, STORIES, D, Story
from reporter.demo.verbs import VERBS, submit
from reporter.ports.clock import FixedClock

NEARBY = 0.0012  # degrees by which a story's point lies off its road's
DAYLIGHT = (8, 15)  # hours
STRETCHED = frozenset({"result"})


class Director:
    """Plays every story in the order in which its steps happened.

    Args:
        people: by key, see `people.toml`; handlers by their unit's id under `unit:<id>`.
        clock: stands in for the real one while the past is played.
        seed: the same seed gives the same city.
        stories: what happens in it.
    """

    def __init__(
        self,
        people: dict[str, User],
        clock: FixedClock,
        *,
        now: datetime,
        seed: int,
        stories: Sequence[Story] = STORIES,
    ) -> None:
        self.stories = stories
        self.clock, self.now, self.seed = clock, now, seed
        actors = {key: user.actor for key, user in people.items()}
        kinds = {kind.slug: kind for kind in categories()}
        self.stage = Stage(actors, clock, now, seed, kinds)
        self.roads: dict[str, Spot] = {spot.name_zh: spot for spot in (*PLACES, *ROADS)}

    def play(self, between: Callable[[], None]) -> int:
        """Play all stories, call `between` before every step, and return how many stories they were."""
        agenda: list[tuple[datetime, int, int]] = []
        for number, story in enumerate(self.stories):
            chance = Random(f"{self.seed}:{number}")  # noqa: S311 - the same city for the same seed
            start = self._start(story, chance)
            self.stage.scenes.append(Scene(number, story, start, chance, self._point(story, chance)))
            heapq.heappush(agenda, (start, number, -1))
        while agenda:
            between()
            at, number, step = heapq.heappop(agenda)
            scene = self.stage.scenes[number]
            self.clock.set(at)
            self._play_step(scene, step)
            script = SCRIPTS[scene.story.goal]
            if step + 1 < len(script):
                heapq.heappush(agenda, (self._when(scene, at, step + 1), number, step + 1))
        self.clock.set(self.now)
        return len(self.stage.scenes)

    def _start(self, story: Story, chance: Random) -> datetime:
        """Return when a story was reported; what is older than a day was seen by daylight."""
        start = self.now - story.ago * MINUTE
        if story.ago < D:
            return start
        here = local(start)
        seen = here.replace(hour=chance.randint(*DAYLIGHT), minute=chance.randint(0, 59))
        return (seen if seen <= here else seen - D * MINUTE).astimezone(
            UTC
        )  # never after what others tell of it

    def _point(self, story: Story, chance: Random) -> tuple[float, float]:
        road = self.roads.get(story.road) or ROADS[0]
        off = [round(chance.uniform(-NEARBY, NEARBY), 6) for _ in range(2)]
        return road.lon + off[0], road.lat + off[1]

    def _when(self, scene: Scene, before: datetime, step: int) -> datetime:
        script, pace = SCRIPTS[scene.story.goal], scene.story.pace
        verb, minutes = script[step]
        stretch = pace if verb in STRETCHED else 1.0
        wanted = before + minutes * stretch * scene.chance.uniform(0.8, 1.2) * MINUTE
        left = len(script) - step
        latest = self.now - left * MINUTE
        return min(wanted, max(before, latest))

    def _play_step(self, scene: Scene, step: int) -> None:
        if step < 0:
            submit(self.stage, scene)
        else:
            VERBS[SCRIPTS[scene.story.goal][step][0]](self.stage, scene)
