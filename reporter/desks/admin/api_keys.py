"""The keys of other systems that write through Open311: made, rotated, revoked. For system administrators."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, NumberRange, Optional

from reporter.cases.queries import categories
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.fields import Number, a_name, an_id, one_of, some_of
from reporter.desks.admin.forms import Facts
from reporter.desks.errors import blame
from reporter.desks.forms import choices_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.desks.words import named
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.open311.commands import keys as commands
from reporter.open311.commands.types import settle_types
from reporter.open311.key_models import Scope
from reporter.open311.keys import find_key, keys, secrets_of
from reporter.open311.post_models import ServiceType
from reporter.open311.posts import faulty_posts, service_type
from reporter.ports import ports
from reporter.routing.queries import units, units_by_id

SCOPES = {
    Scope.POST: _l("Send reports"),
    Scope.UPDATE: _l("Send updates"),
    Scope.READ: _l("Read with it"),
}


class KeyForm(Facts):
    """A key of another system."""

    name = a_name(
        _l("Name of the system"),
        missing=_l("Please give a name."),
        description=_l("It stands on every report that comes from there, and is given only once."),
    )
    scopes = some_of(_l("What it may do"), _l("Please choose at least one thing that the key may do."))
    unit_id = one_of(_l("Speaks for a unit"), coerce=an_id, default=0)
    per_minute = Number(
        _l("Requests a minute"), default=commands.A_MINUTE,
        validators=[InputRequired(_l("Please write a whole number.")), NumberRange(1, commands.MOST_A_MINUTE)],
        render_kw={"inputmode": "numeric"},
    )  # fmt: skip
    days = Number(
        _l("Good for so many days"), description=_l("Empty: until it is revoked."),
        validators=[Optional(), NumberRange(1, commands.MOST_DAYS)], render_kw={"inputmode": "numeric"},
    )  # fmt: skip

    def offer(self) -> "KeyForm":
        """Fill the choices."""
        self.scopes.choices = choices_of(SCOPES.items())
        self.unit_id.choices = choices_of([(0, _("No unit")), *((one.id, named(one)) for one in units())])
        return self

    @property
    def grant(self) -> commands.Grant:
        """Return what is asked for."""
        return commands.Grant(
            self.name.data or "", [Scope(one) for one in self.scopes.data or []],
            self.per_minute.data or 0, self.days.data or 0, self.unit_id.data or None,
        )  # fmt: skip


TYPES = {
    ServiceType.REALTIME: _l("At once, with the number"),
    ServiceType.BATCH: _l("With a token; the number comes later"),
    ServiceType.BLACKBOX: _l("Without a number"),
}


@bp.app_template_global("scope_word")
def scope_word(scope: str) -> str:
    """Return the words for what a key may do."""
    return str(SCOPES[Scope(scope)])


@bp.get("/api-keys")
@allow(Permission.DESK_ADMIN)
def api_keys() -> ResponseReturnValue:
    """List the keys."""
    return _page(KeyForm(formdata=None).offer())


def _page(form: KeyForm, status: int = 200, *, name: str = "", secret: str = "") -> ResponseReturnValue:
    now, rows = ports.clock.now(), keys()
    good = secrets_of([row.id for row in rows], now=now)
    return render_template(
        "admin/api_keys.html", kinds=categories(), types=TYPES, service_type=service_type, keys=rows, good=good, now=now, units=units_by_id(), form=form, name=name,
        secret=secret, faults=faulty_posts(), named={row.id: row.name for row in rows},
    ), status  # fmt: skip


@bp.post("/api-keys")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_api_key() -> ResponseReturnValue:
    """Make a key, and show its secret this once."""
    form = KeyForm().offer()
    if valid(form):
        try:
            key, secret = commands.create_key(form.grant, by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            return _page(KeyForm(formdata=None).offer(), name=key.name, secret=secret)
    return _page(form, BadInput.status)


@bp.post("/api-keys/<int:key_id>/rotate")
@allow(Permission.DESK_ADMIN)
def rotate_api_key(key_id: int) -> ResponseReturnValue:
    """Give a key another secret, and show it this once."""
    secret = commands.rotate_key(key_id, by=me())
    key = find_key(key_id)
    return _page(KeyForm(formdata=None).offer(), name=key.name if key else "", secret=secret)


@bp.post("/api-keys/<int:key_id>/revoke")
@allow(Permission.DESK_ADMIN)
def revoke_api_key(key_id: int) -> ResponseReturnValue:
    """Let a key open nothing from now on."""
    commands.revoke_key(key_id, by=me())
    flash(_("The key is revoked."), "ok")
    return redirect(url_for("admin.api_keys"))


@bp.post("/api-keys/types")
@allow(Permission.DESK_ADMIN)
def settle_service_types() -> ResponseReturnValue:
    """Settle how new requests of each kind are answered."""
    wanted = {
        kind.slug: request.form.get(f"type-{kind.slug}", service_type(kind.slug)) for kind in categories()
    }
    settle_types(wanted, by=me())
    flash(_("Saved."), "ok")
    return redirect(url_for("admin.api_keys"))
