"""What a person may set about what they are told."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectMultipleField, TimeField
from wtforms.validators import InputRequired, NumberRange

from reporter.desks.forms import choices_of
from reporter.notices.commands.wishing import Wish
from reporter.notices.models import PERSONAL, Channel, NoticeSettings
from reporter.notices.plan import DIGEST_HOUR, MOST_A_DAY, MOST_AT_MOST, QUIET_FROM, QUIET_TO
from reporter.notices.table import Kind

KINDS: Mapping[Kind, Any] = {
    Kind.PROGRESS: _l("How my reports go on"),
    Kind.QUESTION: _l("Questions and outcomes"),
    Kind.WORK: _l("Work of my unit"),
    Kind.CLOCK: _l("Claims and delays"),
    Kind.DESK: _l("What waits at my desk"),
    Kind.FOLLOWED: _l("What I follow"),
}
CHANNELS: Mapping[Channel, Any] = {Channel.MAIL: _l("By mail"), Channel.SMS: _l("By SMS")}
OF_RESIDENTS = (Kind.PROGRESS, Kind.QUESTION)
NO_TIME = _l("Please give a time such as 22:00.")
NO_NUMBER = _l("Please give a whole number.")


class SettingsForm(FlaskForm):
    """Which kinds come by which channel, and when."""

    mail = SelectMultipleField(CHANNELS[Channel.MAIL])
    sms = SelectMultipleField(CHANNELS[Channel.SMS])
    quiet_from = TimeField(_l("Quiet from"), validators=[InputRequired(NO_TIME)], default=QUIET_FROM)
    quiet_to = TimeField(_l("Quiet until"), validators=[InputRequired(NO_TIME)], default=QUIET_TO)
    digest_hour = IntegerField(
        _l("Hour of the mail of the day"),
        description=_l("What can wait comes in one mail a day, at this hour: 0 to 23."),
        validators=[InputRequired(NO_NUMBER), NumberRange(0, 23, _l("Please give an hour from 0 to 23."))],
        default=DIGEST_HOUR,
        render_kw={"inputmode": "numeric"},
    )
    most = IntegerField(
        _l("At most so many a day"),
        description=_l("Anything beyond it comes in the mail of the day."),
        validators=[
            InputRequired(NO_NUMBER),
            NumberRange(1, MOST_AT_MOST, _l("Please give a number from 1 to 100.")),
        ],
        default=MOST_A_DAY,
        render_kw={"inputmode": "numeric"},
    )
    desk_mail = BooleanField(_l("Tell me by mail too what is told to my desk"))

    def offer(self, kinds: tuple[Kind, ...], row: NoticeSettings | None) -> "SettingsForm":
        """Fill the choices, and unless the form was sent what holds now."""
        for channel in PERSONAL:
            field = self[channel]
            field.choices = choices_of((str(kind), KINDS[kind]) for kind in kinds)
            field.flags.required = True  # nothing chosen is an answer too: no "(optional)" is said
            if not self.is_submitted():
                off = row.off if row else []
                field.data = [str(kind) for kind in kinds if f"{kind}.{channel}" not in off]
        if row is not None and not self.is_submitted():
            self.quiet_from.data, self.quiet_to.data = _clock(row.quiet_from), _clock(row.quiet_to)
            self.digest_hour.data, self.most.data, self.desk_mail.data = (
                row.digest_hour,
                row.most,
                row.desk_mail,
            )
        return self

    def wish(self, kinds: tuple[Kind, ...], before: NoticeSettings | None, *, desk: bool) -> Wish:
        """Return what the form says; of what it did not offer, what was set stays."""
        shown = {f"{kind}.{channel}" for kind in kinds for channel in PERSONAL}
        on = {f"{kind}.{channel}" for channel in PERSONAL for kind in self[channel].data or ()}
        kept = set(before.off if before else ()) - shown
        return Wish(
            off=frozenset((shown - on) | kept), quiet_from=_minutes(self.quiet_from.data),
            quiet_to=_minutes(self.quiet_to.data), digest_hour=self.digest_hour.data or 0,
            most=self.most.data or 1, desk_mail=bool(self.desk_mail.data) if desk else bool(before and before.desk_mail),
        )  # fmt: skip


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _minutes(moment: time | None) -> int:
    return moment.hour * 60 + moment.minute if moment else 0
