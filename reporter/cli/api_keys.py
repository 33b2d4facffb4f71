"""The operator's lines for the keys of other systems: make one, rotate it, list, revoke. Secrets go to stdout alone."""

from collections.abc import Sequence

import click
from flask.cli import AppGroup, with_appcontext

from reporter.cli.city import one_city
from reporter.kernel.db import enter_city
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import SYSTEM
from reporter.open311.commands.keys import (
    A_MINUTE,
    MOST_A_MINUTE,
    MOST_DAYS,
    OVERLAP,
    Grant,
    create_key,
    revoke_key,
    rotate_key,
)
from reporter.open311.key_models import ApiKey, Scope
from reporter.open311.keys import key_by_name, keys, secrets_of
from reporter.ports import ports
from reporter.routing.queries import units

JURISDICTION = click.option(
    "--jurisdiction", default="", help="Short name of the city; needed when there are several."
)

api_key = AppGroup("api-key", help="Keys by which other systems write through Open311.")


class Scopes(click.ParamType[Sequence[Scope]]):
    """Words of `Scope` with commas between them."""

    name = "post,update,read"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[Scope]:
        """Return the scopes."""
        words = [word.strip() for word in str(value).split(",") if word.strip()]
        known = [str(one) for one in Scope]
        if not words or not set(words) <= set(known):
            self.fail(f"{value} is not a list of {', '.join(known)}", param, ctx)
        return [Scope(word) for word in words]


@api_key.command("create")
@click.argument("name")
@JURISDICTION
@click.option("--scope", "scopes", type=Scopes(), required=True, help="What it may do, with commas.")
@click.option(
    "--per-minute", type=click.IntRange(1, MOST_A_MINUTE), default=A_MINUTE, show_default=True,
    help="Requests that are taken within a minute.",
)  # fmt: skip
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="Good for so long; left out: until revoked.")
@click.option("--unit", "code", default="", help="Code of the unit for which it speaks.")
@with_appcontext
def create(
    *, name: str, jurisdiction: str, scopes: Sequence[Scope], per_minute: int, days: int | None, code: str
) -> None:
    """Make the key NAME and print its secret alone, this once. Adds one key."""
    enter_city(one_city(jurisdiction).id)
    unit_id = _unit_id(code) if code else None
    try:
        key, secret = create_key(Grant(name, scopes, per_minute, days or 0, unit_id), by=SYSTEM)
    except ReporterError as error:
        raise click.ClickException(str(error)) from error
    click.echo(secret)
    click.echo(f"{key.name} may {', '.join(key.scopes)}. Keep the key: it is not shown again.", err=True)


def _unit_id(code: str) -> int:
    codes = {one.code: one.id for one in units()}
    if code not in codes:
        raise click.BadParameter(
            f"there is no unit {code}; there are: {', '.join(codes)}", param_hint="--unit"
        )
    return codes[code]


@api_key.command("rotate")
@click.argument("name")
@JURISDICTION
@with_appcontext
def rotate(*, name: str, jurisdiction: str) -> None:
    """Give the key NAME another secret and print it alone; the one of before stays good for a day."""
    enter_city(one_city(jurisdiction).id)
    try:
        secret = rotate_key(_key(name).id, by=SYSTEM)
    except ReporterError as error:
        raise click.ClickException(str(error)) from error
    click.echo(secret)
    hours = int(OVERLAP.total_seconds()) // 3600
    click.echo(f"The secret of before stays good for {hours} hours.", err=True)


@api_key.command("list")
@JURISDICTION
@with_appcontext
def list_keys(*, jurisdiction: str) -> None:
    """Print each key of the city: name, state, what it may do, the beginnings of its secrets, last used (UTC)."""
    enter_city(one_city(jurisdiction).id)
    now, rows = ports.clock.now(), keys()
    good = secrets_of([row.id for row in rows], now=now)
    for row in rows:
        state = "good" if row.good_at(now) else "revoked" if row.revoked_at else "expired"
        begins = " ".join(one.prefix for one in good[row.id]) or "-"
        used = row.last_used_at.strftime("%Y-%m-%d %H:%M") if row.last_used_at else "never"
        click.echo(f"{row.name}  {state}  {','.join(row.scopes)}  {begins}  {used}")


@api_key.command("revoke")
@click.argument("name")
@JURISDICTION
@with_appcontext
def revoke(*, name: str, jurisdiction: str) -> None:
    """Let the key NAME open nothing from now on. There is no way back."""
    enter_city(one_city(jurisdiction).id)
    revoke_key(_key(name).id, by=SYSTEM)
    click.echo(f"{name} is revoked.")


def _key(name: str) -> ApiKey:
    found = key_by_name(name)
    if found is None:
        raise click.ClickException(f"There is no key {name}: flask api-key list names all there are.")
    return found
