"""Who may do what. The one table of permissions; nothing else decides access. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from reporter.kernel.errors import NotAllowed


class Role(StrEnum):
    """What a person is appointed to; one person may hold several."""

    RESIDENT = "resident"
    ACCEPTOR = "acceptor"
    DISPATCHER = "dispatcher"
    SHIFT_LEADER = "shift_leader"
    HANDLER = "handler"
    UNIT_HEAD = "unit_head"
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    REDACTOR = "redactor"
    FIRST_REVIEWER = "first_reviewer"
    SECOND_REVIEWER = "second_reviewer"
    VOLUNTEER = "volunteer"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    # Never appointed: lent for one command.
    REPORTER = "reporter"
    SYSTEM = "system"
    LINK = "link"


APPOINTED = tuple(role for role in Role if role not in {Role.REPORTER, Role.SYSTEM, Role.LINK})
STAFF = frozenset(APPOINTED) - {Role.RESIDENT, Role.VOLUNTEER}


class Permission(StrEnum):
    """`desk:*` opens a desk by role; `<thing>:*` is asked of one thing."""

    DESK_PUBLIC = "desk:public"
    DESK_RESIDENT = "desk:resident"
    DESK_SIGNED_IN = "desk:signed_in"
    DESK_STAFF = "desk:staff"
    DESK_TRIAGE = "desk:triage"
    DESK_APPROVALS = "desk:approvals"
    DESK_UNIT = "desk:unit"
    DESK_INSPECTION = "desk:inspection"
    DESK_EDITOR = "desk:editor"
    DESK_ADMIN = "desk:admin"
    DESK_SECURITY = "desk:security"
    DESK_AUDIT = "desk:audit"
    DESK_ADMINISTRATION = "desk:administration"
    DESK_STAFFING = "desk:staffing"
    DESK_ROSTER = "desk:roster"

    REPORT_OWN = "report:own"
    REPORT_TRIAGE = "report:triage"
    REPORT_ASIDE = "report:aside"
    REPORT_SYSTEM = "report:system"
    FILTER_CHANGE = "filter:change"
    NOTE_AT_CENTRE = "note:at_centre"
    NOTE_AT_CASE = "note:at_case"
    NOTE_AT_UNIT = "note:at_unit"
    HANDOVER_GIVE = "handover:give"
    HANDOVER_RECEIVE = "handover:receive"

    CASE_REGISTER = "case:register"
    CASE_JOIN = "case:join"
    CASE_DISPATCH = "case:dispatch"
    CASE_WORK = "case:work"
    CASE_APPROVE = "case:approve"
    CASE_APPROVE_EXTENSION = "case:approve_extension"
    CASE_RESUME = "case:resume"
    CASE_INSPECT = "case:inspect"
    CASE_CLOSE_UNFIXED = "case:close_unfixed"
    CASE_ANSWER = "case:answer"
    CASE_RATE = "case:rate"
    CASE_FOLLOW_UP = "case:follow_up"
    CASE_REOPEN = "case:reopen"
    CASE_ARCHIVE = "case:archive"
    CASE_VOID = "case:void"
    CASE_URGE = "case:urge"
    CASE_SUPERVISE = "case:supervise"
    CASE_ESCALATE = "case:escalate"
    CASE_REPORT_IN = "case:report_in"
    CASE_CONCLUDE = "case:conclude"
    CASE_OPEN_AT_UNIT = "case:open_at_unit"
    CASE_FILE = "case:file"

    EXPOSURE_PROPOSE = "exposure:propose"
    EXPOSURE_REDACT = "exposure:redact"
    EXPOSURE_FIRST_REVIEW = "exposure:first_review"
    EXPOSURE_SECOND_REVIEW = "exposure:second_review"
    EXPOSURE_WITHDRAW = "exposure:withdraw"
    EXPOSURE_HIDE = "exposure:hide"
    EXPOSURE_EXPIRE = "exposure:expire"

    OBJECTION_FILE = "objection:file"
    OBJECTION_REVIEW = "objection:review"
    OBJECTION_DECIDE = "objection:decide"

    EDITORIAL_WRITE = "editorial:write"
    EDITORIAL_RELEASE = "editorial:release"
    EDITORIAL_WITHDRAW = "editorial:withdraw"

    ORIGINAL_OPEN = "original:open"
    IDENTITY_OPEN = "identity:open"
    UNIT_ROSTER = "unit:roster"
    ADMIN_SYSTEM = "admin:system"
    ADMIN_SECURITY = "admin:security"


@dataclass(frozen=True)
class Actor:
    """Whoever acts. `id` is None for the system and for people who did not sign in.

    Attributes:
        also: the ids of the person's other accounts, where a command or a query has looked for them.
        report_id: the report whose query code this person showed; they act for that one report only.
        through: the name of the system of somebody else through which it was sent.
        link_id: the link to a work order by which a firm outside acts, for `case_id` only.
    """

    id: int | None
    roles: frozenset[Role] = frozenset()
    unit_id: int | None = None
    report_id: int | None = None
    link_id: int | None = None
    case_id: int | None = None
    also: frozenset[int] = frozenset()
    through: str = ""

    def is_one_of(self, user_ids: Iterable[int | None]) -> bool:
        """Tell whether one of these accounts is this person's, by whichever they came now."""
        return not (self.also | {self.id}).isdisjoint(user_ids)

    def lent(self, role: Role) -> Self:
        """Return the same person with `role` besides, for one command."""
        return replace(self, roles=self.roles | {role})


