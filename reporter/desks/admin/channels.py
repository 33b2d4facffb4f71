"""The ways out of the house: units' group robots, webhooks, and what could not be delivered. For system administrators."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.forms import Facts
from reporter.desks.errors import blame, words_of
from reporter.desks.forms import choices_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.notices.commands import channels as commands
from reporter.notices.models import Channel, Delivery, RobotKind
from reporter.notices.queries import failed_deliveries, notices_by_ids, robots_of
from reporter.notices.queries import webhooks as all_webhooks
from reporter.notices.table import EVENTS
from reporter.routing.queries import get_unit

ROBOTS = {RobotKind.WECOM: _l("WeCom group robot"), RobotKind.DINGTALK: _l("DingTalk group robot")}
WAYS = {
    Channel.MAIL: _l("Mail"), Channel.SMS: _l("SMS"), Channel.ROBOT: _l("Group robot"), Channel.HOOK: _l("Webhook"),
}  # fmt: skip
EVENT_WORDS = {
    "case.registered": _l("Case registered"),
    "case.dispatched": _l("Case given to a unit"),
    "case.claimed": _l("Case taken by its unit"),
    "case.handled": _l("Case handled, to be inspected"),
    "case.closed": _l("Case closed"),
    "case.returned": _l("Case failed the inspection"),
    "case.reopened": _l("Case reopened"),
    "case.void": _l("Case void"),
    "exposure.published": _l("Post published"),
    "exposure.taken_down": _l("Post taken down"),
}


class RobotForm(Facts):
    """A group robot of a unit."""

    kind = RadioField(_l("Service"), validators=[InputRequired(_l("Please choose the service."))])
    name = StringField(_l("Name of the group"), validators=[Optional(), Length(max=commands.LONGEST_NAME)])
    address = StringField(
        _l("Address of the robot"),
        description=_l("The whole address that the group shows for the robot. It is a secret: it is kept sealed and never shown again."),
        validators=[
            InputRequired(_l("Please paste the address of the robot.")), Length(max=commands.LONGEST_ADDRESS)
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"},
    )  # fmt: skip
    key = PasswordField(
        _l("Secret of the signature"),
        description=_l("DingTalk only, when the robot is set to signatures: it begins with SEC."),
        validators=[Optional(), Length(max=commands.LONGEST_KEY)],
        render_kw={"autocomplete": "off"},
    )

    def offer(self) -> "RobotForm":
        """Fill the choices."""
        self.kind.choices = choices_of(ROBOTS.items())
        return self


class WebhookForm(Facts):
    """A webhook."""

    address = StringField(
        _l("Address"),
        description=_l("It must begin with https:// and lie on the open internet."),
        validators=[InputRequired(_l("Please give the address.")), Length(max=commands.LONGEST_ADDRESS)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"},
    )
    events = SelectMultipleField(
        _l("Events"), validators=[InputRequired(_l("Please choose at least one event."))]
    )

    def offer(self) -> "WebhookForm":
        """Fill the choices."""
        self.events.choices = choices_of((name, EVENT_WORDS[name]) for name in EVENTS)
        return self


@bp.app_template_global("event_word")
def event_word(event: str) -> str:
    """Return the word for an event that webhooks are told of."""
    return str(EVENT_WORDS.get(event, event))


@bp.app_template_global("robot_word")
def robot_word(kind: RobotKind) -> str:
    """Return whose robot it is."""
    return str(ROBOTS[kind])


@bp.app_template_global("way_word")
def way_word(channel: Channel) -> str:
    """Return the word for a way out of the house."""
    return str(WAYS[channel])


@bp.app_template_global("passage_word")
def passage_word(error: str) -> str:
    """Return in words why a delivery failed."""
    return _(error.partition("\n")[0]) if error else ""


@bp.get("/units/<int:unit_id>/channels")
@allow(Permission.DESK_ADMIN)
def unit_channels(unit_id: int) -> ResponseReturnValue:
    """Show the group robots of a unit, without their secrets."""
    return _unit_page(unit_id, RobotForm(formdata=None).offer())


def _unit_page(unit_id: int, form: RobotForm, status: int = 200) -> ResponseReturnValue:
    unit, robots = get_unit(unit_id), robots_of(unit_id)
    return render_template("admin/channels.html", unit=unit, robots=robots, form=form), status


@bp.post("/units/<int:unit_id>/channels")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_robot(unit_id: int) -> ResponseReturnValue:
    """Give the unit a group robot."""
    get_unit(unit_id)
    form = RobotForm().offer()
    if valid(form):
        try:
            commands.add_robot(
                unit_id, RobotKind(form.kind.data), form.address.data or "", form.key.data or "",
                name=form.name.data or "", by=me(),
            )  # fmt: skip
        except ReporterError as error:
            blame(form, error)
        else:
            flash(_("The robot is set up. Please send a test message."), "ok")
            return redirect(url_for("admin.unit_channels", unit_id=unit_id))
    return _unit_page(unit_id, form, BadInput.status)


@bp.post("/units/<int:unit_id>/channels/<int:robot_id>/try")
@allow(Permission.DESK_ADMIN)
def try_robot(unit_id: int, robot_id: int) -> ResponseReturnValue:
    """Let a robot say something."""
    try:
        commands.try_robot(unit_id, robot_id, _("A test message of the reporting platform"), by=me())
    except BadInput as error:
        flash(_failure(error), "bad")
    else:
        flash(_("The test message was taken."), "ok")
    return redirect(url_for("admin.unit_channels", unit_id=unit_id))


def _failure(error: BadInput) -> str:
    """Return why a test failed, with what the other side said."""
    detail = error.values.get("detail")
    return f"{words_of(error)} ({detail})" if detail else words_of(error)


@bp.post("/units/<int:unit_id>/channels/<int:robot_id>/drop")
@allow(Permission.DESK_ADMIN)
def drop_robot(unit_id: int, robot_id: int) -> ResponseReturnValue:
    """Take a robot away."""
    commands.drop_robot(unit_id, robot_id, by=me())
    flash(_("The robot was taken away."), "ok")
    return redirect(url_for("admin.unit_channels", unit_id=unit_id))


@bp.get("/webhooks")
@allow(Permission.DESK_ADMIN)
def webhooks() -> ResponseReturnValue:
    """List the webhooks."""
    return _hooks_page(WebhookForm(formdata=None).offer())


def _hooks_page(form: WebhookForm, status: int = 200, key: str = "") -> ResponseReturnValue:
    return render_template("admin/webhooks.html", hooks=all_webhooks(), form=form, key=key), status


@bp.post("/webhooks")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_webhook() -> ResponseReturnValue:
    """Set up a webhook, and show its key this once."""
    form = WebhookForm().offer()
    if valid(form):
        try:
            _hook, key = commands.add_webhook(form.address.data or "", form.events.data or [], by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            return _hooks_page(WebhookForm(formdata=None).offer(), key=key)
    return _hooks_page(form, BadInput.status)


@bp.post("/webhooks/<int:hook_id>/try")
@allow(Permission.DESK_ADMIN)
def try_webhook(hook_id: int) -> ResponseReturnValue:
    """Call a webhook now."""
    try:
        commands.try_webhook(hook_id, by=me())
    except BadInput as error:
        flash(_failure(error), "bad")
    else:
        flash(_("The address answered as it should."), "ok")
    return redirect(url_for("admin.webhooks"))


@bp.post("/webhooks/<int:hook_id>/<any(on, off):way>")
@allow(Permission.DESK_ADMIN)
def switch_webhook(hook_id: int, way: str) -> ResponseReturnValue:
    """Call a webhook again, or no more."""
    commands.switch_webhook(hook_id, on=way == "on", by=me())
    return redirect(url_for("admin.webhooks"))


@bp.post("/webhooks/<int:hook_id>/drop")
@allow(Permission.DESK_ADMIN)
def drop_webhook(hook_id: int) -> ResponseReturnValue:
    """Take a webhook away."""
    commands.drop_webhook(hook_id, by=me())
    flash(_("The webhook was taken away."), "ok")
    return redirect(url_for("admin.webhooks"))


@bp.get("/deliveries")
@allow(Permission.DESK_ADMIN)
def deliveries() -> ResponseReturnValue:
    """List what could not be delivered."""
    page = failed_deliveries(after=request.args.get("after", ""))
    notices = notices_by_ids([row.notice_id for row in page.rows])
    return render_template("admin/deliveries.html", page=page, about=lambda row: _about(row, notices))


def _about(row: Delivery, notices: Mapping[int, object]) -> str:
    notice = notices.get(row.notice_id or 0)
    return str(getattr(notice, "number", "") or row.facts.get("number", ""))


@bp.post("/deliveries/<int:delivery_id>/again")
@allow(Permission.DESK_ADMIN)
def delivery_again(delivery_id: int) -> ResponseReturnValue:
    """Let a delivery be tried anew."""
    commands.send_again(delivery_id, by=me())
    flash(_("It is tried anew. Should it fail again, it comes back to this list."), "ok")
    return redirect(url_for("admin.deliveries"))
