"""The administrators' words for levels, changes, subjects and actions."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from reporter.desks.admin.door import bp
from reporter.desks.states import action_word
from reporter.kernel.audit import Fault
from reporter.places.models import AreaVersion, VersionKind
from reporter.places.preview import Change
from reporter.places.shapes import Level

LEVELS = {
    Level.CITY: _l("Whole city"),
    Level.COUNTY: _l("County"),
    Level.STREET: _l("Street or township"),
    Level.COMMUNITY: _l("Community"),
    Level.GRID: _l("Grid"),
}
CHANGES = {
    "new": _l("New"),
    "changed": _l("Changed"),
    "unchanged": _l("Unchanged"),
    "removed": _l("Left out: closed"),
}
SUBJECT_WORDS = {
    "report": _l("Report"),
    "case": _l("Case"),
    "exposure": _l("Post"),
    "objection": _l("Objection"),
    "article": _l("Article"),
    "honour": _l("Honour list"),
    "service_notice": _l("Public-service notice"),
    "person": _l("Person"),
    "unit": _l("Unit"),
    "category": _l("Kind"),
    "photo": _l("Picture"),
    "jurisdiction": _l("City"),
    "rules": _l("Rules"),
    "handover": _l("Handover"),
    "limit_factor": _l("Limit by place and time"),
    "seal": _l("Seal"),
}
PIECES = {"article", "honour", "service_notice"}
FAULT_WORDS = {
    "changed": _l("changed afterwards"),
    "removed": _l("removed"),
    "reordered": _l("put in another order"),
    "cut_off": _l("cut off at the end"),
    "seal_changed": _l("the seal does not fit"),
}
PURPOSES = {"redaction": _l("redacting for the board"), "press": _l("for the press")}
ACTIONS = {
    "open_account": _l("opened an account"),
    "hand_over": _l("handed over"),
    "receive": _l("received the handover"),
    "learn": _l("learnt from decided reports"),
    "use_lesson": _l("took up suggested kinds"),
    "lay_lesson_aside": _l("laid suggested kinds aside"),
    "appoint": _l("appointed"),
    "change_roles": _l("changed roles"),
    "end_sessions": _l("ended all sessions"),
    "change_password": _l("changed the password"),
    "change_name": _l("changed what they are called"),
    "change_contact": _l("changed the contact"),
    "erase_account": _l("erased the account"),
    "keep_real_name": _l("gave a real name"),
    "drop_real_name": _l("took the real name away"),
    "open_identity": _l("opened name and contact"),
    "link_wechat": _l("linked WeChat"),
    "unlink_wechat": _l("unlinked WeChat"),
    "create": _l("created"),
    "change": _l("changed"),
    "save_subcategory": _l("changed a sub-type"),
    "add_question": _l("added a question to a kind"),
    "change_question": _l("changed a question of a kind"),
    "move_question": _l("put the questions of a kind in another order"),
    "found": _l("founded"),
    "set_hold": _l("hold of posts set"),
    "set_points": _l("changed the terms of points"),
    "change_flagged_words": _l("changed the words that lift a report"),
    "add_sentence": _l("wrote a ready sentence"),
    "change_sentence": _l("changed a ready sentence"),
    "reset_sentence": _l("took up a ready sentence as it was delivered"),
    "drop_sentence": _l("took a ready sentence away"),
    "settle_calm_rule": _l("settled the rule for low risk"),
    "switch_off_calm_rule": _l("switched the rule for low risk off"),
    "recheck": _l("looked again at what the rule let through"),
    "appeal": _l("asked to have it looked at again"),
    "agree_to_appeal": _l("agreed to an appeal"),
    "refuse_appeal": _l("refused an appeal"),
    "mark_minor": _l("marked that somebody under age can be seen"),
    "unmark_minor": _l("took back that somebody under age can be seen"),
    "show_nearby": _l("let people nearby see a picture"),
    "hide_nearby": _l("took a picture back from people nearby"),
    "switch_nearby_pictures": _l("switched pictures for people nearby"),
    "see_evidence": _l("saw what an objection encloses"),
    "pack": _l("packed a post for the press"),
    "remove": _l("took out"),
    "calendar": _l("changed the calendar"),
    "calendar_forget": _l("took a day out of the calendar"),
    "add_robot": _l("set up a group robot"),
    "drop_robot": _l("took a group robot away"),
    "add_webhook": _l("set up a webhook"),
    "drop_webhook": _l("took a webhook away"),
    "switch_on_webhook": _l("switched a webhook on"),
    "switch_off_webhook": _l("switched a webhook off"),
    "create_api_key": _l("made a key for another system"),
    "rotate_api_key": _l("gave another system another key"),
    "settle_service_types": _l("settled how requests of other systems are answered"),
    "revoke_api_key": _l("revoked the key of another system"),
    "try_again": _l("let failed work be tried again"),
    "roster": _l("changed the roster"),
    "roster_drop": _l("took a line out of the roster"),
    "swap": _l("put somebody else on duty for one day"),
    "swap_drop": _l("let the roster hold again for one day"),
    "pairings": _l("changed the pairings"),
    "pairing_drop": _l("closed its pairing"),
    "import": _l("imported areas"),
    "back": _l("went back to an earlier version of the areas"),
    "import_lines": _l("imported lines of the map"),
    "import_names": _l("imported named roads and places"),
    "names_back": _l("went back to an earlier list of names"),
    "open_picture": _l("opened unmasked pictures"),
    "open_original": _l("opened a sealed original"),
    "drop_original": _l("gave up a sealed original: its time was over"),
}
JOB_WORDS = {
    "notices.spread": _l("Find out who is told by which way"),
    "notices.deliver": _l("Send a notice"),
    "notices.digest": _l("Write the mail of the day"),
    "accounts.send_code": _l("Send a code to sign in"),
    "reports.take_calm": _l("Look whether the rule lets a report through"),
    "board.burn": _l("Make the public pictures of a post"),
    "board.drop": _l("Delete the public pictures of a post"),
    "photos.search": _l("Look through a picture for what may have to be hidden"),
    "photos.tidy": _l("Delete files that are wanted no more"),
    "transfer.open_data": _l("Open data by month"),
    "editorial.burn": _l("Make the public pictures of an article"),
    "editorial.drop": _l("Delete the public pictures of an article"),
    "reports.clear": _l("Decline the suspected spam of one press"),
    "reports.stand": _l("Let a decision stand and tell whom it concerns"),
    "open311.make": _l("Make a report of what another system sent"),
    "open311.fetch": _l("Fetch the pictures that another system named"),
}
FAILURES = {  # by the class that the row names
    "Away": _l("Whoever carries notices did not take it."),
    "Unreachable": _l("Another service did not answer."),
    "BotoCoreError": _l("The store of pictures did not answer."),
    "Busy": _l("The database was busy for too long."),
    "ConnectionError": _l("Another service did not answer."),
    "ConnectionRefusedError": _l("Another service did not answer."),
    "MaskMismatch": _l(
        "The picture is not the one on which the boxes were drawn. It has to be masked again."
    ),
    "NotFound": _l("What it is about is not there any more."),
    "OperationalError": _l("The database did not answer."),
    "Poison": _l("The installation does not know this work, or not in this form. A newer version may."),
    "StorageUnavailable": _l("The store of pictures could not be used."),
    "TimeoutError": _l("Another service did not answer in time."),
    "Unfound": _l("The program that looks through pictures failed on it."),
    "WorkerLost": _l("The process that did it died each time, perhaps for lack of memory."),
}


@bp.app_template_global("level_word")
def level_word(level: Level) -> str:
    """Return the word for a level of areas."""
    return str(LEVELS[level])


@bp.app_template_global("version_word")
def version_word(version: AreaVersion) -> str:
    """Return how a version of the areas came about."""
    if version.kind is VersionKind.BACK:
        return _("Back to version %(number)s", number=version.back_to)
    if version.kind is VersionKind.FOUND:
        return _("What was there before versions were kept")
    return version.file or _("A file without a name")


@bp.app_template_global("datum_word")
def datum_word(datum: str) -> str:
    """Return what a datum is called, "" for none."""
    return {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}.get(datum, datum)


@bp.app_template_global("change_light")
def change_light(change: Change) -> Markup:
    """Return what an import does to one area, as a chip."""
    return Markup('<span class="chip">{}</span>').format(CHANGES.get(change.value, _("Changed")))


@bp.app_template_global("subject_word")
def subject_word(subject: str) -> str:
    """Return the word for what a trail is about."""
    return str(SUBJECT_WORDS.get(subject, subject))


@bp.app_template_global("entry_word")
def entry_word(subject: str, action: str) -> str:
    """Return the word for what an entry says was done."""
    return (
        str(ACTIONS[action])
        if action in ACTIONS
        else action_word("piece" if subject in PIECES else subject, action)
    )


@bp.app_template_global("reason_word")
def reason_word(reason: str) -> str:
    """Return the reason of an entry: a person's as it was typed, the platform's own in words."""
    return str(PURPOSES[reason]) if reason in PURPOSES else _(reason) if reason else ""


@bp.app_template_global("fault_word")
def fault_word(fault: Fault) -> str:
    """Return in words where a trail is not what it was."""
    where = f"{subject_word(fault.subject)} {fault.subject_id}"
    return _("%(what)s: %(where)s, entry %(seq)s", what=FAULT_WORDS[fault.what], where=where, seq=fault.seq)


@bp.app_template_global("job_word")
def job_word(kind: str) -> str:
    """Return the word for a kind of work after commit."""
    return str(JOB_WORDS.get(kind) or _("Unknown work: %(kind)s", kind=kind))


@bp.app_template_global("failure_word")
def failure_word(error: str) -> str:
    """Return in words why work failed; `error` is the class and the first line of what was raised."""
    return str(FAILURES.get(error.partition(":")[0]) or _("It failed in a way that nobody foresaw."))
