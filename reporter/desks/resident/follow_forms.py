"""What a resident may choose about what they follow."""

from collections.abc import Iterable, Sequence
from typing import Any

from babel.dates import get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Optional

from reporter.board.shown import Kind
from reporter.desks.forms import at_most, choices_of
from reporter.desks.resident.forms import Mark
from reporter.desks.words import named
from reporter.following.commands.choosing import Choice
from reporter.following.models import Follow, Follower
from reporter.following.naming import radius_words
from reporter.following.rules import HOUR, HOURS, LONGEST_NAME, MONDAY, NEAR, RADII, Rhythm, What
from reporter.places.geometry import parse_point
from reporter.places.models import Area

AS_ALL = ""  # in the place of a rhythm
CHOOSE = _l("Please choose one of these.")
SUBJECTS = {
    What.PLACE: _l("A place, and what is around it"),
    What.AREA: _l("A district, street or community"),
    What.CITY: _l("The whole city"),
}
RHYTHMS = {Rhythm.DAILY: _l("Every day"), Rhythm.WEEKLY: _l("Once a week")}


class FollowForm(FlaskForm):
    """One subscription. `place` is where an error about the point is shown."""

    what = RadioField(_l("What do you want to follow?"), validators=[InputRequired(CHOOSE)])
    place = Mark(_l("Place"))
    lon = HiddenField()
    lat = HiddenField()
    radius_m = SelectField(_l("How far around it"), coerce=str, validators=[Optional()], default=str(NEAR))
    name = StringField(
        _l("What you call the place"),
        description=_l("For example: at home. Only you see it."),
        validators=[at_most(LONGEST_NAME)],
        render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"},
    )
    area_id = SelectField(_l("Area"), coerce=str, validators=[Optional()])
    kind = SelectField(_l("Kind"), coerce=str, validators=[Optional()])
    rhythm = SelectField(_l("How often I am told"), coerce=str, validators=[Optional()])

    def offer(self, areas: Sequence[Area], kinds: Iterable[Kind]) -> "FollowForm":
        """Fill the choices."""
        self.what.choices = choices_of(SUBJECTS.items())
        self.radius_m.choices = choices_of((metres, radius_words(metres)) for metres in RADII)
        self.area_id.choices = [SelectChoice("", _("Please choose")), *_in_groups(areas)]
        self.kind.choices = [
            SelectChoice("", _("Every kind")),
            *choices_of((one.slug, named(one)) for one in kinds),
        ]
        self.rhythm.choices = [
            SelectChoice(AS_ALL, _("As for everything I follow")),
            *choices_of(RHYTHMS.items()),
        ]
        for field in (self.radius_m, self.area_id, self.kind, self.rhythm):
            field.flags.required = True  # there is always an answer: no "(optional)" is said
        return self

    def choice(self) -> Choice:
        """Return what was chosen. Raises `BadInput` for a damaged point; field "place"."""
        what = What(self.what.data)
        point = None
        if what is What.PLACE and (self.lon.data or self.lat.data):
            place = parse_point(self.lon.data, self.lat.data, field="place")
            point = (place.lon, place.lat)
        return Choice(
            what, place=point, name=self.name.data or "", radius_m=int(self.radius_m.data or NEAR),
            area_id=int(self.area_id.data) if self.area_id.data else None, kind=self.kind.data or "",
            rhythm=Rhythm(self.rhythm.data) if self.rhythm.data else None,
        )  # fmt: skip


def _in_groups(areas: Sequence[Area]) -> list[SelectChoice]:
    """Return areas under what they lie in, the coarsest ones first and alone."""
    by_id = {area.id: area for area in areas}
    alone = [SelectChoice(str(area.id), named(area)) for area in areas if area.parent_id not in by_id]
    inside = [
        SelectChoice(str(area.id), named(area), optgroup=named(by_id[area.parent_id]))
        for area in areas
        if area.parent_id in by_id
    ]
    return alone + inside


def as_it_is(follow: Follow) -> dict[str, Any]:
    """Return a subscription as the form shows it."""
    lon, lat = follow.point or ("", "")
    return {
        "what": str(follow.what), "lon": lon, "lat": lat, "radius_m": str(follow.radius_m), "name": follow.name,
        "area_id": str(follow.area_id or ""), "kind": follow.kind_slug, "rhythm": str(follow.rhythm or AS_ALL),
    }  # fmt: skip


class WhenForm(FlaskForm):
    """When everything is told that a person follows."""

    rhythm = RadioField(_l("How often"), validators=[InputRequired(CHOOSE)])
    weekday = SelectField(_l("Day of the week"), coerce=str, validators=[InputRequired(CHOOSE)])
    hour = SelectField(_l("At this hour"), coerce=str, validators=[InputRequired(CHOOSE)])

    def offer(self) -> "WhenForm":
        """Fill the choices."""
        self.rhythm.choices = choices_of(RHYTHMS.items())
        self.weekday.choices = choices_of(get_day_names("wide", locale=get_locale()).items())
        self.hour.choices = choices_of((hour, f"{hour}:00") for hour in HOURS)
        return self


def when_it_is(follower: Follower | None) -> dict[str, str]:
    """Return as the form shows it when a person is told."""
    rhythm = follower.rhythm if follower else Rhythm.DAILY
    hour, weekday = (follower.hour, follower.weekday) if follower else (HOUR, MONDAY)
    return {"rhythm": str(rhythm), "hour": str(hour), "weekday": str(weekday)}