SYSTEM = Actor(id=None, roles=frozenset({Role.SYSTEM}))
ANYONE = Actor(id=None)

Test = Callable[[Actor, Any], bool]


def has(role: Role) -> Test:
    """Return the test "holds `role`"."""
    return lambda actor, _: role in actor.roles


def signed_in(actor: Actor, _: object) -> bool:
    """Tell whether the person has an account."""
    return actor.id is not None


def is_staff(actor: Actor, _: object) -> bool:
    """Tell whether the person works for the city in any role."""
    return bool(actor.roles & STAFF)


def own_report(actor: Actor, report: Any) -> bool:
    """Tell whether the person wrote the report, or showed its query code."""
    wrote = actor.id is not None and report.reporter_id == actor.id
    return wrote or (actor.report_id is not None and actor.report_id == report.id)


def owns(actor: Actor, thing: Any) -> bool:
    """Tell whether `thing` is the person's own."""
    return actor.id is not None and thing.owner_id == actor.id


def is_shared(_: Actor, thing: Any) -> bool:
    """Tell whether the whole desk sees `thing`."""
    return bool(thing.shared)


def own_unit(actor: Actor, case: Any) -> bool:
    """Tell whether the case lies with the person's unit."""
    return actor.unit_id is not None and case.lead_unit_id == actor.unit_id


def by_link(actor: Actor, case: Any) -> bool:
    """Tell whether a firm acts by the link to this very case."""
    return actor.case_id is not None and case.id == actor.case_id


def co_unit(actor: Actor, case: Any) -> bool:
    """Tell whether the person's unit works along on the case."""
    return actor.unit_id is not None and actor.unit_id in case.co_unit_ids


def this_unit(actor: Actor, unit: Any) -> bool:
    """Tell whether `unit` is the person's own."""
    return actor.unit_id is not None and unit.id == actor.unit_id


def has_unit(actor: Actor, _: object) -> bool:
    """Tell whether the person belongs to a unit at all."""
    return actor.unit_id is not None


def not_the_handler(actor: Actor, case: Any) -> bool:
    """Tell whether the person is neither the handler of the case nor of the unit that handled it."""
    handled = actor.is_one_of([case.handler_id]) or own_unit(actor, case)
    return actor.id is not None and not handled


def leader_for_the_second(actor: Actor, case: Any) -> bool:
    """Tell whether the person may grant the extension that comes next: the second takes a leader."""
    return Role.LEADER in actor.roles or case.extension_count == 0


def not_the_redactor(actor: Actor, exposure: Any) -> bool:
    """Tell whether others drew the boxes and wrote the words, all of them."""
    return actor.id is not None and not actor.is_one_of(exposure.redactor_ids)


def not_the_first_reviewer(actor: Actor, exposure: Any) -> bool:
    """Tell whether somebody else gave the first review."""
    return not actor.is_one_of([exposure.first_reviewer_id])


def not_an_editor_of_it(actor: Actor, objection: Any) -> bool:
    """Tell whether the person had no hand in publishing what is objected to."""
    return actor.id is not None and not actor.is_one_of(objection.editor_ids)


def not_the_giver(actor: Actor, handover: Any) -> bool:
    """Tell whether somebody else handed over."""
    return actor.id is not None and not actor.is_one_of([handover.given_by_id])


def not_its_writer(actor: Actor, piece: Any) -> bool:
    """Tell whether others wrote the piece, all of them."""
    return actor.id is not None and not actor.is_one_of(piece.writer_ids)


