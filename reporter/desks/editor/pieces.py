"""Lists and pages of what editors write beside the board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.accounts.queries import names_of
from reporter.desks.dossier import Happened
from reporter.desks.editor.consent_forms import CONSENT_WAYS, GIVERS, ConsentForm, EndConsentForm
from reporter.desks.editor.forms import ReasonForm, StepForm
from reporter.desks.editor.lists import Row, Tab
from reporter.desks.editor.piece_forms import CaptionForm, PictureForm, caption_prefix
from reporter.desks.editor.piece_kinds import KINDS, Kind, title_of
from reporter.desks.editor.words import steps_of
from reporter.desks.forms import CaseForm
from reporter.desks.states import honour_word, rubric_word, state_light, state_word
from reporter.editorial.lifecycle import Action, State
from reporter.editorial.models import Article, ArticlePicture, Consent, Honour, ServiceNotice
from reporter.editorial.queries import today
from reporter.editorial.worklists import (
    AnyPiece,
    Lack,
    actions_open_to,
    consents_to,
    history,
    lack_of,
    written,
)
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, may

LACKS = {
    Lack.MASKS: _l("Each picture waits to be judged by a person before the article is handed in."),
    Lack.CONSENT: _l("The consent of whoever is named has to be written down first."),
    Lack.OVER: _l("The days on which it is shown are over; change them first."),
}
REASONED = (Action.SEND_BACK, Action.WITHDRAW)
GIVER_WORDS, WAY_WORDS = dict(GIVERS), dict(CONSENT_WAYS)


@dataclass(frozen=True)
class Listing:
    """One page of one list, with the tabs of all three."""

    kind: Kind
    tabs: Sequence[Tab]
    rows: Sequence[Row]
    more: str
    first: str
    may_write: bool

    @property
    def place(self) -> int:
        """The place of the current tab."""
        return list(KINDS).index(self.kind.slug)


def piece_listing(slug: str, actor: Actor, after: str = "") -> Listing:
    """Return one page of one list. Raises `BadInput`: no such list, or a damaged page address."""
    if slug not in KINDS:
        raise BadInput("There is no such list.")
    kind = KINDS[slug]
    page = written(kind.model, after=after)
    names = names_of([piece.writer_ids[0] for piece in page.rows if piece.writer_ids])
    return Listing(
        kind=kind, tabs=[Tab(one.slug, _way(one.slug), one.name, None) for one in KINDS.values()],
        rows=[_row(kind, piece, names) for piece in page.rows],
        more=_way(slug, page.after) if page.after else "", first=_way(slug) if after else "",
        may_write=may(actor, Permission.EDITORIAL_WRITE),
    )  # fmt: skip


def _way(slug: str, after: str = "") -> str:
    return url_for("editor.pieces", kind=slug, after=after or None)


def _row(kind: Kind, piece: AnyPiece, names: Mapping[int, str]) -> Row:
    who = names.get(piece.writer_ids[0], "") if piece.writer_ids else ""
    over = piece.state is State.PUBLISHED and not isinstance(piece, Article) and piece.until < today()
    return Row(
        id=piece.id, href=url_for("editor.piece", kind=kind.slug, piece_id=piece.id), title=title_of(piece),
        kind=str(kind.name), line=sort_of(piece), at=piece.published_at or piece.written_at,
        level="idle" if over else state_light("piece", piece.state),
        word=_("its days are over") if over else state_word("piece", piece.state),
        note=_("Written by %(name)s", name=who) if who else "",
    )  # fmt: skip


def sort_of(piece: AnyPiece) -> str:
    """Return what stands beside the title of a piece: its column, its kind, or nothing."""
    if isinstance(piece, Article):
        return rubric_word(piece.rubric)
    return honour_word(piece.kind) if isinstance(piece, Honour) else ""


@dataclass(frozen=True)
class Shot:
    """A picture of an article on the editors' page. `masked` is the address of what the public sees or will see."""

    picture: ArticlePicture
    masked: str
    href: str

    @property
    def name(self) -> str:
        """What the form of its caption is called."""
        return caption_prefix(self.picture.id)


@dataclass(frozen=True)
class Agreed:
    """A consent in words."""

    consent: Consent
    giver: object
    way: object
    recorder: str


@dataclass(frozen=True)
class Person:
    """Somebody whom a piece names, or named before, and their consent when there is one."""

    name: str
    agreed: Agreed | None
    level: str
    word: str


