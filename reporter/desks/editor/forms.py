"""What editors may type: shape only. Whether it may happen is the command's business."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FloatField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import HiddenInput

from reporter.board.boxes import MOST_BOXES, Box, BoxKind, How
from reporter.board.commands.words import (
    BASIS_AT_MOST,
    DATE_AT_MOST,
    SOURCE_AT_MOST,
    SUMMARY_AT_MOST,
    TITLE_AT_MOST,
    Wording,
)
from reporter.board.lifecycle import ObjectionAction
from reporter.board.masked import Masked
from reporter.board.models import Exposure
from reporter.board.wording import ROAD_AT_MOST
from reporter.desks.editor.proposals import Proposals
from reporter.desks.forms import CaseForm, at_most, choices_of, reason_field

BOX_KINDS = (
    (BoxKind.FACE.value, _l("Face")),
    (BoxKind.PLATE.value, _l("Plate")),
    (BoxKind.TEXT.value, _l("Text")),
    (BoxKind.OTHER.value, _l("Other")),
)
HOWS = ((How.SOLID.value, _l("Filled")), (How.BLUR.value, _l("Blurred (faces only)")))
DAYS = ((30, _l("30 days")), (60, _l("60 days")), (90, _l("90 days (at most)")))
DECISIONS = (
    (ObjectionAction.UPHOLD.value, _l("Upheld: the post is taken down for good")),
    (ObjectionAction.UPHOLD_PARTLY.value, _l("Partly: the post stays, your reason stands on it as a correction")),
    (ObjectionAction.DISMISS.value, _l("Dismissed: the post stays as it is")),
)  # fmt: skip
NEEDED = DataRequired(_l("Please fill this in."))
DAMAGED = _l("It was damaged on its way. Nothing was written; please look through it and send it again.")
PERCENT, PLACES = 100, 3
SPARES = 3  # empty rows below the boxes
MOST_ROWS = 2 * MOST_BOXES  # that come back to be thinned out
ROW = re.compile(r"boxes-(0|[1-9][0-9]{0,5})-(?:kind|how|x|y|w|h|judged|drop)")


def tell_damage(form: CaseForm) -> None:
    """Say in plain words what is wrong with the parts of `form` that nobody types."""
    for name in ("version", "sha256", "act", "rows"):
        if name in form and form[name].errors:
            form[name].label.text, form[name].errors = _("This form"), [str(DAMAGED)]


def faults_of(form: CaseForm, **instead: str) -> str:
    """Return all that is wrong with `form` in one line.

    Args:
        instead: plainer words, by the name of the field.
    """
    said = [instead.get(one.short_name, " ".join(map(str, one.errors))) for one in form if one.errors]
    return " ".join(dict.fromkeys(said))


def typed_in(form: CaseForm) -> list[tuple[str, str]]:
    """Return the label of each text that a person typed, and the text."""
    texts = [one for one in form if isinstance(one, StringField) and not isinstance(one, HiddenField)]
    return [(str(one.label.text), one.data) for one in texts if one.data]


class BoxForm(Form):
    """One box, in percent of the picture; empty numbers are no box."""

    how = SelectField(_l("How"), choices=choices_of(HOWS), default=How.SOLID.value)
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
        return Box(x, y, w, h, self.kind.data, judged=bool(self.judged.data), how=self.how.data)


class BoxList(FieldList):  # type: ignore[type-arg]  # the class takes none when it runs
    """The rows under the names that the page gave them; `sent` says how many came, `strange` whether others came too."""

    sent, strange = 0, False

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterable[int]:
        names = {name: ROW.fullmatch(name) for name in formdata if name.startswith(f"{prefix}-")}
        rows = {int(found[1]) for found in names.values() if found}
        self.sent, self.strange = len(rows), not all(names.values())
        return rows

    @property
    def complete(self) -> bool:
        """Tell whether every row came with its four numbers, be they empty."""
        return not self.strange and all(row.form[side].raw_data for row in self.entries for side in "xywh")


def whole_boxes(_form: Form, field: Any) -> None:
    """Refuse a box of which a number is missing or is none, and more rows than can come back."""
    if field.sent > MOST_ROWS:
        raise StopValidation(
            _(
                "There are more than %(limit)s boxes; only %(most)s of them came back.",
                limit=MOST_BOXES, most=MOST_ROWS,
            )
        )  # fmt: skip
    for row in field.entries:
        if not row.form.blank and any(row.form[side].data is None for side in "xywh"):
            raise StopValidation(_("A box needs four numbers: left, top, width and height."))


class MaskForm(CaseForm):
    """The boxes of one picture, and which bytes the person looked at."""

    sha256 = HiddenField(_l("Digest"), validators=[InputRequired(DAMAGED)])
    rows = IntegerField(widget=HiddenInput(), validators=[InputRequired(DAMAGED)])
    act = RadioField(choices=choices_of((("judge", ""), ("draft", ""))), validators=[InputRequired(DAMAGED)])
    checked = BooleanField(_l("Checked for faces, plates, minors, names"))
    boxes = BoxList(FormField(BoxForm), _l("Boxes"), validators=[whole_boxes], max_entries=MOST_ROWS)

    @classmethod
    def drawn(cls, version: int, picture: Masked, proposals: Proposals, sha256: str) -> "MaskForm":
        """Return the form filled in with what is kept of `picture`.

        Without a script, what is proposed stands in rows that say: take away.
        """
        form = cls.of(version, picture, sha256)
        for one in () if proposals.quiet else proposals.strong:
            form.add_row(one.percent | {"kind": str(one.box_kind), "judged": True, "drop": True})
        return form

    @classmethod
    def of(cls, version: int, picture: Masked, sha256: str) -> "MaskForm":
        """Return the form filled in with the boxes that are kept of `picture`."""
        rows = [
            {side: round(box[side] * PERCENT, PLACES) for side in "xywh"} | {"kind": box["kind"], "how": box.get("how", How.SOLID.value), "judged": box["judged"]}
            for box in picture.boxes
        ]  # fmt: skip
        return cls(formdata=None, data={"version": version, "sha256": sha256, "boxes": rows})

    def validate_rows(self, field: Field) -> None:
        """Refuse what lost a part on its way: a box that is missing would show what it hid."""
        if field.data != self.boxes.sent or not self.boxes.complete:
            raise ValidationError(str(DAMAGED))

    def validate_checked(self, field: Field) -> None:
        """Refuse a judgement of a picture that nobody says to have checked; a draft needs no tick."""
        if self.act.data == "judge" and not field.data:
            raise ValidationError(
                _(
                    "Please tick that you have checked this picture for faces, plates, people under age and names."
                )
            )

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Add a row of a box, as long as rows can come back."""
        if len(self.boxes) < MOST_ROWS:
            self.boxes.append_entry(row)

    def add_spares(self, kind: str) -> "MaskForm":
        """Add empty rows for boxes that are still to come, count them all, and return the form."""
        for _spare in range(SPARES):
            self.add_row({"kind": kind, "judged": True})
        self.rows.data, self.rows.raw_data = len(self.boxes), None
        return self

    def mask(self) -> list[Box]:
        """Return the boxes that are there. Raises `BadInput` when one is not inside the picture."""
        return [row.form.box() for row in self.boxes.entries if not row.form.blank]

    @property
    def faults(self) -> list[str]:
        """What is wrong with the form and its boxes, each sentence once."""
        form = [text for one in self if one is not self.boxes for text in one.errors]
        said = [text for row in self.boxes.entries for texts in row.form.errors.values() for text in texts]
        whole = [text for text in self.boxes.errors if isinstance(text, str)]
        return list(dict.fromkeys(map(str, (*form, *whole, *said))))


