"""What editors type about those who agreed to be named: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField

from reporter.desks.editor.forms import ReasonForm
from reporter.desks.editor.piece_forms import CHOOSE, DAY, day_of, line
from reporter.desks.forms import CaseForm, choices_of
from reporter.editorial.commands.consents import GIVER_AT_MOST, REFERENCE_AT_MOST, Agreement
from reporter.editorial.lifecycle import Action
from reporter.editorial.models import ConsentWay, Giver
from reporter.editorial.queries import today
from reporter.editorial.worklists import Naming, consents_to

GIVERS = (
    (Giver.PERSON.value, _l("Whoever is named")),
    (Giver.GUARDIAN.value, _l("The guardian")),
)
CONSENT_WAYS = (
    (ConsentWay.PAPER.value, _l("On paper")),
    (ConsentWay.MESSAGE.value, _l("By message")),
    (ConsentWay.CALL.value, _l("By a recorded call")),
)
USUAL = {"giver": Giver.PERSON.value, "way": ConsentWay.PAPER.value}


class ConsentForm(CaseForm):
    """Who agreed that somebody is named, how and when."""

    person = SelectField(_l("Whom it names"), validators=[CHOOSE])
    giver = RadioField(_l("Who agreed"), choices=choices_of(GIVERS), validators=[CHOOSE])
    giver_name = line(_l("Name of whoever agreed"), GIVER_AT_MOST)
    way = RadioField(_l("How"), choices=choices_of(CONSENT_WAYS), validators=[CHOOSE])
    given_on = DateField(_l("When"), validators=[DAY])
    reference = line(_l("Where it is kept"), REFERENCE_AT_MOST)

    @classmethod
    def sent(cls, piece: Naming) -> "ConsentForm":
        """Return the form as it was sent."""
        form = cls()
        form.person.choices = choices_of((name, name) for name in piece.people)
        return form

    @classmethod
    def of(cls, piece: Naming) -> "ConsentForm":
        """Return the form about the first who has not agreed, with what is usual; about the first when all have, with what is kept."""
        kept = {one.person: one for one in consents_to(piece)}
        person = next((name for name in piece.people if name not in kept), next(iter(piece.people), ""))
        known = kept.get(person)
        usual = {} if known else USUAL | {"person": person, "given_on": today()}
        form = cls(formdata=None, obj=known, data={"version": piece.version, **usual})
        form.person.choices = choices_of((name, name) for name in piece.people)
        return form

    def said(self) -> Agreement:
        """Return what was typed."""
        return Agreement(
            self.person.data or "", Giver(self.giver.data), self.giver_name.data or "",
            ConsentWay(self.way.data), day_of(self.given_on), self.reference.data or "",
        )  # fmt: skip


class EndConsentForm(ReasonForm):
    """Whose consent is withdrawn, and who said so."""

    consent = SelectField(_l("Whose consent"), coerce=int, validators=[CHOOSE])

    @classmethod
    def sent(cls, piece: Naming) -> "EndConsentForm":
        """Return the form as it was sent."""
        return cls(prefix=Action.WITHDRAW_CONSENT).about(piece)

    @classmethod
    def of(cls, piece: Naming) -> "EndConsentForm":
        """Return the form not filled in."""
        data = {"version": piece.version}
        return cls(formdata=None, data=data, prefix=Action.WITHDRAW_CONSENT).about(piece)

    def about(self, piece: Naming) -> "EndConsentForm":
        """Offer the consents to this piece."""
        self.consent.choices = choices_of((one.id, one.person) for one in consents_to(piece))
        return self
