"""A report while it is being written: the form, its pictures, and what is shown beside them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from reporter.cases.models import Category
from reporter.cases.queries import categories
from reporter.cases.question_models import Question
from reporter.cases.questions import questions_by_kind
from reporter.desks.dates import plain_clock, plain_moment
from reporter.desks.device import device_id
from reporter.desks.enclosed import gather, uploader_key
from reporter.desks.errors import blame, limiter, wait_until, whence, words_of
from reporter.desks.evidence import lack_words, lacks_of
from reporter.desks.guard import me
from reporter.desks.origin import origins
from reporter.desks.resident.address import look_up, offer_again, refuse_open_address
from reporter.desks.resident.asked import answers_of, form_asking, groups
from reporter.desks.resident.budget import Answer, verdict_on, was_taken
from reporter.desks.resident.door import SENDING
from reporter.desks.resident.forms import ReportForm, new_client_id
from reporter.desks.resident.nearby import Near, near_cases
from reporter.desks.resident.promises import subtypes
from reporter.desks.resident.shots import Shot, said_views, shot_of
from reporter.desks.resident.spot import choosable_areas, first_view, spot_of
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError, TooMany
from reporter.photos.commands.intake import discard
from reporter.photos.models import Photo, View
from reporter.points.queries import terms_now
from reporter.reports.alike import Sighting
from reporter.reports.commands.intake import Spot, Submission, submit
from reporter.reports.models import Report
from reporter.reports.queries import report_by_client_id
from reporter.reports.screening import personal_data

SEND, AS_IT_IS, ADD, NEARBY, LOOK_UP, REMOVE = "send", "send_as_it_is", "add", "near", "look_up", "remove"
ASK = "ask"


@dataclass
class Draft:
    """A report being written. `wish` is what the pressed button asks for."""

    form: ReportForm
    kinds: Sequence[Category]
    questions: Mapping[int, Sequence[Question]]  # that each kind asks, by its id
    photos: list[Photo] = field(default_factory=list)
    wish: str = SEND
    near: Sequence[Near] | None = None
    lacking: Sequence[
        str
    ] = ()  # what the photos do not show, in words; told once, then it may be sent all the same
    kept: bool = False  # it is the page that phones keep
    prove: bool = False  # whoever sends is asked to sign in by a code
    stopped: bool = False
    status: int = BadInput.status  # of the page that says what is wrong
    aside: bool = False  # more than usual: it waits in the side queue

    def page(self, status: int = 200) -> ResponseReturnValue:
        """Return the form's page with everything that was typed and sent so far."""
        offer_again(self.form)
        shots: list[Shot] = [shot_of(photo) for photo in self.photos]
        page = render_template(
            "resident/report.html", form=self.form, kinds=self.kinds, shots=shots, near=self.near,
            subtypes=subtypes(self.kinds), left=self.form.most - len(shots), box=first_view(),
            lacking=self.lacking, views=self.views, kept=self.kept, no_points=self.no_points,
            prove=self.prove, stopped=self.stopped, kind_groups=groups(self.form, self.kinds, self.questions),
        )  # fmt: skip
        return page, status

    @property
    def no_points(self) -> bool:
        """Whether whoever writes it would have points for it if they had signed in. What a phone keeps is nobody's."""
        return not self.kept and me().id is None and terms_now().given

    @property
    def kind(self) -> Category | None:
        """The chosen kind."""
        return next((kind for kind in self.kinds if kind.slug == self.form.category.data), None)

    def ask_for_kind(self) -> bool:
        """Tell whether a kind is chosen, and say so when it is not."""
        if self.kind is None:
            self.form.category.errors = [_("Please choose a kind first.")]
        return self.kind is not None

    def look_around(self) -> None:
        """Find what was reported nearby already, or say what is missing for it."""
        if not self.ask_for_kind() or self.kind is None:
            return
        try:
            spot = spot_of(self.form, self.photos)
        except ReporterError as error:
            self.form.place.errors = [words_of(error)]
            return
        self.near = self._near(spot, self.kind)

    def look_up(self) -> None:
        """Offer the places that the typed address may mean, or say that none is known."""
        if not self.form.address.data:
            self.form.address.errors = [_("Please type an address first.")]
        elif not look_up(self.form, self.form.street_id):
            try:
                refuse_open_address(self.form)
            except ReporterError as error:
                blame(self.form, error)

    def send(self) -> Report | None:
        """Send the report; None when something has to be put right, which the form then says."""
        if not valid(self.form):
            self._name_the_rest()
            return None
        if (
            self.kind and self.photos and self.wish != AS_IT_IS and not self.form.case_id
        ):  # a case has its evidence
            missing = lacks_of(self.kind, self.photos, said_views(self.photos, request.form))
            self.lacking = lack_words(self.kind, missing)
            if missing:
                return None
        sent_before = report_by_client_id(self.form.client_id.data or "") is not None
        if not sent_before and not self._within_budget():
            return None
        try:
            report = submit(self._submission(), by=me())
        except ReporterError as error:
            blame(self.form, error)
            if self.form.joins.errors:  # what was chosen stays before one's eyes
                self.look_around()
            return None
        if not sent_before:
            was_taken(self.form.contact.data or "")
        if personal_data(report.words):
            flash(
                _(
                    "Your words seem to hold a phone, identity or plate number. It is blotted out before anything is published."
                ),
                "warn",
            )
        return report

    def too_often(self, until: datetime) -> None:
        """Say on the form until when nothing more is taken; what was typed stays."""
        words = _("A lot comes from you or from your network just now. Please wait until %(time)s and press Send again; nothing you typed is lost.", time=plain_clock(until))  # fmt: skip
        self.form.pace.errors, self.status = [words], TooMany.status

    def _within_budget(self) -> bool:
        """Tell whether it may be sent now; otherwise the form says what to do."""
        form = self.form
        verdict = verdict_on(form.contact.data or "")
        if verdict is None:
            return True
        if verdict.answer is Answer.ASIDE:
            self.aside = True
        elif verdict.answer is Answer.SLOW:
            self.too_often(verdict.until)
        elif verdict.answer is Answer.STOP:
            self.stopped, self.status = True, TooMany.status
            form.pace.errors = [_("So much came from you or from your network that nothing more is taken before %(time)s. What you typed stays here. Is somebody in danger? Ring the number at the foot of the page.", time=plain_moment(verdict.until))]  # fmt: skip
        else:
            self.prove = True
            form.pace.errors = [_("Many reports come from here just now. Please show that we can reach you: sign in by a code that we send to your phone or mailbox, then press Send here again. Nothing you typed is lost.")]  # fmt: skip
        return self.aside

    @property
    def views(self) -> dict[str, str]:
        """What each picture is of, by its token, as the sender says: near, far, or nothing said."""
        said = {photo.token: request.form.get(f"view-{photo.token}", "") for photo in self.photos}
        return {token: view for token, view in said.items() if view in set(View)}

    @property
    def answers(self) -> dict[str, list[str]]:
        """What was answered to what the chosen kind asks, by code."""
        return answers_of(self.form, self.kind, self.questions.get(self.kind.id, ())) if self.kind else {}

    def _near(self, spot: Spot, kind: Category) -> Sequence[Near]:
        if spot.lon is None or spot.lat is None:
            return ()
        seen = Sighting(spot.lon, spot.lat, kind.id, self.form.sub_id, [photo.id for photo in self.photos])
        return near_cases(replace(seen, words=self.form.words.data or ""))

    def _name_the_rest(self) -> None:
        """Name the missing photo and place too: nobody mends one thing only to hear of the next."""
        if not self.photos:
            self.form.photos.errors = [*self.form.photos.errors, _("Please add at least one photo.")]
        try:
            spot_of(self.form, self.photos)
        except ReporterError as error:
            blame(self.form, error)

    def _submission(self) -> Submission:
        form, spot = self.form, spot_of(self.form, self.photos)
        return Submission(
            client_id=form.client_id.data or "", category_id=self.kind.id if self.kind else 0, spot=spot,
            joins_case_id=form.case_id, subcategory_id=form.sub_id, answers=self.answers,
            words=form.words.data or "", photo_ids=[photo.id for photo in self.photos],
            origins=origins(), device=uploader_key(), over_budget=self.aside,
            views=said_views(self.photos, request.form), anonymous=form.anonymous.data,
            minors=form.minors.data,
            contact=form.contact.data or "", notify=form.notify.data, locale=str(get_locale()),
        )  # fmt: skip


