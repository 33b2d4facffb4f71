"""What editors may type: shape only. Whether it may happen is the command's business."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FloatField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation

from reporter.board.boxes import Box, BoxKind
from reporter.board.commands.words import (
    BASIS_AT_MOST,
    DATE_AT_MOST,
    SOURCE_AT_MOST,
    SUMMARY_AT_MOST,
    TITLE_AT_MOST,
    Wording,
)
from reporter.board.lifecycle import ObjectionAction
from reporter.board.models import Exposure, PublicPicture
from reporter.board.wording import ROAD_AT_MOST
from reporter.desks.forms import CaseForm, at_most, choices_of, reason_field

BOX_KINDS = (
    (BoxKind.FACE.value, _l("Face")),
    (BoxKind.PLATE.value, _l("Plate")),
    (BoxKind.TEXT.value, _l("Text")),
    (BoxKind.OTHER.value, _l("Other")),
)
DAYS = ((30, _l("30 days")), (60, _l("60 days")), (90, _l("90 days (at most)")))
DECISIONS = (
    (ObjectionAction.UPHOLD.value, _l("Upheld: the post is taken down for good")),
    (ObjectionAction.UPHOLD_PARTLY.value, _l("Partly: the post stays, your reason stands on it as a correction")),
    (ObjectionAction.DISMISS.value, _l("Dismissed: the post stays as it is")),
)  # fmt: skip
NEEDED = InputRequired(_l("Please fill this in."))
PERCENT, PLACES = 100, 3
SPARES = 3  # empty rows below the boxes


class BoxForm(Form):
    """One box, in percent of the picture; empty numbers are no box."""

    kind = SelectField(_l("Hides"), choices=choices_of(BOX_KINDS), default=BoxKind.PLATE.value)
    x = FloatField(_l("Left, in percent"), validators=[Optional(), NumberRange(0, PERCENT)])
    y = FloatField(_l("Top, in percent"), validators=[Optional(), NumberRange(0, PERCENT)])
    w = FloatField(_l("Width, in percent"), validators=[Optional(), NumberRange(0, PERCENT)])
    h = FloatField(_l("Height, in percent"), validators=[Optional(), NumberRange(0, PERCENT)])
    judged = BooleanField(_l("Judged"))
    drop = BooleanField(_l("Take away"))

    @property
    def blank(self) -> bool:
        """Tell whether this row is none, or is to be none."""
        sides = [self[side] for side in "xywh"]
        given = [side.raw_data[0] if side.raw_data else side.data for side in sides]
        return bool(self.drop.data) or all(one in {None, ""} for one in given)

    @property
    def drawable(self) -> bool:
        """Tell whether there is a box to show over the picture."""
        return not self.blank and not self.errors and all(self[side].data is not None for side in "xywh")

    def box(self) -> Box:
        """Return the box. Raises `BadInput` when it is not inside the picture."""
        x, y, w, h = (self[side].data / PERCENT for side in "xywh")
        return Box(x, y, w, h, self.kind.data, judged=bool(self.judged.data))


def whole_boxes(_form: Form, field: Any) -> None:
    """Refuse a box of which a number is missing or is none."""
    for row in field.entries:
        if not row.form.blank and any(row.form[side].data is None for side in "xywh"):
            raise StopValidation(_("A box needs four numbers: left, top, width and height."))


class MaskForm(CaseForm):
    """The boxes of one picture, and which bytes the person looked at."""

    sha256 = HiddenField(
        _l("Digest"), validators=[InputRequired(_l("This form was damaged. Please reload the page."))]
    )
    boxes = FieldList(FormField(BoxForm), _l("Boxes"), validators=[whole_boxes])

    @classmethod
    def of(cls, exposure: Exposure, picture: PublicPicture, sha256: str) -> "MaskForm":
        """Return the form filled in with what is kept of `picture`."""
        rows = [
            {side: round(box[side] * PERCENT, PLACES) for side in "xywh"} | {"kind": box["kind"], "judged": box["judged"]}
            for box in picture.boxes
        ]  # fmt: skip
        return cls(formdata=None, data={"version": exposure.version, "sha256": sha256, "boxes": rows})

    def add_spares(self, kind: str) -> "MaskForm":
        """Add empty rows for boxes that are still to come, and return the form."""
        for _spare in range(SPARES):
            self.boxes.append_entry({"kind": kind, "judged": True})
        return self

    def mask(self) -> list[Box]:
        """Return the boxes that are there. Raises `BadInput` when one is not inside the picture."""
        return [row.form.box() for row in self.boxes.entries if not row.form.blank]

    @property
    def wrong_boxes(self) -> list[str]:
        """What is wrong with the boxes, each sentence once."""
        said = [text for row in self.boxes.entries for texts in row.form.errors.values() for text in texts]
        whole = [text for text in self.boxes.errors if isinstance(text, str)]
        return list(dict.fromkeys(map(str, (*whole, *said))))


class ChooseForm(CaseForm):
    """Whether a picture is to be shown."""

    used = RadioField(choices=choices_of((("1", ""), ("0", ""))), validators=[InputRequired()])


def _line(label: Any, most: int, *, required: bool = False) -> StringField:
    return StringField(label, validators=[*([NEEDED] if required else []), at_most(most)])


class WordsForm(CaseForm):
    """The words of a post, as the public reads them."""

    title = _line(_l("Title"), TITLE_AT_MOST, required=True)
    summary = TextAreaField(_l("What was there, what was done"), validators=[at_most(SUMMARY_AT_MOST)])
    road = _line(_l("Road section"), ROAD_AT_MOST)
    basis = TextAreaField(_l("Legal basis"), validators=[NEEDED, at_most(BASIS_AT_MOST)])
    basis_source = _line(_l("Source"), SOURCE_AT_MOST, required=True)
    basis_date = _line(_l("Date"), DATE_AT_MOST, required=True)
    no_minor = BooleanField(_l("I have looked at every picture: nobody under age can be seen"))

    @classmethod
    def of(cls, exposure: Exposure) -> "WordsForm":
        """Return the form filled in with what is kept."""
        return cls(formdata=None, obj=exposure)

    def wording(self, days: int) -> Wording:
        """Return what was typed, to be shown for `days`."""
        return Wording(
            title=self.title.data or "", summary=self.summary.data or "", road=self.road.data or "",
            basis=self.basis.data or "", basis_source=self.basis_source.data or "",
            basis_date=self.basis_date.data or "", no_minor=bool(self.no_minor.data), days=days,
        )  # fmt: skip


class DaysForm(CaseForm):
    """For how long a post is shown."""

    days = RadioField(
        _l("How long on the board"), choices=choices_of(DAYS), coerce=int, validators=[InputRequired()]
    )

    @classmethod
    def of(cls, exposure: Exposure) -> "DaysForm":
        """Return the form with the days that are kept."""
        return cls(formdata=None, data={"version": exposure.version, "days": exposure.days})


class StepForm(CaseForm):
    """A step that needs no word, or may have one."""

    note = TextAreaField(_l("Note"), validators=[at_most()])


class ReasonForm(CaseForm):
    """A step that needs a reason."""

    reason = reason_field(_l("Reason"))


class DecideForm(CaseForm):
    """How an objection ends, and why; whoever objected reads the reason."""

    decision = RadioField(
        _l("Decision"), choices=choices_of(DECISIONS), validators=[InputRequired(_l("Please choose one."))]
    )
    reason = reason_field(_l("Reason, shown to whoever objected"))
