"""What administrators may type about people of a unit and their roster."""

from collections.abc import Sequence
from datetime import time
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectMultipleField, TimeField
from wtforms.validators import InputRequired

from reporter.desks.admin.fields import a_name, an_id, one_line, one_of
from reporter.desks.duty import DAYS, hours_words, weekday_word
from reporter.desks.forms import choices_of
from reporter.desks.states import role_word
from reporter.kernel.policy import Role
from reporter.routing.models import Shift
from reporter.routing.pairings import Pair
from reporter.routing.roster import Days
from reporter.routing.rostering import Line

NO_TIME = _l("Write a time of the day, such as 08:00.")


def several(label: Any, description: Any = "") -> SelectMultipleField:
    """Return a field that takes any number of its choices, none too."""
    return SelectMultipleField(label, description=description, coerce=an_id)


class MemberForm(FlaskForm):
    """Somebody with an account who is to work in a unit."""

    login = one_line(
        _l("Mail address or phone number"),
        missing=_l("Please give a mail address or a phone number."),
        longest=200,
    )
    role = one_of(_l("Role here"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.role.choices = choices_of((role, role_word(role)) for role in (Role.HANDLER, Role.UNIT_HEAD))


class ClockField(TimeField):
    """A time of the day; anything else is said in words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(NO_TIME) from error

    @property
    def minute(self) -> int:
        """Return the minute of the day."""
        return self.data.hour * 60 + self.data.minute if self.data else 0


class ShiftForm(FlaskForm):
    """A line of a roster."""

    name = a_name(_l("Name of the shift"))
    starts = ClockField(_l("From"), validators=[InputRequired(NO_TIME)])
    ends = ClockField(
        _l("To"),
        description=_l("Not later than the beginning: of the next day."),
        validators=[InputRequired(NO_TIME)],
    )
    days = one_of(_l("Which days"), choices=choices_of((str(one), word) for one, word in DAYS.items()))
    weekdays = several(_l("Only on"), _l("None chosen: on all of these days."))
    user_ids = several(_l("Who is on"))

    def offer(self, members: Sequence[Any]) -> Self:
        """Fill the choices."""
        self.weekdays.choices = choices_of((number, weekday_word(number)) for number in range(7))
        self.user_ids.choices = choices_of((user.id, user.name) for user in members)
        return self

    @classmethod
    def about(cls, shift: Shift) -> Self:
        """Return the form filled with a line."""
        hours = {name: time(*divmod(getattr(shift, name), 60)) for name in ("starts", "ends")}
        facts = {
            "name": shift.name,
            "days": str(shift.days),
            "weekdays": shift.weekdays,
            "user_ids": shift.user_ids,
        }
        return cls(formdata=None, data=facts | hours)

    @property
    def line(self) -> Line:
        """Return what was typed."""
        return Line(
            self.name.data or "", self.starts.minute, self.ends.minute, Days(self.days.data),
            self.weekdays.data or [], self.user_ids.data or [],
        )  # fmt: skip


class SwapForm(FlaskForm):
    """Who is on instead, in one shift on one day; stands beside the other form, so its ids differ."""

    shift_id = one_of(_l("Shift"), coerce=an_id)
    day = DateField(_l("Day on which it begins"), validators=[InputRequired(_l("Please give the day."))])
    user_ids = several(_l("Who is on instead"), _l("Nobody chosen: the shift falls out on this day."))
    note = one_line(_l("Note"), longest=100)
    back = BooleanField(_l("As in the roster again"))

    def __init__(self, **options: Any) -> None:
        super().__init__(prefix="swap", **options)

    def offer(self, shifts: Sequence[Shift], members: Sequence[Any]) -> Self:
        """Fill the choices."""
        self.shift_id.choices = choices_of((one.id, f"{one.name} {hours_words(one)}") for one in shifts)
        self.user_ids.choices = choices_of((user.id, user.name) for user in members)
        return self


class PairingForm(FlaskForm):
    """An organ and the area it looks after."""

    organ = one_line(
        _l("Organ"),
        description=_l("A unit's name or code makes it see the cases of the area."),
        missing=_l("Please give the organ."),
        longest=100,
    )
    area = one_line(
        _l("Code of the area"),
        description=_l("Such as 150902001; it is in the list of areas."),
        missing=_l("Please give the code of an area."),
        longest=20,
    )
    contact = one_line(_l("Contact"), longest=100)
    phone = one_line(_l("Telephone"), longest=40)

    @property
    def pair(self) -> Pair:
        """Return what was typed."""
        return Pair(*(self[name].data or "" for name in ("organ", "area", "contact", "phone")))