def empty_draft() -> Draft:
    """Return an empty draft of nobody: without number and token, which the phone that keeps it fills in."""
    kinds, questions = categories(), questions_by_kind()
    form = form_asking(kinds, questions)(formdata=None, meta={"csrf": False})
    form.offer(kinds, choosable_areas())
    return Draft(form, kinds, questions, kept=True)


def new_draft() -> Draft:
    """Return an empty draft; somebody signed in finds their address filled in."""
    uploader_key()
    device_id()
    kinds, questions = categories(), questions_by_kind()
    form = form_asking(kinds, questions)(formdata=None)
    form.offer(kinds, choosable_areas())
    form.client_id.data = new_client_id()
    if current_user.is_authenticated:
        form.contact.data = current_user.contact
    if wanted := next((kind for kind in kinds if kind.slug == request.args.get("kind")), None):
        form.category.data = wanted.slug
    return Draft(form, kinds, questions)


def read_draft() -> Draft:
    """Return the draft that was posted, with the files that came along taken in."""
    kinds, questions = categories(), questions_by_kind()
    form = form_asking(kinds, questions)()
    form.offer(kinds, choosable_areas())
    removed = request.form.get(REMOVE, "")
    if removed in form.tokens.data:
        form.tokens.data = [token for token in form.tokens.data if token != removed]
        with suppress(ReporterError):  # gone already, or sent already: off the form it is
            discard(removed, uploader_key=uploader_key())
    until = limiter.over(SENDING, "forms", whence())
    photos = gather(form, files=until is None)
    wish = REMOVE if removed else request.form.get("act", SEND)
    draft = Draft(form, kinds, questions, photos, wish)
    if until:
        wait_until(until)
        draft.too_often(until)
        return draft
    if wish == NEARBY:
        draft.look_around()
    if wish == ASK:
        draft.ask_for_kind()
    if wish == LOOK_UP:
        draft.look_up()
    if wish not in {SEND, AS_IT_IS}:
        form.photos.errors = form.photos.process_errors
    return draft
