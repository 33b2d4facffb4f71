"""Kinds, areas and units by id, read once for a page, so that no row asks for its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from flask_babel import gettext as _
from sqlalchemy import inspect

from reporter.cases.models import Category, Subcategory
from reporter.cases.queries import categories, get_category
from reporter.desks.shelf import shelf
from reporter.desks.words import named, speaks_chinese
from reporter.kernel.db import Model, current_city_id
from reporter.places.models import Area
from reporter.places.queries import areas_by_id
from reporter.places.shapes import Level
from reporter.routing.models import Unit
from reporter.routing.queries import get_unit, units_by_id

Kept = TypeVar("Kept", bound=Model)
ADDRESS_SHOWN = 40  # characters


class Placed(Protocol):
    """A report or a case: something of a kind at a place."""

    @property
    def category_id(self) -> int: ...

    @property
    def subcategory_id(self) -> int | None: ...

    @property
    def area_id(self) -> int | None: ...

    @property
    def address(self) -> str: ...


@dataclass(frozen=True)
class Lookups:
    """What rows call by id; kinds that are no longer in use are there too."""

    kinds: dict[int, Category]
    subs: dict[int, Subcategory]
    areas: dict[int, Area]
    units: dict[int, Unit]

    def kind(self, thing: Placed) -> Category:
        """Return the kind of a report or case."""
        return self.kinds.get(thing.category_id) or get_category(thing.category_id)

    def sub(self, thing: Placed) -> Subcategory | None:
        """Return the sub-type, else None."""
        return self.subs.get(thing.subcategory_id or 0)

    def kind_words(self, thing: Placed) -> str:
        """Return kind and sub-type in one line."""
        return " · ".join(named(part) for part in (self.kind(thing), self.sub(thing)) if part)

    def line(self, thing: Placed) -> str:
        """Return kind and area in one line."""
        area = self.areas.get(thing.area_id or 0)
        return " · ".join(named(part) for part in (self.kind(thing), area) if part)

    def title(self, thing: Placed) -> str:
        """Return place and kind as a title in the reader's language."""
        kind, place = named(self.sub(thing) or self.kind(thing)), thing.address[:ADDRESS_SHOWN]
        if speaks_chinese() or not place:
            return f"{place}{kind}"
        return _("%(kind)s, %(place)s", kind=kind, place=place)

    def unit(self, unit_id: int) -> Unit:
        """Return a unit. Raises `NotFound`."""
        return self.units.get(unit_id) or get_unit(unit_id)

    def unit_name(self, unit_id: int | None) -> str:
        """Return the name of a unit, "" when there is none."""
        return named(self.units.get(unit_id or 0))

    @property
    def kinds_in_use(self) -> list[Category]:
        """Return the kinds that may be chosen, in their order: their place is the key 1 to 9."""
        return [kind for kind in self.kinds.values() if kind.active]

    @property
    def areas_in_use(self) -> list[Area]:
        """Return the areas that may be chosen from a list.

        County and city frame the map of a city that has finer ones; unit grids are thousands, which nobody reads.
        """
        active = [area for area in self.areas.values() if area.active]
        listed = [area for area in active if area.level in {Level.STREET, Level.COMMUNITY}]
        return listed or [area for area in active if area.level is not Level.GRID] or active

    @property
    def units_in_use(self) -> list[Unit]:
        """Return the units that take cases."""
        return [unit for unit in self.units.values() if unit.active]


def look_up() -> Lookups:
    """Return what the current city has, some seconds old at most: in four queries, or in none.

    What is newer than that is read anew where a row calls for it, see `Lookups.kind` and `Lookups.unit`.
    """
    return shelf().list_of(("lookups", current_city_id()), _read)


def _read() -> Lookups:
    kinds: Sequence[Category] = [_apart(kind) for kind in categories(active=False)]
    return Lookups(
        kinds={kind.id: kind for kind in kinds},
        subs={sub.id: sub for kind in kinds for sub in kind.subcategories},
        areas={key: _apart(area) for key, area in areas_by_id().items()},
        units={key: _apart(unit) for key, unit in units_by_id().items()},
    )


def _apart(row: Kept) -> Kept:
    """Return a copy of `row` that belongs to no session, to be read by any thread; with its sub-types where it has some."""
    state = inspect(row)
    known = {one.key: state.dict[one.key] for one in state.mapper.column_attrs if one.key in state.dict}
    if isinstance(row, Category):
        known["subcategories"] = [_apart(sub) for sub in row.subcategories]
    return type(row)(**known)
