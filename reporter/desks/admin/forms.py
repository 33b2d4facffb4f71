"""What administrators may type."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from reporter.cases.models import Source
from reporter.cities.holidays import LONGEST_NAME, SpecialDay
from reporter.desks.admin.fields import (
    Number,
    Version,
    a_limit,
    a_name,
    an_id,
    one_line,
    one_of,
    some_of,
)
from reporter.desks.admin.ruling import Names
from reporter.desks.dates import zone
from reporter.desks.duty import FAMILIES
from reporter.desks.errors import blame, words_of
from reporter.desks.forms import choices_of
from reporter.desks.limits import source_word
from reporter.desks.states import role_word
from reporter.desks.tokens import look_again
from reporter.desks.words import named
from reporter.kernel.errors import Conflict, ReporterError
from reporter.kernel.policy import APPOINTED
from reporter.places.queries import areas
from reporter.places.shapes import Level

PASSWORD_HELP = _l("At least 10 characters; the person changes it after signing in.")
SLUG = Regexp(r"^[a-z][a-z0-9_]{1,39}\Z", message=_l("Small letters, digits and _ only."))
NO_SLUG = _l("Please give a short name.")
NO_CODE = _l("Please give a code.")
NO_LIMIT = _l("Please give a limit.")


class Facts(FlaskForm):
    """Says what becomes of a row."""

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says, by column; the version when there is one."""
        return {
            name: "" if value is None else value for name, value in self.data.items() if name != "csrf_token"
        }

    def blame(self, error: ReporterError, version: int | None) -> int:
        """Write the words of `error` where they belong, and return the status of the answer.

        After a conflict the form is about `version` of the row, and everything typed is still there.
        """
        if not isinstance(error, Conflict) or version is None:
            blame(self, error)
            return error.status
        look_again(self, version)
        self["version"].errors = [
            words_of(error),
            _("What you typed is still here: saving it again replaces what the others wrote."),
        ]
        return error.status


class Versioned(Facts):
    """Changes a row: carries the version that the person saw."""

    version = Version()


class RolesFields(Facts):
    """What a person may do, and where."""

    roles = some_of(_l("Roles"), _l("Please choose at least one role."))
    unit_id = one_of(_l("Unit"), coerce=an_id)
    mobile = one_line(
        _l("The person's own phone number"),
        description=_l(
            "Accounts with the same number are one person: what needs two people cannot be done with both."
        ),
        longest=30,
    )
    active = BooleanField(_l("May sign in"), default=True)

    def offer(self, units: Sequence[Any]) -> Self:
        """Fill the choices."""
        self.roles.choices = choices_of((str(role), role_word(role)) for role in APPOINTED)
        self.unit_id.choices = choices_of([(0, _("No unit")), *((unit.id, named(unit)) for unit in units)])
        return self


class RolesForm(Versioned, RolesFields):
    """What a known person may do from now on."""


