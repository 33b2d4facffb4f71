"""What moderators and shift leaders may send: shape only; whether it may happen is the commands' business."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from reporter.cases.models import Case
from reporter.desks.forms import CaseForm, NoLonger, at_most, choices_of, reason_field
from reporter.desks.ready import WithReady
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.place_forms import WithPlace
from reporter.desks.triage.wording import LEVELS, OUTCOMES
from reporter.desks.words import named
from reporter.places.geometry import Point
from reporter.places.models import Area
from reporter.reports.commands.triage import Judgement
from reporter.reports.models import Report
from reporter.routing.correcting import Correction

REASON_AT_MOST = 1000
TITLE_AT_MOST = 80


def number(value: Any) -> int | None:
    """Return a whole number, None for nothing. Raises `ValueError`."""
    return int(value) if value not in (None, "", "None") else None


class ChoiceField(SelectField):
    """One of the ids offered, or nothing where nothing is offered. Its refusal speaks our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep a value that is no number as one that is never offered."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = -1

    @property
    def offered(self) -> bool:
        """Whether the value is one of those offered."""
        return any(match for _value, _label, match, *_rest in self.iter_choices())

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what was not offered."""
        if not self.offered:
            raise ValidationError(_("Please choose one of those offered."))


def choice(label: object) -> ChoiceField:
    """Return a field of ids; what may be chosen is offered later."""
    return ChoiceField(label, coerce=number, choices=[])  # type: ignore[arg-type]  # lazy words


class SeenForm(CaseForm):
    """Carries the version of what the person looked at: a report's, or a case's."""

    @property
    def seen(self) -> int:
        """Return the version; a damaged one is none that ever was."""
        return -1 if self.version.data is None else self.version.data

    def look_at(self, version: int) -> None:
        """Show the thing as it is now: the next answer is about this version."""
        self.version.data = version
        self.version.raw_data = None


class AcceptForm(WithPlace, SeenForm):
    """What the moderator settles when accepting."""

    category_id = choice(_l("Kind"))
    subcategory_id = choice(_l("Sub-type"))
    area_id = choice(_l("Area"))
    unit_id = choice(_l("Another unit"))
    title = StringField(_l("Title in the register"), validators=[at_most(TITLE_AT_MOST)])

    def offer(self, report: Report, found: Lookups) -> None:
        """Offer the city's kinds, areas and units; what the resident said can be changed, not emptied."""
        nothing: list[tuple[Any, str]] = [("", _("(none)"))]
        kept = self.category_id.data == report.category_id and report.subcategory_id
        self.category_id.choices = [(kind.id, named(kind)) for kind in found.kinds_in_use]
        if self.category_id.data in found.kinds and not found.kinds[self.category_id.data].active:
            self.category_id.choices.append(
                (self.category_id.data, named(found.kinds[self.category_id.data]))
            )
        subs = [sub for sub in found.subs.values() if sub.category_id == self.category_id.data and sub.active]
        self.subcategory_id.choices = ([] if kept else nothing) + [(sub.id, named(sub)) for sub in subs]
        self.area_id.choices = ([] if report.area_id and self.area_id.data else nothing) + [
            (area.id, named(area)) for area in self._areas_offered(report, found)
        ]
        self.unit_id.choices = [("", _("as suggested"))] + [
            (unit.id, named(unit)) for unit in found.units_in_use
        ]

    def _areas_offered(self, report: Report, found: Lookups) -> list[Area]:
        """Return the areas of the list, and those of no list: the report's own, withdrawn or not, and one somebody chose."""
        own, chosen = (found.areas.get(area_id or 0) for area_id in (report.area_id, self.area_id.data))
        others = [own, chosen if chosen and chosen.active else None]
        listed = found.areas_in_use
        return [*listed, *dict.fromkeys(area for area in others if area and area not in listed)]

    @property
    def judgement(self) -> Judgement:
        """Return what was settled, as the command takes it. Raises `BadInput` for a place outside the city."""
        by_point = self.area_by_point(self.area_id.data)
        return Judgement(
            category_id=self.category_id.data, subcategory_id=self.subcategory_id.data,
            area_id=None if by_point else self.area_id.data, unit_id=self.unit_id.data, title=self.title.data or "",
            address=self.address.data, spot=self.spot,
        )  # fmt: skip

    def drop_impossible(self, report: Report, found: Lookups) -> None:
        """Let go of what is not offered: a sub-type of another kind, something out of an old address."""
        if not self.category_id.offered:
            self.category_id.data = report.category_id
            self.offer(report, found)
        for field in (self.subcategory_id, self.area_id, self.unit_id):
            if not field.offered:
                field.data = None

    def follow_place(self, report: Report, found: Lookups) -> None:
        """Let the area follow a place that was set, unless the person chose one; let go of a place outside the city."""
        self.follow(Point(report.lon, report.lat), lambda: self.offer(report, found))


def accept_form(report: Report, found: Lookups, typed: MultiDict[str, str] | None = None) -> AcceptForm:
    """Return the form as it was `typed`, else as the resident filled it."""
    own = {name: getattr(report, name) for name in ("category_id", "subcategory_id", "area_id", "address")}
    form = AcceptForm(formdata=typed, data=own)
    form.offer(report, found)
    if typed is None:
        form.show_place(Point(report.lon, report.lat), report.area_id)
    return form


class Needed(NoLonger):
    """Marks a text as needed, for who reads the form, and says when it is too long; that it is there the command demands."""

    def __init__(self, length: int = REASON_AT_MOST) -> None:
        """Take at most `length` characters."""
        super().__init__(length)
        self.field_flags = {"required": True}