class ChooseForm(CaseForm):
    """Whether a picture is to be shown."""

    used = RadioField(choices=choices_of((("1", ""), ("0", ""))), validators=[InputRequired()])


def tidy(text: str | None) -> str:
    """Return `text` without blanks around it."""
    return (text or "").strip()


def _line(label: Any, most: int, *, required: bool = False) -> StringField:
    return StringField(label, filters=[tidy], validators=[*([NEEDED] if required else []), at_most(most)])


class WordsForm(CaseForm):
    """The words of a post, as the public reads them."""

    title = _line(_l("Title"), TITLE_AT_MOST, required=True)
    summary = TextAreaField(
        _l("What was there, what was done"), filters=[tidy], validators=[at_most(SUMMARY_AT_MOST)]
    )
    road = _line(_l("Road section"), ROAD_AT_MOST)
    basis = TextAreaField(_l("Legal basis"), filters=[tidy], validators=[NEEDED, at_most(BASIS_AT_MOST)])
    basis_source = _line(_l("Source"), SOURCE_AT_MOST, required=True)
    basis_date = _line(_l("Date"), DATE_AT_MOST, required=True)
    no_minor = BooleanField(_l("I have looked at every picture: nobody under age can be seen"))

    @classmethod
    def of(cls, exposure: Exposure) -> "WordsForm":
        """Return the form filled in with what is kept."""
        return cls(formdata=None, obj=exposure)

    def compare(self, exposure: Exposure) -> None:
        """Say beside each text what is kept now, where that is something else."""
        for name in ("title", "summary", "road", "basis", "basis_source", "basis_date"):
            if self[name].data != (kept := getattr(exposure, name)):
                self[name].errors = [_("Kept now: %(text)s", text=kept or "—")]

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
