"""The database session, the base model, the city a unit of work belongs to, and the command's transaction."""

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, ForeignKey, MetaData, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    registry,
    with_loader_criteria,
)
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator, TypeEngine

from reporter.kernel.edition import Edition, edition_of
from reporter.kernel.errors import Busy, ConfigError, Conflict, ReporterError


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in Python, UTC in the table. Raises `ValueError` on a naive datetime."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` as naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored instant, aware."""
        return value and value.replace(tzinfo=UTC)


NAMES = {
    "ix": "ix__%(table_name)s__%(column_0_N_name)s",
    "uq": "uq__%(table_name)s__%(column_0_N_name)s",
    "ck": "ck__%(table_name)s__%(constraint_name)s",
    "fk": "fk__%(table_name)s__%(column_0_name)s",
    "pk": "pk__%(table_name)s",
}

TYPES: dict[Any, TypeEngine[Any]] = {
    datetime: UtcDateTime(),
    dict[str, Any]: JSON(),
    list[str]: JSON(),
    list[int]: JSON(),
    list[dict[str, Any]]: JSON(),
    # Words, not database enums: a new state needs no migration.
    enum.Enum: Enum(
        enum.Enum, native_enum=False, length=32, values_callable=lambda cls: [member.value for member in cls]
    ),
}


class _Base(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map=TYPES)


P = ParamSpec("P")
R = TypeVar("R")

db = SQLAlchemy(
    model_class=_Base, engine_options={"pool_pre_ping": True}, session_options={"expire_on_commit": True}
)

if TYPE_CHECKING:
    Model = _Base
else:
    Model = db.Model


class InCity:
    """Mixed into every root row. The session fills `city_id` in and filters every read by it."""

    @declared_attr
    def city_id(cls) -> Mapped[int]:  # noqa: N805 - declared_attr hands over the class
        """Return the column that names the jurisdiction the row belongs to."""
        return mapped_column(ForeignKey("jurisdictions.id"), nullable=False)


EVERY_CITY = 0  # no jurisdiction has this id


def enter_city(city_id: int, *, row: object = None) -> None:
    """Say which city the current unit of work serves; every later read and write is held to it.

    Args:
        row: of the city, when it was read before: who needs it then need not ask the database.
    """
    db.session.info.update(city_id=city_id, city=row)


def current_city_id() -> int:
    """Return the city of the current unit of work. Raises `RuntimeError` when none was entered."""
    city_id: int | None = db.session.info.get("city_id")
    if not city_id:
        raise RuntimeError("no city entered: call enter_city first")
    return city_id


@contextmanager
def every_city() -> Iterator[None]:
    """Open all cities to an operator's command; never used while serving a request."""
    before = db.session.info.get("city_id")
    db.session.info["city_id"] = EVERY_CITY
    try:
        yield
    finally:
        db.session.info["city_id"] = before


@event.listens_for(Session, "do_orm_execute")
def _hold_to_city(execution: ORMExecuteState) -> None:
    if execution.is_column_load or execution.is_relationship_load:
        return
    if not any(issubclass(mapper.class_, InCity) for mapper in execution.all_mappers):
        return
    city_id = execution.session.info.get("city_id")
    if city_id is None:
        raise RuntimeError("a city's rows were asked for before any city was entered")
    if city_id != EVERY_CITY:
        execution.statement = execution.statement.options(
            with_loader_criteria(InCity, lambda cls: cls.city_id == city_id, include_aliases=True)
        )


@event.listens_for(Session, "before_flush")
def _write_into_city(session: Session, _context: object, _instances: object) -> None:
    city_id = session.info.get("city_id")
    for row in session.new:
        if isinstance(row, InCity):
            if row.city_id is None and city_id:
                row.city_id = city_id
            if city_id not in {EVERY_CITY, row.city_id}:
                raise RuntimeError(f"{type(row).__name__} written outside its city")


def command(func: Callable[P, R]) -> Callable[P, R]:
    """One command, one transaction: the outermost command commits, any error rolls everything back.

    The outermost command starts a transaction of its own (on SQLite the write lock is taken at once),
    so rows loaded before are read anew: what a command decides, it decides on what is true now.

    Raises:
        Conflict: another person changed the same row, or took the same name, in the meantime.
        Busy: the database was locked for longer than one waits.
        RuntimeError: something was written to the session before the command.
    """

    @wraps(func)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        session = db.session()
        if session.info.get("in_command"):
            return func(*args, **kwargs)
        if session.new or session.dirty or session.deleted:
            raise RuntimeError(f"rows were written outside a command, before {func.__name__}")
        session.rollback()
        try:
            session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            session.info["in_command"] = True
            result = func(*args, **kwargs)
            session.commit()
        except (StaleDataError, IntegrityError, OperationalError) as error:
            session.rollback()
            if told := _told(error):
                raise told from error
            raise
        except BaseException:
            session.rollback()
            raise
        else:
            return result
        finally:
            session.info.pop("in_command", None)

    return run


def passed_over_when_busy(func: Callable[P, bool]) -> Callable[P, bool]:
    """Let a command of the clock do nothing when somebody is at its row just now: the next tick looks again."""

    @wraps(func)
    def run(*args: P.args, **kwargs: P.kwargs) -> bool:
        try:
            return func(*args, **kwargs)
        except (Conflict, Busy):
            return False

    return run


def add_unless_taken(row: _Base, told: Callable[[str], ReporterError]) -> None:
    """Write `row` now. Raises what `told` makes of the database's line when a unique value is there at this moment."""
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        if not _is_taken(error):
            raise
        raise told(_said(error)[1]) from error


def _is_taken(error: IntegrityError) -> bool:
    """Tell whether a value that must be unique is there already. Never reads what was typed."""
    state, line = _said(error)
    return state == "23505" or line.startswith("UNIQUE constraint failed")


def _said(error: DBAPIError) -> tuple[str, str]:
    """Return the database's own code, "" on SQLite, and the first line of what it says: the next ones repeat values."""
    return str(getattr(error.orig, "sqlstate", None) or ""), str(error.orig).partition("\n")[0]


def _told(error: StaleDataError | IntegrityError | OperationalError) -> ReporterError | None:
    """Return what a failure of the database means to the person; None when it is a fault of ours."""
    changed = Conflict("Somebody else changed this a moment ago. Please look again.")
    if isinstance(error, StaleDataError):
        return changed
    if isinstance(error, IntegrityError):
        return changed if _is_taken(error) else None
    state, line = _said(error)
    if state in {"40001", "40P01"}:
        return changed
    if state == "55P03" or line == "database is locked":
        return Busy(
            "Very many people are sending something just now. Nothing was written; please send it again."
        )
    return None


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not manage BEGIN
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("bits_apart", 2, _bits_apart, deterministic=True)


def _bits_apart(one: int, other: int) -> int:
    """Return in how many of 64 bits the two numbers differ, whether they carry a sign or not."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def _begin_sqlite(connection: Any) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


def init_app(app: Flask) -> None:
    """Bind the database; SQLite gets WAL, full durability and transactions that do what they say.

    Raises:
        ConfigError: the address is not one of a database that this installation can reach.
    """
    try:
        db.init_app(app)
    except (ArgumentError, ImportError) as error:
        raise ConfigError(f"DATABASE_URL is not the address of SQLite or PostgreSQL: {error}.") from error
    with app.app_context():
        engine: Engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def edition(app: Flask) -> Edition | None:
    """Return what tells whether the app's database has changed, None where nothing can."""
    with app.app_context():
        return edition_of(db.engine.url)


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """Write `UtcDateTime` into migrations as what it is in the table."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False