class ReasonForm(WithReady, SeenForm):
    """Words for the resident: a ready sentence, or one's own."""

    reason = TextAreaField(validators=[Needed()])

    @property
    def words(self) -> str:
        """Return what was written, or the ready sentence that was chosen instead."""
        return (self.reason.data or "").strip()


class AskForm(ReasonForm):
    """A question to the resident."""

    reason = TextAreaField(_l("Question, the resident reads it"), validators=[Needed()])


class DeclineForm(ReasonForm):
    """Why the report is not taken up."""

    reason = TextAreaField(_l("Reason, the resident reads it"), validators=[Needed()])


class UnmergeForm(SeenForm):
    """Why a report is taken out of its case."""

    reason = TextAreaField(_l("Reason, the resident reads it"), validators=[Needed()])


class MergeForm(SeenForm):
    """The open case that the report joins: one of those shown, or one by its number."""

    case_id = StringField()
    number = StringField(_l("Or the number of another open case"), validators=[at_most(40)])


class ActForm(WithReady, SeenForm):
    """The reason of an action on a case; whether one is needed the table knows."""

    reason = TextAreaField(_l("Reason"), validators=[at_most(REASON_AT_MOST)])

    def need_reason(self) -> None:
        """Mark the reason as needed, for who reads the form."""
        self.reason.flags.required = True


class FollowUpForm(ActForm):
    """What whoever reported a closed case says of it."""

    outcome = RadioField(
        _l("What they say"),
        choices=choices_of(OUTCOMES),
        validators=[InputRequired(_l("Please choose one."))],
    )
    reason = TextAreaField(_l("In their words, or how you tried to reach them"), validators=[Needed()])


class WhistleForm(ActForm):
    """Which units are called together, how urgently, and why."""

    unit_ids = SelectMultipleField(_l("Units to call"), coerce=number, choices=[])
    level = RadioField(_l("How urgent"), choices=choices_of(LEVELS), default="daily")
    reason = TextAreaField(_l("What for"), validators=[Needed()])

    def offer(self, found: Lookups, case: Case) -> None:
        """Offer the units that take cases, but the one in charge."""
        self.unit_ids.choices = [
            (unit.id, named(unit)) for unit in found.units_in_use if unit.id != case.lead_unit_id
        ]
        self.unit_ids.flags.required = self.level.flags.required = True


class ConcludeForm(ActForm):
    """What the units that came have settled."""

    without = BooleanField(_l("Do not wait for those who have not come"))
    reason = TextAreaField(_l("The joint conclusion"), validators=[Needed()])


class CorrectForm(WithPlace, ActForm):
    """What the case is about, and where."""

    category_id = choice(_l("Kind"))
    subcategory_id = choice(_l("Sub-type"))
    area_id = choice(_l("Area"))
    reason = TextAreaField(_l("What was wrong"), validators=[Needed()])

    def offer(self, found: Lookups, case: Case) -> None:
        """Offer the city's kinds and areas; as they are when nothing was typed."""
        if not self.is_filled:
            for name in ("category_id", "subcategory_id", "area_id", "address"):
                getattr(self, name).data = getattr(case, name)
            self.show_place(Point(case.lon, case.lat), case.area_id)
        kinds = dict.fromkeys(
            [*found.kinds_in_use, found.kind(case)]
        )  # its own, even when it is offered no more
        self.category_id.choices = [(kind.id, named(kind)) for kind in kinds]
        subs = [sub for sub in found.subs.values() if sub.active or sub.id == case.subcategory_id]
        self.subcategory_id.choices = [
            ("", _("(none)")),
            *((sub.id, f"{named(found.kinds[sub.category_id])} · {named(sub)}") for sub in subs),
        ]
        self.category_id.flags.required = True
        own = found.areas.get(case.area_id or 0)
        chosen = found.areas.get(self.area_id.data or 0)
        others = dict.fromkeys(area for area in (own, chosen) if area and area not in found.areas_in_use)
        areas = [*found.areas_in_use, *others]
        self.area_id.choices = [("", _("(none)")), *((area.id, named(area)) for area in areas)]

    def follow_place(self, case: Case, found: Lookups) -> None:
        """Let the area follow a place that was set, unless the person chose one."""
        self.follow(Point(case.lon, case.lat), lambda: self.offer(found, case))

    @property
    def is_filled(self) -> bool:
        """Whether somebody typed into it."""
        return self.category_id.raw_data is not None and bool(self.category_id.raw_data)

    @property
    def correction(self) -> Correction:
        """Return what was typed, as the command takes it. Raises `BadInput` for a place outside the city."""
        spot = self.spot
        return Correction(
            self.category_id.data, self.subcategory_id.data, self.area_id.data, (self.address.data or "").strip(),
            spot.point if spot else None, by_point=self.area_by_point(self.area_id.data),
        )  # fmt: skip


class UnitForm(ActForm):
    """The unit a case goes to; a reason when it was with another one."""

    unit_id = choice(_l("Unit"))

    def offer(self, found: Lookups) -> None:
        """Offer the units that take cases."""
        self.unit_id.choices = [("", _("as suggested"))] + [
            (unit.id, named(unit)) for unit in found.units_in_use
        ]


class PurposeForm(FlaskForm):
    """For what name and contact of whoever reported are needed."""

    purpose = reason_field(_l("Purpose of opening name and contact"))