@dataclass(frozen=True)
class PiecePage:
    """All that the page of a piece shows."""

    kind: Kind
    piece: AnyPiece
    actions: frozenset[Action]
    lack: str
    why_not: str
    hands: Sequence[tuple[str, str]]
    steps: Sequence[Happened]
    shots: Sequence[Shot]
    people: Sequence[Person]
    forms: Mapping[str, CaseForm]
    wrong: str = ""
    said: str = ""

    @property
    def title(self) -> str:
        """What the piece is called."""
        return title_of(self.piece)

    @property
    def sort(self) -> str:
        """Its column or its kind."""
        return sort_of(self.piece)

    @property
    def until(self) -> date | None:
        """The last day on which it is shown, where it has one."""
        return None if isinstance(self.piece, Article) else self.piece.until

    @property
    def has_consents(self) -> bool:
        """Whether anybody has agreed, who may take it back."""
        return any(person.agreed for person in self.people)

    @property
    def being_made(self) -> bool:
        """Whether it is released, and its pictures are still being burnt."""
        return self.piece.state is State.PUBLISHED and not all(shot.picture.width for shot in self.shots)


def page_of_piece(
    kind: Kind,
    piece: AnyPiece,
    actor: Actor,
    *,
    wrong: str = "",
    form: CaseForm | None = None,
    said: str = "",
) -> PiecePage:
    """Return the page's facts.

    Args:
        wrong: the action whose form came back with something wrong; `form` stays as it was filled in.
        said: why what was sent did not happen.
    """
    lack = lack_of(piece) if piece.state in {State.DRAFT, State.IN_REVIEW} else None
    return PiecePage(
        kind=kind, piece=piece, actions=actions_open_to(actor, piece), lack=str(LACKS[lack]) if lack else "",
        why_not=_why_not(piece, actor), hands=_hands(piece), steps=steps_of("piece", history(piece)),
        shots=_shots(piece), people=_people(piece), forms=_forms(piece) | ({wrong: form} if form else {}),
        wrong=wrong, said=said,
    )  # fmt: skip


def _why_not(piece: AnyPiece, actor: Actor) -> str:
    if piece.state is not State.IN_REVIEW or Action.RELEASE in actions_open_to(actor, piece):
        return ""
    if actor.id in piece.writer_ids:
        return _("You had a hand in writing it; somebody else releases it.")
    return _("A reviewer releases it.")


def _hands(piece: AnyPiece) -> list[tuple[str, str]]:
    names = names_of([*piece.writer_ids, piece.releaser_id])
    writers = _(", ").join(names[one] for one in piece.writer_ids if one in names)
    releaser = names.get(piece.releaser_id or 0, "")
    return [pair for pair in ((_("Written by"), writers), (_("Released by"), releaser)) if pair[1]]


def _shots(piece: AnyPiece) -> list[Shot]:
    pictures = piece.pictures if isinstance(piece, Article) else []
    return [Shot(one, masked_shot(one), mask_href(one)) for one in pictures]


def masked_shot(picture: ArticlePicture) -> str:
    """Return the address of what the public sees of a picture, or will see."""
    return url_for(
        "editor.article_masked", piece_id=picture.article_id, picture_id=picture.id, v=picture.article.version
    )


def mask_href(picture: ArticlePicture) -> str:
    """Return where a picture is judged."""
    return url_for("editor.article_picture", piece_id=picture.article_id, picture_id=picture.id)


def _people(piece: AnyPiece) -> list[Person]:
    if isinstance(piece, ServiceNotice):
        return []
    kept = {one.person: one for one in consents_to(piece)}
    recorders = names_of([one.recorder_id for one in kept.values()])
    everybody = dict.fromkeys([*piece.people, *kept])
    return [_person(name, kept.get(name), recorders, named=name in piece.people) for name in everybody]


def _person(name: str, consent: Consent | None, recorders: Mapping[int, str], *, named: bool) -> Person:
    if consent is None:
        return Person(name, None, "warn", _("has not agreed yet"))
    recorder = recorders.get(consent.recorder_id or 0, "")
    agreed = Agreed(consent, GIVER_WORDS[consent.giver], WAY_WORDS[consent.way], recorder)
    if consent.withdrawn_at:
        return Person(name, agreed, "stop", _("does not agree any more"))
    return (
        Person(name, agreed, "ok", _("has agreed"))
        if named
        else Person(name, agreed, "idle", _("is not named any more"))
    )


def _forms(piece: AnyPiece) -> dict[str, CaseForm]:
    data = {"version": piece.version}
    forms: dict[str, CaseForm] = {"step": StepForm(formdata=None, data=data)}
    for action in REASONED:
        forms[action] = ReasonForm(formdata=None, data=data, prefix=action)
    if isinstance(piece, Article):
        forms["picture"] = PictureForm(formdata=None, data=data)
        for one in piece.pictures:
            forms[caption_prefix(one.id)] = CaptionForm.of(piece.version, one)
    if not isinstance(piece, ServiceNotice):
        forms["consent"], forms[Action.WITHDRAW_CONSENT] = ConsentForm.of(piece), EndConsentForm.of(piece)
    return forms
