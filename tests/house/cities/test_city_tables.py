"""Every root row names its city, and every key begins with it or says why not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Index, Table, UniqueConstraint, func, select

from reporter.kernel.db import db
from tests.house.cities.homes import ROOTS, Home

# Keys that do not begin with the city: those of a row which belongs to one, by the column that refers to it ...
THROUGH = {
    "uq__calm_passes__report_id": "report_id",
    "uq__case_photos__case_id_photo_id": "case_id",
    "uq__former_areas__area_id_until": "area_id",
    "uq__post_terms__exposure_id_term": "exposure_id",
    "ix__appeals__report": "report_id",
    "uq__shown_posts__exposure_id": "exposure_id",
    "uq__article_pictures__article_id_photo_id": "article_id",
    "uq__consents__article_id_person": "article_id",
    "uq__consents__honour_id_person": "honour_id",
    "uq__public_pictures__exposure_id_photo_id": "exposure_id",
    "uq__nearby_pictures__photo_id": "photo_id",
    "uq__report_photos__report_id_photo_id": "report_id",
    "uq__report_traces__report_id_key": "report_id",
    "uq__whistle_units__whistle_id_unit_id": "whistle_id",
    "ix__whistles__case": "case_id",
    "uq__service_requests__report_id": "report_id",
    "ix__service_requests__case": "case_id",
    "uq__request_updates__report_id_entry_id": "report_id",
    "ix__api_secrets__key": "key_id",
    "ix__posted_requests__report": "report_id",
    "ix__posted_updates__report": "report_id",
    "uq__shift_swaps__shift_id_day": "shift_id",
    "uq__questions__category_id_code": "category_id",
    "uq__subcategories__category_id_slug": "category_id",
    "ix__case_requests__case_id": "case_id",
    "ix__case_results__case_id": "case_id",
    "ix__evidence_pictures__objection_id": "objection_id",
    "ix__exposures__case": "case_id",
    "ix__notices__report_id": "report_id",
    "ix__objections__exposure_id": "exposure_id",
    "ix__order_links__order": "work_order_id",
    "ix__photo_regions__photo_id": "photo_id",
    "ix__notes__report": "report_id",
    "ix__notes__case": "case_id",
    "ix__report_messages__report_id": "report_id",
    "ix__report_photos__photo_id": "photo_id",
    "ix__report_decisions__case": "case_id",
    "ix__reports__case": "case_id",
    "ix__routing_rules__rule_set_id_sort": "rule_set_id",
    "ix__work_orders__case": "case_id",
    "uq__point_entries__user_id_seq": "user_id",
    "uq__point_entries__report_id_occasion_cause_id": "report_id",
    "uq__point_entries__reverses_id": "reverses_id",
    "ix__point_entries__day": "user_id",
    "ix__point_entries__case": "case_id",
}
# ... and those of names that are never given twice on an installation.
EVERYWHERE = {
    "uq__article_pictures__token": "128 random bits, chosen by nobody",
    "uq__public_pictures__token": "128 random bits, chosen by nobody",
    "uq__trail_entries__subject_subject_id_seq": "the kind and the id of one row; a chain has one next place",
}


def keys_of(table: Table) -> Iterator[UniqueConstraint | Index]:
    yield from (key for key in table.constraints if isinstance(key, UniqueConstraint))
    yield from table.indexes


@pytest.mark.pure
def test_every_root_row_names_its_city() -> None:
    columns = [table.columns["city_id"] for table in ROOTS]

    assert len(columns) > 20
    assert [str(column) for column in columns if column.nullable] == []
    assert {key.target_fullname for column in columns for key in column.foreign_keys} == {"jurisdictions.id"}


@pytest.mark.pure
def test_every_key_begins_with_the_city_or_says_why_not() -> None:
    keys = [key for table in ROOTS for key in keys_of(table)]

    others = {str(key.name) for key in keys if next(iter(key.columns)).name != "city_id"}

    assert len(keys) > 40
    assert others == set(THROUGH) | set(EVERYWHERE)


@pytest.mark.pure
def test_every_key_without_the_city_refers_to_a_row_that_has_one() -> None:
    named = {str(key.name): key for table in ROOTS for key in keys_of(table)}

    referred = {
        one: {reference.column.table for reference in named[one].columns[column].foreign_keys}
        for one, column in THROUGH.items()
    }

    assert [one for one, tables in referred.items() if not tables or not tables <= set(ROOTS)] == []


def test_the_home_has_a_row_in_every_table(home: Home) -> None:
    with db.engine.connect() as connection:
        empty = [
            table.name for table in ROOTS
            if not connection.scalar(select(func.count()).where(table.columns["city_id"] == home.id))
        ]  # fmt: skip

    assert empty == []