# A permission is granted when every test of at least one line passes.
# fmt: off
POLICY: dict[Permission, list[tuple[Test, ...]]] = {
    Permission.DESK_PUBLIC:            [()],
    Permission.DESK_RESIDENT:          [()],
    Permission.DESK_SIGNED_IN:         [(signed_in,)],
    Permission.DESK_STAFF:             [(is_staff,)],
    Permission.DESK_TRIAGE:            [(has(Role.ACCEPTOR),), (has(Role.DISPATCHER),), (has(Role.SHIFT_LEADER),)],
    Permission.DESK_APPROVALS:         [(has(Role.SHIFT_LEADER),), (has(Role.LEADER),)],
    Permission.DESK_UNIT:              [(has(Role.HANDLER), has_unit), (has(Role.UNIT_HEAD), has_unit)],
    Permission.DESK_INSPECTION:        [(has(Role.INSPECTOR),), (has(Role.SUPERVISOR),), (has(Role.SHIFT_LEADER),)],
    Permission.DESK_EDITOR:            [(has(Role.REDACTOR),), (has(Role.FIRST_REVIEWER),), (has(Role.SECOND_REVIEWER),), (has(Role.LEADER),)],
    Permission.DESK_ADMIN:             [(has(Role.SYSTEM_ADMIN),)],
    Permission.DESK_SECURITY:          [(has(Role.SECURITY_ADMIN),)],
    Permission.DESK_ADMINISTRATION:    [(has(Role.SYSTEM_ADMIN),), (has(Role.SECURITY_ADMIN),), (has(Role.AUDIT_ADMIN),)],
    Permission.DESK_STAFFING:          [(has(Role.SYSTEM_ADMIN),), (has(Role.SECURITY_ADMIN),)],
    Permission.DESK_ROSTER:            [(has(Role.SYSTEM_ADMIN),), (has(Role.UNIT_HEAD), has_unit)],
    Permission.DESK_AUDIT:             [(has(Role.AUDIT_ADMIN),)],

    Permission.REPORT_OWN:             [(own_report,)],
    Permission.REPORT_TRIAGE:          [(has(Role.ACCEPTOR),)],
    Permission.REPORT_ASIDE:           [(has(Role.ACCEPTOR),), (has(Role.SYSTEM),)],
    Permission.REPORT_SYSTEM:          [(has(Role.SYSTEM),)],
    Permission.FILTER_CHANGE:          [(owns,), (has(Role.SHIFT_LEADER), is_shared)],

    Permission.NOTE_AT_CENTRE:         [(has(Role.ACCEPTOR),), (has(Role.DISPATCHER),), (has(Role.SHIFT_LEADER),)],
    Permission.NOTE_AT_CASE:           [(has(Role.ACCEPTOR),), (has(Role.DISPATCHER),), (has(Role.SHIFT_LEADER),), (has(Role.INSPECTOR),), (has(Role.SUPERVISOR),), (has(Role.LEADER),)],
    Permission.NOTE_AT_UNIT:           [(has(Role.HANDLER), own_unit), (has(Role.HANDLER), co_unit), (has(Role.UNIT_HEAD), own_unit), (has(Role.UNIT_HEAD), co_unit)],

    Permission.HANDOVER_GIVE:          [(has(Role.ACCEPTOR),), (has(Role.DISPATCHER),), (has(Role.SHIFT_LEADER),)],
    Permission.HANDOVER_RECEIVE:       [(has(Role.ACCEPTOR), not_the_giver), (has(Role.DISPATCHER), not_the_giver), (has(Role.SHIFT_LEADER), not_the_giver)],

    Permission.CASE_REGISTER:          [(has(Role.ACCEPTOR),)],
    Permission.CASE_JOIN:              [(has(Role.ACCEPTOR),), (has(Role.REPORTER),)],
    Permission.CASE_DISPATCH:          [(has(Role.DISPATCHER),), (has(Role.SYSTEM),)],
    Permission.CASE_WORK:              [(has(Role.HANDLER), own_unit), (has(Role.UNIT_HEAD), own_unit), (has(Role.LINK), own_unit, by_link)],
    Permission.CASE_APPROVE:           [(has(Role.SHIFT_LEADER),)],
    Permission.CASE_APPROVE_EXTENSION: [(has(Role.SHIFT_LEADER), leader_for_the_second), (has(Role.LEADER),)],
    Permission.CASE_RESUME:            [(has(Role.DISPATCHER),), (has(Role.SYSTEM),)],
    Permission.CASE_INSPECT:           [(has(Role.INSPECTOR), not_the_handler)],
    Permission.CASE_CLOSE_UNFIXED:     [(has(Role.SHIFT_LEADER), not_the_handler)],
    Permission.CASE_ANSWER:            [(has(Role.REPORTER),)],
    Permission.CASE_RATE:              [(has(Role.REPORTER),)],
    Permission.CASE_FOLLOW_UP:         [(has(Role.ACCEPTOR), not_the_handler), (has(Role.INSPECTOR), not_the_handler), (has(Role.SHIFT_LEADER), not_the_handler)],
    Permission.CASE_REOPEN:            [(has(Role.REPORTER),), (has(Role.SUPERVISOR),), (has(Role.SYSTEM),)],
    Permission.CASE_ARCHIVE:           [(has(Role.SYSTEM),)],
    Permission.CASE_VOID:              [(has(Role.SHIFT_LEADER),)],
    Permission.CASE_URGE:              [(has(Role.DISPATCHER),), (has(Role.INSPECTOR),), (has(Role.SUPERVISOR),), (has(Role.SYSTEM),), (has(Role.REPORTER),)],
    Permission.CASE_SUPERVISE:         [(has(Role.SUPERVISOR),), (has(Role.LEADER),)],
    Permission.CASE_ESCALATE:          [(has(Role.SYSTEM),)],
    Permission.CASE_REPORT_IN:         [(has(Role.HANDLER), co_unit), (has(Role.UNIT_HEAD), co_unit)],
    Permission.CASE_CONCLUDE:          [(has(Role.DISPATCHER),), (has(Role.HANDLER), own_unit), (has(Role.UNIT_HEAD), own_unit)],
    Permission.CASE_OPEN_AT_UNIT:      [(own_unit,), (co_unit,)],
    Permission.CASE_FILE:              [(is_staff, own_unit), (is_staff, co_unit), (has(Role.ACCEPTOR),), (has(Role.DISPATCHER),), (has(Role.SHIFT_LEADER),), (has(Role.INSPECTOR),), (has(Role.SUPERVISOR),), (has(Role.LEADER),), (has(Role.REDACTOR),)],

    Permission.EXPOSURE_PROPOSE:       [(has(Role.SYSTEM),), (has(Role.REDACTOR),), (has(Role.LEADER),)],
    Permission.EXPOSURE_REDACT:        [(has(Role.REDACTOR),)],
    Permission.EXPOSURE_FIRST_REVIEW:  [(has(Role.FIRST_REVIEWER), not_the_redactor)],
    Permission.EXPOSURE_SECOND_REVIEW: [(has(Role.SECOND_REVIEWER), not_the_redactor, not_the_first_reviewer)],
    Permission.EXPOSURE_WITHDRAW:      [(has(Role.FIRST_REVIEWER),), (has(Role.SECOND_REVIEWER),), (has(Role.LEADER),), (has(Role.SYSTEM),)],
    Permission.EXPOSURE_HIDE:          [(has(Role.SYSTEM),)],
    Permission.EXPOSURE_EXPIRE:        [(has(Role.SYSTEM),)],

    Permission.OBJECTION_FILE:         [()],
    Permission.OBJECTION_REVIEW:       [(has(Role.FIRST_REVIEWER), not_an_editor_of_it), (has(Role.SECOND_REVIEWER), not_an_editor_of_it), (has(Role.LEADER), not_an_editor_of_it)],
    Permission.OBJECTION_DECIDE:       [(has(Role.FIRST_REVIEWER), not_an_editor_of_it), (has(Role.SECOND_REVIEWER), not_an_editor_of_it), (has(Role.LEADER), not_an_editor_of_it)],

    Permission.EDITORIAL_WRITE:        [(has(Role.REDACTOR),), (has(Role.FIRST_REVIEWER),), (has(Role.SECOND_REVIEWER),)],
    Permission.EDITORIAL_RELEASE:      [(has(Role.FIRST_REVIEWER), not_its_writer), (has(Role.SECOND_REVIEWER), not_its_writer)],
    Permission.EDITORIAL_WITHDRAW:     [(has(Role.REDACTOR),), (has(Role.FIRST_REVIEWER),), (has(Role.SECOND_REVIEWER),), (has(Role.LEADER),)],

    Permission.ORIGINAL_OPEN:          [(has(Role.SHIFT_LEADER),), (has(Role.REDACTOR),)],
    Permission.IDENTITY_OPEN:          [(has(Role.SHIFT_LEADER),)],
    Permission.UNIT_ROSTER:            [(has(Role.SYSTEM_ADMIN),), (has(Role.SYSTEM),), (has(Role.UNIT_HEAD), this_unit)],
    Permission.ADMIN_SYSTEM:           [(has(Role.SYSTEM_ADMIN),), (has(Role.SYSTEM),)],
    Permission.ADMIN_SECURITY:         [(has(Role.SECURITY_ADMIN),), (has(Role.SYSTEM),)],
}
# fmt: on


def may(actor: Actor, permission: Permission, thing: object = None) -> bool:
    """Tell whether `actor` holds `permission` on `thing`."""
    return any(all(test(actor, thing) for test in line) for line in POLICY[permission])


def require(actor: Actor, permission: Permission, thing: object = None) -> None:
    """Raise `NotAllowed` unless `actor` holds `permission` on `thing`."""
    if not may(actor, permission, thing):
        raise NotAllowed("You may not do this here.")
