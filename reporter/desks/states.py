"""States, actions, roles and lights in words: the resident's on residents' pages, the field's for staff.

The keys are the words of the lifecycles (`reporter/{reports,cases,board,editorial}/lifecycle.py`) and of `Role`; a test
holds every one of them to have words here.
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

STAFF, RESIDENT = "staff", "resident"

# fmt: off
_STATES: Mapping[str, Mapping[str, object]] = {
    "report": {
        "submitted":       _p("report", "waiting for acceptance"),
        "aside":           _p("report", "suspected spam"),
        "info_requested":  _p("report", "waiting for the resident"),
        "accepted":        _p("report", "accepted"),
        "declined":        _p("report", "declined"),
        "duplicate":       _p("report", "joined to a case"),
        "withdrawn":       _p("report", "withdrawn by the resident"),
    },
    "case": {
        "registered":      _p("case", "registered"),
        "dispatched":      _p("case", "waiting to be claimed"),
        "handling":        _p("case", "handling"),
        "shelved":         _p("case", "shelved"),
        "deferred":        _p("case", "deferred"),
        "waiting":         _p("case", "waiting for the reporter"),
        "handled":         _p("case", "waiting for inspection"),
        "closed":          _p("case", "closed"),
        "closed_unfixed":  _p("case", "closed, not fixed"),
        "archived":        _p("case", "archived"),
        "void":            _p("case", "void"),
    },
    "exposure": {
        "proposed":        _p("exposure", "proposed"),
        "redacting":       _p("exposure", "redacting"),
        "first_review":    _p("exposure", "first review"),
        "second_review":   _p("exposure", "second review"),
        "published":       _p("exposure", "published"),
        "hidden":          _p("exposure", "hidden while an objection is open"),
        "withdrawn":       _p("exposure", "taken down"),
        "expired":         _p("exposure", "expired"),
        "rejected":        _p("exposure", "rejected"),
    },
    "objection": {
        "filed":           _p("objection", "filed"),
        "in_review":       _p("objection", "in review"),
        "upheld":          _p("objection", "upheld"),
        "partly":          _p("objection", "partly upheld"),
        "dismissed":       _p("objection", "dismissed"),
    },
    "piece": {
        "draft":           _p("piece", "draft"),
        "in_review":       _p("piece", "waits for its release"),
        "published":       _p("piece", "released"),
        "withdrawn":       _p("piece", "taken down"),
    },
    "request": {
        "open":            _p("request", "waiting for approval"),
        "approved":        _p("request", "approved"),
        "refused":         _p("request", "refused"),
        "send_back":       _p("request", "send-back"),
        "extension":       _p("request", "more time"),
        "shelve":          _p("request", "shelving"),
        "defer":           _p("request", "deferral"),
    },
}

_FOR_RESIDENTS: Mapping[str, Mapping[str, object]] = {
    "report": {
        "submitted":       _l("Received, being looked at"),
        "aside":           _l("Received, being looked at"),
        "info_requested":  _l("A question for you"),
        "accepted":        _l("Accepted"),
        "declined":        _l("Not taken up"),
        "duplicate":       _l("Joined to the same case"),
        "withdrawn":       _l("Withdrawn by you"),
    },
    "case": {
        "registered":      _l("Accepted, a unit is being found"),
        "dispatched":      _l("Handed to the unit"),
        "handling":        _l("Being handled"),
        "shelved":         _l("On the list for later"),
        "deferred":        _l("Put off for a short time"),
        "waiting":         _l("The unit has a question for you"),
        "handled":         _l("Done, being checked"),
        "closed":          _l("Put right"),
        "closed_unfixed":  _l("Ended without repair"),
        "archived":        _l("Put right"),
        "void":            _l("Not valid"),
    },
    "objection": {
        "filed":           _l("Received"),
        "in_review":       _l("Being examined"),
        "upheld":          _l("You were right: taken down"),
        "partly":          _l("Partly right: changed"),
        "dismissed":       _l("Stays as it is"),
    },
}

_LIGHTS: Mapping[str, Mapping[str, str]] = {
    "report":    {"info_requested": "warn", "aside": "warn", "accepted": "ok", "duplicate": "ok"},
    "case":      {"handled": "warn", "waiting": "warn", "closed": "ok", "archived": "ok", "closed_unfixed": "warn"},
    "exposure":  {"published": "ok", "hidden": "warn", "rejected": "warn", "withdrawn": "warn"},
    "objection": {"filed": "warn", "in_review": "warn", "upheld": "ok", "partly": "ok"},
    "piece":     {"in_review": "warn", "published": "ok"},
    "request":   {"open": "warn", "approved": "ok", "refused": "bad"},
}

_ACTIONS: Mapping[str, Mapping[str, object]] = {
    "report": {
        "submit":             _l("report"),
        "request_info":       _l("ask the resident"),
        "answer":             _l("answer"),
        "add":                _l("add material"),
        "accept":             _l("accept"),
        "decline":            _l("decline"),
        "join":               _l("join to a case"),
        "merge":              _l("merge"),
        "unmerge":            _l("undo the merge"),
        "withdraw":           _p("report", "withdraw"),
        "set_aside":          _l("move to suspected spam"),
        "take_back":          _l("take back into the queue"),
        "undo":               _l("undo"),
        "remind":             _l("remind"),
        "escalate":           _l("escalate"),
        "open_identity":      _l("open name and contact"),
        "say_solved":         _l("say whether it is solved"),
        "appeal":             _l("ask to have it looked at again"),
        "agree_to_appeal":    _l("agree to the appeal"),
        "refuse_appeal":      _l("refuse the appeal"),
        "recheck":            _l("re-check"),
    },
    "case": {
        "register":           _l("register"),
        "join":               _l("join a report"),
        "leave":              _l("take a report out"),
        "undo":               _l("undo"),
        "dispatch":           _l("dispatch"),
        "reassign":           _l("reassign"),
        "claim":              _l("claim"),
        "request_send_back":  _l("ask to send back"),
        "approve_send_back":  _l("approve the send-back"),
        "refuse_send_back":   _l("refuse the send-back"),
        "request_extension":  _l("ask for more time"),
        "approve_extension":  _l("grant more time"),
        "refuse_extension":   _l("refuse more time"),
        "request_shelve":     _l("ask to shelve"),
        "approve_shelve":     _l("approve shelving"),
        "refuse_shelve":      _l("refuse shelving"),
        "request_defer":      _l("ask to defer"),
        "approve_defer":      _l("approve the deferral"),
        "refuse_defer":       _l("refuse the deferral"),
        "resume":             _l("resume"),
        "ask_reporter":       _l("ask the reporter"),
        "answer":             _l("answer"),
        "submit_result":      _l("hand in the result"),
        "inspect_pass":       _l("pass the inspection"),
        "inspect_fail":       _l("send to rework"),
        "close_unfixed":      _l("close without repair"),
        "rate":               _l("rate"),
        "follow_up":          _l("follow up"),
        "say_unfixed":        _l("not put right, says whoever saw it too"),
        "revoke_penalty":     _l("penalty that does not stand any more"),
        "reopen":             _l("reopen"),
        "archive":            _l("archive"),
        "void":               _l("void"),
        "urge":               _l("urge"),
        "supervise":          _l("supervise"),
        "whistle":            _l("whistle"),
        "report_in":          _l("report in"),
        "whistle_late":       _l("remind those who were called"),
        "conclude":           _l("conclude together"),
        "correct":            _l("correct kind and place"),
        "remind":             _l("remind"),
        "escalate":           _l("escalate"),
        "supervise_late":     _l("supervise as overdue"),
        "fall_back":          _l("fall back to the fallback unit"),
        "tell":               _l("say how it stands"),
        "promise":            _l("say when it will be done"),
        "end_elsewhere":      _l("end in the former system"),
        "bring_over":         _l("bring over from another system"),
        "link":               _l("make a link for the firm"),
        "link_revoke":        _l("take the links back"),
    },
    "exposure": {
        "propose":            _l("propose"),
        "take":               _l("begin redacting"),
        "redact":             _l("redact"),
        "submit":             _p("exposure", "hand to the first review"),
        "pass_first":         _l("pass the first review"),
        "pass_second":        _l("publish"),
        "return":             _l("back to redacting"),
        "reject":             _l("reject"),
        "publish":            _l("publish"),
        "hide":               _l("hide"),
        "show":               _l("show again"),
        "correct":            _l("correct"),
        "withdraw":           _p("exposure", "take down"),
        "expire":             _l("expire"),
    },
    "objection": {
        "file":               _l("object"),
        "take":               _l("begin the examination"),
        "uphold":             _l("uphold"),
        "uphold_partly":      _l("uphold partly"),
        "dismiss":            _l("dismiss"),
    },
    "piece": {
        "write":              _p("piece", "write"),
        "edit":               _p("piece", "edit"),
        "hand_in":            _p("piece", "hand in"),
        "send_back":          _p("piece", "send back"),
        "release":            _p("piece", "release"),
        "withdraw":           _p("piece", "take down"),
        "withdraw_consent":   _p("piece", "withdraw the consent"),
    },
}

_ROLES: Mapping[str, object] = {
    "resident":         _p("role", "resident"),
    "acceptor":         _p("role", "acceptor"),
    "dispatcher":       _p("role", "dispatcher"),
    "shift_leader":     _p("role", "shift leader"),
    "handler":          _p("role", "handler"),
    "unit_head":        _p("role", "head of unit"),
    "inspector":        _p("role", "inspector"),
    "supervisor":       _p("role", "supervisor"),
    "leader":           _p("role", "leader"),
    "redactor":         _p("role", "redactor"),
    "first_reviewer":   _p("role", "first reviewer"),
    "second_reviewer":  _p("role", "second reviewer"),
    "volunteer":        _p("role", "volunteer"),
    "system_admin":     _p("role", "system administrator"),
    "security_admin":   _p("role", "security administrator"),
    "audit_admin":      _p("role", "audit administrator"),
    "reporter":         _p("role", "whoever reported"),
    "system":           _p("role", "the system"),
    "link":             _p("role", "a firm, by link"),
}
RUBRICS: Mapping[str, object] = {
    "progress":         _l("The city at work"),
    "civility":         _l("People who set an example"),
}
HONOUR_KINDS: Mapping[str, object] = {
    "person":           _l("Good neighbour"),
    "volunteer":        _l("Volunteer"),
    "unit":             _l("Model unit"),
    "family":           _l("Model family"),
    "campus":           _l("Model campus"),
    "village":          _l("Model village or town"),
}
# fmt: on


def state_word(kind: str, state: str, audience: str = STAFF) -> str:
    """Return what `state` of a report, case, exposure, objection, piece or request is called; unknown ones as they are.

    Args:
        kind: report, case, exposure, objection, piece or request.
        audience: "staff" (the field's words) or "resident".
    """
    plain = _STATES.get(kind, {}).get(state, state)
    if audience == RESIDENT:
        return str(_FOR_RESIDENTS.get(kind, {}).get(state, plain))
    return str(plain)


def any_state_word(state: str) -> str:
    """Return what `state` is called where only its word is known, as in an error; unknown ones as they are."""
    return next((str(words[state]) for words in _STATES.values() if state in words), state)


def state_light(kind: str, state: str) -> str:
    """Return the light of a state: ok, warn, bad or idle."""
    return _LIGHTS.get(kind, {}).get(state, "idle")


def action_word(kind: str, action: str) -> str:
    """Return what an action is called, as a verb; unknown ones as they are."""
    return str(_ACTIONS.get(kind, {}).get(action, action))


def rubric_word(rubric: str) -> str:
    """Return what a column of articles is called."""
    return str(RUBRICS[rubric])


def honour_word(kind: str) -> str:
    """Return what a kind of entry on the honour list is called."""
    return str(HONOUR_KINDS[kind])


def role_word(role: str) -> str:
    """Return what a role is called."""
    return str(_ROLES.get(role, role))