class NewUserForm(RolesFields):
    """A new person with roles."""

    name = a_name(_p("person", "Name"), missing=_l("Please give the person's name."))
    login = one_line(
        _l("Mail address or phone number"),
        missing=_l("Please give a mail address or a phone number."),
        longest=200,
    )
    password = PasswordField(
        _l("First password"),
        description=PASSWORD_HELP,
        validators=[InputRequired(_l("Please give a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )


class NewUnitForm(Facts):
    """A new enforcement unit."""

    code = one_line(_l("Code"), missing=NO_CODE, longest=20)
    name_zh = a_name(_l("Name in Chinese"))
    name_en = a_name(_l("Name in English"))
    family = one_of(_l("Family"), default="")
    head_name = one_line(_l("Head of the unit"), description=_l("Receives what is overdue."), longest=40)
    phone = one_line(_l("Telephone"), longest=40)
    external = BooleanField(_l("A firm outside: answers by a link, without an account"))
    contact = one_line(
        _l("Contact of the firm"),
        description=_l("A mail address or a telephone number; the link is sent there."),
        longest=200,
    )
    night_shift = BooleanField(_l("Works nights and weekends"))
    fallback = BooleanField(_l("Takes cases that nobody owns (fallback unit)"))
    active = BooleanField(_l("Takes cases"), default=True)

    def offer(self, kept: str = "") -> Self:
        """Fill the choices; `kept`, words from before there were families, can stay."""
        known = [("", _("None yet")), *((str(one), word) for one, word in FAMILIES.items())]
        others = [(kept, kept)] if kept and kept not in set(FAMILIES) else []
        self.family.choices = choices_of([*known, *others])
        return self


class UnitForm(Versioned, NewUnitForm):
    """An enforcement unit as it is from now on."""


def limit_field(label: Any, default: str = "") -> StringField:
    """Return a field for a limit that must be given."""
    return one_line(label, missing=NO_LIMIT, longest=10, default=default, validators=[a_limit])


class NewKindForm(Facts):
    """A new kind of disorder with its limits and its legal basis."""

    code = one_line(_l("Code"), missing=NO_CODE, longest=8)
    slug = one_line(_l("Short name for addresses"), missing=NO_SLUG, longest=40, validators=[SLUG])
    name_zh = a_name(_l("Name in Chinese"))
    name_en = a_name(_l("Name in English"))
    hint_zh = one_line(_l("Two examples in Chinese"), longest=40)
    hint_en = one_line(_l("Two examples in English"), longest=60)
    nature = one_of(
        _l("Nature"),
        choices=choices_of(
            [
                ("condition", _l("A condition: can be put right")),
                ("act", _l("An act: ends with a record")),
            ]
        ),
    )
    register_limit = limit_field(_l("Limit to accept"), "2h")
    dispatch_limit = limit_field(_l("Limit to dispatch"), "30m")
    claim_limit = limit_field(_l("Limit to take over"), "15m")
    handle_limit = limit_field(_l("Limit to handle"))
    urgent_limit = limit_field(_l("Limit to handle, urgent"))
    inspect_limit = limit_field(_l("Limit to inspect"), "4wh")
    follow_up_limit = limit_field(_l("Limit to follow up with the reporter"), "1wd")
    legal_basis = TextAreaField(_l("Legal basis"), validators=[Length(max=300)], render_kw={"rows": 2})
    legal_source = one_line(_l("Source of the basis"), longest=120)
    legal_date = one_line(_l("In force since, or looked up on"), longest=40)
    fine_note = TextAreaField(_l("Note on fines"), validators=[Length(max=300)], render_kw={"rows": 2})
    min_photos = Number(
        _l("Photos asked for"), default=1, validators=[NumberRange(1, 9, message=_l("Between 1 and 9."))]
    )
    oldest_photo_hours = Number(
        _l("Photos at most so many hours old"),
        default=0, validators=[NumberRange(0, 8760, message=_l("Between 0 and 8760."))],
    )  # fmt: skip
    photos_apart_seconds = Number(
        _l("Seconds between two photos"),
        default=0, validators=[NumberRange(0, 3600, message=_l("Between 0 and 3600."))],
    )  # fmt: skip
    near_and_far = BooleanField(_l("One photo of the problem and one of the place"))
    taken_in_app = BooleanField(_l("Taken on the page itself, not from the gallery"))
    exposable = BooleanField(_l("May be shown on the board"), default=True)
    plate_expected = BooleanField(_l("A number plate is to be expected in the picture"))
    active = BooleanField(_l("Offered to residents"), default=True)


class KindForm(Versioned, NewKindForm):
    """A kind of disorder as it is from now on."""


class SubtypeForm(Facts):
    """A finer kind within a kind; stands beside the form of the kind, so its ids differ."""

    slug = one_line(
        _l("Short name for addresses"), missing=NO_SLUG, longest=40, validators=[SLUG], id="sub-slug"
    )
    name_zh = a_name(_l("Name in Chinese"), id="sub-name_zh")
    name_en = a_name(_l("Name in English"), id="sub-name_en")
    handle_limit = one_line(
        _l("Limit to handle"),
        description=_l("Empty: that of the kind."),
        longest=10,
        validators=[a_limit],
        id="sub-handle_limit",
    )
    urgent = BooleanField(_l("Urgent by nature"))


class DayForm(FlaskForm):
    """One day of the calendar."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Please give the day, like 2027-02-05."))])
    working = one_of(_l("Holds"), choices=choices_of([("no", _l("Off")), ("yes", _l("Worked"))]))
    name = one_line(_l("Name"), longest=LONGEST_NAME)

    @property
    def special_day(self) -> SpecialDay:
        """What the form says, once it is valid."""
        day: date = self.data["day"]
        return SpecialDay(day, self.working.data == "yes", self.name.data or "")


class DaysFileForm(FlaskForm):
    """A file of days; stands beside the form of one day."""

    file = FileField(_l("CSV file"), validators=[FileRequired(_l("Please choose a file."))])


class RuleForm(FlaskForm):
    """One rule, where it stands among the others, and why it was changed."""

    version = Version()
    category_id = one_of(_l("Kind"), coerce=an_id)
    subcategory_id = one_of(_l("Sub-type"), coerce=an_id)
    area_id = one_of(_l("Area, with all that lies in it"), coerce=an_id)
    when = one_of(_l("When"))
    source = one_of(_l("How the case came"))
    lead_unit_id = one_of(_l("Unit in charge"), coerce=an_id)
    co_unit_ids = SelectMultipleField(_l("Co-units"), coerce=an_id, validate_choice=False)
    claim_limit = one_line(_l("Limit to claim"), longest=10, validators=[a_limit])
    handle_limit = one_line(_l("Limit to handle"), longest=10, validators=[a_limit])
    place = Number(
        _l("Place in the order"), validators=[InputRequired(_l("Please give a place, from 1 on."))]
    )
    note = one_line(_l("What is changed, and why"), longest=200)

    def offer(self, known: Names) -> Self:
        """Offer what a rule may name; "any" stands first."""
        any_of = {0: _("any")}
        kinds = {kind.id: named(kind) for kind in known.kinds.values() if kind.active}
        subs = {
            sub.id: f"{named(known.kinds[sub.category_id])} · {named(sub)}"
            for sub in known.subs.values()
            if sub.active
        }
        taking = {unit.id: named(unit) for unit in known.units.values() if unit.active}
        self.category_id.choices = list((any_of | kinds).items())
        self.subcategory_id.choices = list((any_of | subs).items())
        self.area_id.choices = [
            (0, _("Whole city")),
            *(
                (number, named(area))
                for number, area in known.areas.items()
                if area.active and area.level != Level.GRID
            ),
        ]
        self.when.choices = [
            ("", _("Always")),
            ("working", _("within working time")),
            ("outside", _("outside working time")),
        ]
        self.source.choices = [("", _("any")), *((str(one), source_word(one)) for one in Source)]
        self.lead_unit_id.choices = list(taking.items())
        self.co_unit_ids.choices = list(taking.items())
        for field in (self.category_id, self.subcategory_id, self.area_id):
            field.data = field.data or 0
        for field in (self.when, self.source):
            field.data = field.data or ""
        self.lead_unit_id.flags.required = True
        return self

    def look_again(self, version: int) -> None:
        """Let the form be about another version of the rules, as it is filled in."""
        self.version.data, self.version.raw_data = version, None

    @property
    def row(self) -> dict[str, Any]:
        """Return what the form says, by column."""
        return {
            "category_id": self.category_id.data or None, "subcategory_id": self.subcategory_id.data or None,
            "area_id": self.area_id.data or None, "when": self.when.data, "source": self.source.data,
            "lead_unit_id": self.lead_unit_id.data,
            "co_unit_ids": [unit for unit in self.co_unit_ids.data or [] if unit != self.lead_unit_id.data],
            "claim_limit": self.claim_limit.data or "", "handle_limit": self.handle_limit.data or "",
        }  # fmt: skip


class FactorForm(FlaskForm):
    """What makes handling limits longer or shorter; with days it is a period."""

    name = a_name(_l("Name, such as the event that is guarded"))
    area_id = one_of(_l("Where"), coerce=an_id)
    percent = IntegerField(
        _l("Share of the limit, in percent"), validators=[InputRequired(_l("Please give a share."))]
    )
    begins_at = DateField(_l("From"), validators=[Optional()])
    ends_at = DateField(_l("Until, this day included"), validators=[Optional()])

    def offer(self) -> None:
        """Offer the city's areas."""
        self.area_id.choices = [(0, _("Whole city")), *((area.id, named(area)) for area in areas())]
        if self.area_id.data is None:
            self.area_id.data = 0

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says, by column."""
        first, last = self.begins_at.data, self.ends_at.data
        return {
            "name": self.name.data, "area_id": self.area_id.data or None, "percent": self.percent.data,
            "begins_at": first and datetime.combine(first, time(), zone()),
            "ends_at": last and datetime.combine(last + timedelta(days=1), time(), zone()),
        }  # fmt: skip


class HoldForm(FlaskForm):
    """How long a post waits before the public sees it."""

    hours = IntegerField(
        _l("Hours between the second review and the public"),
        validators=[InputRequired(_l("Please give a whole number of hours."))],
    )
