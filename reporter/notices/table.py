"""Who is told what, as data. Read this table and you know which sentence goes to whom, by which way. Pure.

A lifecycle's effect says *that* somebody is told; a row here says in which words, and by what means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Flag, StrEnum, auto

from reporter.board.lifecycle import Effect as BoardEffect
from reporter.cases.lifecycle import Effect as CaseEffect
from reporter.editorial.lifecycle import Effect as PieceEffect
from reporter.reports.lifecycle import Effect as ReportEffect


class Who(StrEnum):
    """Whoever is told."""

    REPORTER = "reporter"
    UNIT = "unit"
    CO_UNITS = "co_units"
    HEAD = "head"
    CENTRE = "centre"
    EDITORS = "editors"
    ADMINS = "admins"
    FOLLOWER = "follower"
    COLLEAGUE = "colleague"


class Kind(StrEnum):
    """What a person can switch off, channel by channel."""

    PROGRESS = "progress"
    QUESTION = "question"
    WORK = "work"
    CLOCK = "clock"
    DESK = "desk"
    FOLLOWED = "followed"


class Way(Flag):
    """The means beside the bell, which rings for everything.

    SEND: at once, by mail or SMS, whichever the person gave. DIGEST: in the mail of the day. ROBOT: the unit's groups.
    """

    BELL = 0
    SEND = auto()
    DIGEST = auto()
    ROBOT = auto()


@dataclass(frozen=True)
class Row:
    """One row of the table. `urgent`: staff on duty are told in their quiet hours too."""

    what: str
    who: Who
    kind: Kind
    ways: Way
    sentence: str
    urgent: bool = False


W, K, V = Who, Kind, Way

# fmt: off
TABLE = (
    #   what                       who          of this kind  by these ways       in these words
    Row("report.submit",           W.REPORTER,  K.PROGRESS,   V.SEND,             "We have received your report %(number)s."),
    Row("report.request_info",     W.REPORTER,  K.QUESTION,   V.SEND,             "We have a question about your report %(number)s: %(reason)s"),
    Row("report.answer",           W.CENTRE,    K.DESK,       V.DIGEST,           "The reporter of %(number)s has answered."),
    Row("report.add",              W.CENTRE,    K.DESK,       V.DIGEST,           "The reporter of %(number)s has added something."),
    Row("report.decline",          W.REPORTER,  K.PROGRESS,   V.SEND,             "Your report %(number)s was declined: %(reason)s"),
    Row("report.merge",            W.REPORTER,  K.PROGRESS,   V.SEND,             "Your report %(number)s was joined to a case that is being handled already."),
    Row("report.join",             W.REPORTER,  K.PROGRESS,   V.BELL,             "Your report %(number)s goes with a case that is being handled already."),
    Row("report.unmerge",          W.REPORTER,  K.PROGRESS,   V.SEND,             "Your report %(number)s is looked at on its own again: %(reason)s"),
    Row("report.remind",            W.CENTRE,    K.DESK,      V.BELL,              "Report %(number)s should be looked at soon."),
    Row("report.escalate",          W.CENTRE,    K.DESK,      V.SEND,              "Report %(number)s waits longer than it should."),

    Row("case.register",           W.REPORTER,  K.PROGRESS,   V.SEND,             "Your report has become case %(number)s."),
    Row("case.join",               W.REPORTER,  K.PROGRESS,   V.DIGEST,           "Another report was joined to case %(number)s."),
    Row("case.dispatch",           W.REPORTER,  K.PROGRESS,   V.DIGEST,           "Case %(number)s was given to the unit in charge."),
    Row("case.dispatch",           W.UNIT,      K.CLOCK,      V.SEND | V.ROBOT,   "Case %(number)s was given to your unit: please claim it in time.", urgent=True),
    Row("case.reassign",           W.UNIT,      K.CLOCK,      V.SEND | V.ROBOT,   "Case %(number)s was passed on to your unit: please claim it in time.", urgent=True),
    Row("case.claim",              W.REPORTER,  K.PROGRESS,   V.DIGEST,           "The unit in charge has taken case %(number)s."),
    Row("case.request_send_back",  W.CENTRE,    K.DESK,       V.SEND,             "A unit asks to send back case %(number)s: %(reason)s"),
    Row("case.approve_send_back",  W.UNIT,      K.WORK,       V.DIGEST,           "The send-back of case %(number)s was approved."),
    Row("case.refuse_send_back",   W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "The send-back of case %(number)s was refused: %(reason)s"),
    Row("case.request_extension",  W.CENTRE,    K.DESK,       V.SEND,             "A unit asks for more time for case %(number)s: %(reason)s"),
    Row("case.approve_extension",  W.UNIT,      K.WORK,       V.DIGEST,           "Case %(number)s has been given more time."),
    Row("case.approve_extension",  W.REPORTER,  K.PROGRESS,   V.SEND,             "Case %(number)s has been given more time."),
    Row("case.refuse_extension",   W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "More time for case %(number)s was refused: %(reason)s"),
    Row("case.request_shelve",     W.CENTRE,    K.DESK,       V.SEND,             "A unit asks to shelve case %(number)s: %(reason)s"),
    Row("case.approve_shelve",     W.UNIT,      K.WORK,       V.DIGEST,           "Case %(number)s waits for a season or for building work."),
    Row("case.approve_shelve",     W.REPORTER,  K.PROGRESS,   V.SEND,             "Case %(number)s waits for a season or for building work."),
    Row("case.refuse_shelve",      W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "Shelving case %(number)s was refused: %(reason)s"),
    Row("case.request_defer",      W.CENTRE,    K.DESK,       V.SEND,             "A unit asks to defer case %(number)s: %(reason)s"),
    Row("case.approve_defer",      W.UNIT,      K.WORK,       V.DIGEST,           "Case %(number)s is paused for a short time."),
    Row("case.approve_defer",      W.REPORTER,  K.PROGRESS,   V.SEND,             "Case %(number)s is paused for a short time."),
    Row("case.refuse_defer",       W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "Deferring case %(number)s was refused: %(reason)s"),
    Row("case.resume",             W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "Work on case %(number)s goes on."),
    Row("case.resume",             W.REPORTER,  K.PROGRESS,   V.DIGEST,           "Work on case %(number)s goes on."),
    Row("case.ask_reporter",        W.REPORTER,  K.QUESTION,  V.SEND,              "The unit has a question about case %(number)s: %(reason)s"),
    Row("case.answer",              W.UNIT,      K.WORK,      V.SEND | V.ROBOT,    "The reporter of case %(number)s has answered."),
    Row("case.submit_result",      W.REPORTER,  K.PROGRESS,   V.DIGEST,           "The unit says that case %(number)s is done; an inspector will check it."),
    Row("case.inspect_pass",       W.REPORTER,  K.QUESTION,   V.SEND,             "Case %(number)s was checked and closed. Please tell us how you like it."),
    Row("case.inspect_fail",       W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "Case %(number)s did not pass the inspection: %(reason)s"),
    Row("case.close_unfixed",      W.REPORTER,  K.QUESTION,   V.SEND,             "Case %(number)s was closed without repair: %(reason)s"),
    Row("case.reopen",             W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "Case %(number)s was reopened."),
    Row("case.reopen",             W.REPORTER,  K.PROGRESS,   V.SEND,             "Case %(number)s was reopened."),
    Row("case.say_unfixed",        W.CENTRE,    K.DESK,       V.BELL,             "Somebody who saw it too says that case %(number)s is not put right: %(reason)s"),
    Row("case.tell",               W.CENTRE,    K.DESK,       V.BELL,             "Another system says something about case %(number)s."),
    Row("case.void",               W.UNIT,      K.WORK,       V.DIGEST,           "Case %(number)s was declared void: %(reason)s"),
    Row("case.void",               W.REPORTER,  K.PROGRESS,   V.SEND,             "Case %(number)s was declared void: %(reason)s"),
    Row("case.urge",               W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "A reminder for case %(number)s."),
    Row("case.supervise",          W.UNIT,      K.CLOCK,      V.SEND | V.ROBOT,   "Case %(number)s is under supervision: %(reason)s", urgent=True),
    Row("case.supervise",          W.HEAD,      K.CLOCK,      V.SEND,             "Case %(number)s is under supervision: %(reason)s", urgent=True),
    Row("case.whistle",            W.UNIT,      K.WORK,       V.SEND | V.ROBOT,   "Units are called together for case %(number)s: %(reason)s", urgent=True),
    Row("case.whistle",            W.CO_UNITS,  K.WORK,       V.SEND | V.ROBOT,   "Units are called together for case %(number)s: %(reason)s", urgent=True),
    Row("case.whistle",            W.CENTRE,    K.DESK,       V.BELL,             "Units are called together for case %(number)s: %(reason)s"),
    Row("case.whistle_late",        W.CO_UNITS,  K.CLOCK,     V.SEND | V.ROBOT,    "Units that were called to case %(number)s have not come yet.", urgent=True),
    Row("case.whistle_late",        W.CENTRE,    K.DESK,      V.SEND,              "Units that were called to case %(number)s have not come yet."),
    Row("case.conclude",            W.UNIT,      K.WORK,      V.SEND | V.ROBOT,    "The units called to case %(number)s have settled: %(reason)s"),
    Row("case.conclude",            W.CO_UNITS,  K.WORK,      V.SEND | V.ROBOT,    "The units called to case %(number)s have settled: %(reason)s"),
    Row("case.conclude",            W.CENTRE,    K.DESK,      V.BELL,              "The units called to case %(number)s have settled: %(reason)s"),
    Row("case.correct",             W.UNIT,      K.WORK,      V.SEND | V.ROBOT,    "Kind or place of case %(number)s was put right: %(reason)s"),
    Row("case.remind",              W.UNIT,      K.CLOCK,     V.SEND | V.ROBOT,    "The time for case %(number)s is nearly over.", urgent=True),
    Row("case.remind",              W.CENTRE,    K.DESK,      V.BELL,              "The time for case %(number)s is nearly over."),
    Row("case.escalate",           W.HEAD,      K.CLOCK,      V.SEND,             "Case %(number)s is overdue.", urgent=True),
    Row("case.escalate",           W.CENTRE,    K.CLOCK,      V.DIGEST,           "Case %(number)s is overdue."),
    Row("case.supervise_late",      W.UNIT,      K.CLOCK,     V.SEND | V.ROBOT,    "Case %(number)s is long overdue and under supervision now.", urgent=True),
    Row("case.supervise_late",      W.HEAD,      K.CLOCK,     V.SEND,              "Case %(number)s is long overdue and under supervision now.", urgent=True),
    Row("case.supervise_late",      W.CENTRE,    K.CLOCK,     V.SEND,              "Case %(number)s is long overdue and under supervision now."),
    Row("case.fall_back",           W.UNIT,      K.CLOCK,     V.SEND | V.ROBOT,    "Case %(number)s goes to the fallback unit, because it was not done in time.", urgent=True),
    Row("case.fall_back",           W.CO_UNITS,  K.CLOCK,     V.SEND | V.ROBOT,    "Case %(number)s goes to the fallback unit, because it was not done in time.", urgent=True),
    Row("case.fall_back",           W.HEAD,      K.CLOCK,     V.SEND,              "Case %(number)s goes to the fallback unit, because it was not done in time.", urgent=True),
    Row("case.fall_back",           W.CENTRE,    K.CLOCK,     V.SEND,              "Case %(number)s goes to the fallback unit, because it was not done in time."),
    Row("case.revoke_penalty",     W.CENTRE,    K.DESK,       V.DIGEST,           "The penalty of case %(number)s does not stand any more: %(reason)s"),
    Row("case.ladder",             W.CENTRE,    K.CLOCK,      V.SEND,             "Case %(number)s was sent back or done again three times: it needs a decision."),

    Row("exposure.propose",        W.EDITORS,   K.DESK,       V.DIGEST,           "A post was proposed for the board."),
    Row("exposure.submit",         W.EDITORS,   K.DESK,       V.DIGEST,           "A post waits for its first review."),
    Row("exposure.pass_first",     W.EDITORS,   K.DESK,       V.DIGEST,           "A post waits for its second review."),
    Row("exposure.hide",           W.EDITORS,   K.DESK,       V.SEND,             "A post was hidden because of an objection.", urgent=True),
    Row("objection.file",          W.EDITORS,   K.DESK,       V.SEND,             "An objection was filed."),

    Row("piece.hand_in",           W.EDITORS,   K.DESK,       V.DIGEST,           "Something that was written waits for somebody else to release it."),

    Row("calm_rule.switch_off",    W.CENTRE,    K.DESK,       V.SEND,             "The rule for reports of low risk has switched itself off after the re-check of %(number)s."),

    Row("follow.digest",           W.FOLLOWER,  K.FOLLOWED,   V.SEND,             "New on the board where you follow it: %(number)s."),

    Row("note.name",               W.COLLEAGUE, K.DESK,       V.BELL,             "A colleague names you in a note on %(number)s."),

    Row("handover.hand_over",      W.CENTRE,    K.DESK,       V.BELL,             "A handover waits to be received by the next shift."),
    Row("handover.doubt",          W.COLLEAGUE, K.DESK,       V.BELL,             "Whoever received your handover doubts something in it."),

    Row("hook.switch_off",         W.ADMINS,    K.DESK,       V.SEND,             "The webhook to %(number)s has failed for days and was switched off."),
)

# Which effect of a lifecycle tells whom.
TELLS = {
    CaseEffect.TELL_REPORTER:   W.REPORTER,
    CaseEffect.TELL_UNIT:       W.UNIT,
    CaseEffect.TELL_CO_UNITS:   W.CO_UNITS,
    CaseEffect.TELL_HEAD:       W.HEAD,
    CaseEffect.TELL_CENTRE:     W.CENTRE,
    ReportEffect.TELL_REPORTER: W.REPORTER,
    ReportEffect.TELL_CENTRE:   W.CENTRE,
    BoardEffect.TELL_EDITORS:   W.EDITORS,
    PieceEffect.TELL_EDITORS:   W.EDITORS,
}

# What webhooks are told: the name outside, by the step.
OUTSIDE = {
    "case.register":        "case.registered",
    "case.dispatch":        "case.dispatched",
    "case.reassign":        "case.dispatched",
    "case.claim":           "case.claimed",
    "case.submit_result":   "case.handled",
    "case.inspect_pass":    "case.closed",
    "case.close_unfixed":   "case.closed",
    "case.inspect_fail":    "case.returned",
    "case.reopen":          "case.reopened",
    "case.void":            "case.void",
    "exposure.publish":     "exposure.published",
    "exposure.show":        "exposure.published",
    "exposure.hide":        "exposure.taken_down",
    "exposure.withdraw":    "exposure.taken_down",
    "exposure.expire":      "exposure.taken_down",
}
# fmt: on
EVENTS = tuple(dict.fromkeys(OUTSIDE.values()))

_BY_KEY = {(row.what, row.who): row for row in TABLE}
_FIRST = {row.what: row for row in reversed(TABLE)}


def told_by(effect: Flag) -> Iterator[Who]:
    """Yield whom a step with `effect` tells, in the order of the effects."""
    for one, who in TELLS.items():
        if type(one) is type(effect) and one in effect:
            yield who


def row_for(what: str, who: str) -> Row | None:
    """Return the row for this step and this audience, None when the table has none: nobody is told."""
    return _BY_KEY.get((what, Who(who))) if who in list(Who) else None


def sentence_for(what: str, who: str) -> str:
    """Return the sentence; for a notice that was written before audiences were, the first one of its step."""
    row = row_for(what, who) or _FIRST.get(what)
    return row.sentence if row else ""
