"""What was learnt from decided reports, how good it is, and whether it suggests kinds: for system administrators."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.queries import categories
from reporter.desks.admin.door import bp
from reporter.desks.guard import allow, me
from reporter.desks.words import named
from reporter.kernel.policy import Permission
from reporter.learning.commands.lessons import use_lesson
from reporter.learning.queries import get_lesson, lesson_in_use, lessons


@bp.get("/suggestions")
@allow(Permission.DESK_ADMIN)
def suggestions() -> ResponseReturnValue:
    """Show the figures of the lesson in use, or of the newest, and the lessons before."""
    own = lessons()
    used = lesson_in_use()
    names = {kind.id: named(kind) for kind in categories(active=False)}
    shown = used or (own[0] if own else None)
    return render_template("admin/suggestions.html", lessons=own, used=used, shown=shown, names=names)


@bp.post("/suggestions/<int:lesson_id>")
@allow(Permission.DESK_ADMIN)
def choose_lesson(lesson_id: int) -> ResponseReturnValue:
    """Let a lesson suggest, or none."""
    on = request.form.get("on") == "1"
    use_lesson(get_lesson(lesson_id), on=on, by=me())
    flash(_("Kinds are suggested by it from now on.") if on else _("Nothing is suggested any more."), "ok")
    return redirect(url_for("admin.suggestions"))
