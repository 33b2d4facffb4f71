"""What lies near is found by the squares that the database keeps, wherever on earth."""

import pytest
from sqlalchemy import select

from reporter.cases.models import Case
from reporter.kernel.db import db
from reporter.places.geometry import Box, square_at
from reporter.places.near import lies_near
from reporter.reports.models import Report
from tests.make import a_case

PLACES = [(113.109, 41.032), (-71.0589, 42.3601), (-0.0004, -33.9), (179.9994, 0.0003), (113.108, 41.034)]


@pytest.mark.parametrize("place", PLACES)
def test_the_database_keeps_the_square_that_the_rules_name(place: tuple[float, float]) -> None:
    case = a_case(lon=place[0], lat=place[1])

    kept = db.session.scalar(select(Case.square).where(Case.id == case.id))

    assert kept is not None
    assert kept in {square_at(*place) - down - aside for down in (0, 180_000) for aside in (0, 1)}


def test_a_case_that_is_put_somewhere_else_is_found_there_and_no_longer_here() -> None:
    case = a_case(lon=113.109, lat=41.032)
    case.lon, case.lat = 113.2, 41.1
    db.session.commit()

    here, there = (
        db.session.scalars(select(Case.id).where(lies_near(Case, *at, metres=60))).all()
        for at in ((113.109, 41.032), (113.2, 41.1))
    )

    assert (here, there) == ([], [case.id])


@pytest.mark.parametrize("place", PLACES)
def test_points_at_the_very_reach_are_found_in_every_direction(place: tuple[float, float]) -> None:
    box = Box.around(*place, radius_m=120)
    around = [
        (lon, lat) for lon in (box.west, place[0], box.east) for lat in (box.south, place[1], box.north)
    ]
    ids = {a_case(lon=lon, lat=lat).id for lon, lat in around}

    found = db.session.scalars(select(Case.id).where(lies_near(Case, *place, metres=120)))

    assert set(found) == ids


def test_a_reach_of_many_squares_asks_for_the_box_alone() -> None:
    far = str(lies_near(Report, 113.1, 41.0, metres=50_000))

    assert "square" not in far
    assert "square" in str(lies_near(Report, 113.1, 41.0, metres=50))
