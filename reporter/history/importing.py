"""Bring the past of a city over: read a file record by record, judge each, write them in batches."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo

from reporter.cities.queries import current_city
from reporter.history.commands import Brought, Origin, Placed, bring, finish
from reporter.history.findings import Findings
from reporter.history.mapping import ServiceMap
from reporter.history.queries import runs_of
from reporter.history.records import Record, Unreadable, read_records
from reporter.history.requests import Reading, Refusal, Request, Why, understood
from reporter.history.seen import Seen
from reporter.history.targets import Target, chosen, targets
from reporter.kernel.db import current_city_id
from reporter.kernel.dialect import alone
from reporter.kernel.errors import Busy, Conflict
from reporter.kernel.policy import Actor
from reporter.places.geometry import Box, to_wgs84
from reporter.places.queries import areas_of, city_bounds
from reporter.ports import ports

BATCH = 500  # requests in one transaction
TRIES, PAUSE = 6, 0.2  # seconds before the second try; twice as long before each further one


class NotNow(Exception):
    """It cannot begin; the text says why and what to do."""


@dataclass(frozen=True)
class Telling:
    """Who is told while it goes on.

    Attributes:
        progress: how many bytes and how many records have been read.
        refused: each record that is refused, with its fields.
    """

    progress: Callable[[int, int], object] = lambda _bytes, _records: None
    refused: Callable[[Refusal, Record], object] = lambda _refusal, _record: None


def bring_over(
    file: BinaryIO, name: str, terms: ServiceMap, *, by: Actor, dry_run: bool = False, telling: Telling | None = None
) -> Findings:  # fmt: skip
    """Bring the requests of `file` over into the current city and return what was found.

    The same file again changes nothing, and one that was broken off goes on: what is there is passed over.

    Args:
        file: open at its beginning, able to seek.
        name: what it is called.
        terms: how the other system's words become ours.
        by: on whose order.
        dry_run: only look; nothing is written.
        telling: who is told while it goes on.

    Raises:
        NotNow: the city has no areas, or somebody else is at it just now.
    """
    bounds = city_bounds()
    if bounds is None:
        raise NotNow("This city has no areas yet: flask areas import FILE comes first.")
    with alone(f"import-{current_city_id()}") as nobody_else, Seen() as seen:
        if not nobody_else:
            raise NotNow("Another import into this city is under way just now: wait for its end.")
        run = _Run(terms, bounds, seen, telling or Telling())
        origin = Origin(terms.source, name, terms.open_per_day, terms.datum)
        for placed in run.batches(file):
            run.add(_looked_up(placed, origin) if dry_run else _written(placed, origin, by))
        if run.id is not None and not run.findings.broken:
            finish(run.id, refused=run.findings.number_refused, by=by)
        return run.findings


class _Run:
    """Judges the records of a file and counts what becomes of them."""

    def __init__(self, terms: ServiceMap, bounds: Box, seen: Seen, telling: Telling) -> None:
        self.findings = Findings()
        self.id: int | None = None
        self._terms, self._bounds, self._seen, self._telling = terms, bounds, seen, telling
        self._targets: Mapping[str, Target | None] = chosen(terms.services, targets())
        zone = terms.zone or ZoneInfo(current_city().zone)
        self._reading = Reading(terms.fields, terms.statuses, zone, ports.clock.now())

    def batches(self, file: BinaryIO) -> Iterator[list[Placed]]:
        """Yield what can come over, some hundred at a time."""
        records_of_file = self._records(file)
        while records := list(islice(records_of_file, BATCH)):
            yield self._placed(records)
            self._telling.progress(file.tell(), self.findings.read)

    def add(self, brought: Brought) -> None:
        """Count what became of a batch."""
        self.id = brought.run_id or self.id
        self.findings.here += len(brought.known)
        self.findings.still_open += brought.still_open
        self.findings.ended += brought.ended

    def _records(self, file: BinaryIO) -> Iterator[Record]:
        """Yield records up to where the file cannot be read any further."""
        try:
            yield from read_records(file, encoding=self._terms.encoding)
        except Unreadable as error:
            self.findings.broken = str(error)

    def _placed(self, records: Sequence[Record]) -> list[Placed]:
        wanted: list[tuple[Record, Request, Target]] = []
        for record in records:
            self.findings.read += 1
            request = understood(record, self._reading)
            self.findings.meet(request.code, request.name)
            if isinstance(request, Refusal):
                self._refuse(record, request)
            elif target := self._target(record, request):
                wanted.append((record, request, target))
        return self._in_areas(wanted)

    def _target(self, record: Record, request: Request) -> Target | None:
        """Return what a request becomes, None when it does not come over."""
        if request.code not in self._targets:
            self._against(Why.UNMAPPED, record, request)
            return None
        target = self._targets[request.code]
        if target is None:
            self.findings.skipped += 1
        return target

    def _in_areas(self, wanted: Sequence[tuple[Record, Request, Target]]) -> list[Placed]:
        points = [to_wgs84(request.lon, request.lat, self._terms.datum) for _, request, _ in wanted]
        found: list[Placed] = []
        for (record, request, target), (lon, lat), area_id in zip(
            wanted, points, areas_of(points), strict=True
        ):
            if not self._bounds.contains(lon, lat):
                self._against(Why.OUTSIDE, record, request)
            elif not self._seen.is_new(request.id):
                self._against(Why.TWICE, record, request)
            else:
                self.findings.cut += request.cut
                self.findings.no_area += area_id is None
                found.append(Placed(request, target, lon, lat, area_id))
        return found

    def _against(self, why: Why, record: Record, request: Request) -> None:
        self._refuse(record, Refusal(why, record.number, request.id, request.code, request.name))

    def _refuse(self, record: Record, refusal: Refusal) -> None:
        self.findings.refuse(refusal)
        self._telling.refused(refusal, record)


def _looked_up(placed: Sequence[Placed], origin: Origin) -> Brought:
    """Return what writing them would give."""
    known = runs_of(origin.source, [one.request.id for one in placed])
    fresh = [one for one in placed if one.request.id not in known]
    still_open = sum(one.request.ended_at is None for one in fresh)
    return Brought(None, known, still_open, len(fresh) - still_open)


def _written(placed: Sequence[Placed], origin: Origin, by: Actor) -> Brought:
    """Write them; somebody who works in the city at the same moment may be in the way for some seconds."""
    for again in range(1, TRIES):
        try:
            return bring(placed, origin, by=by)
        except (Conflict, Busy):
            time.sleep(PAUSE * 2**again)
    return bring(placed, origin, by=by)
