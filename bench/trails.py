"""The trails of a past: which steps a report or a case went through, when, chained as `kernel.audit` chains them."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bench.rows import moment

RESULT = "现场已处理，恢复原状。"


class Step(NamedTuple):
    """One entry of a trail before it is chained; the names are those of `kernel.audit.TrailEntry`."""

    at: datetime
    action: str
    source: str
    target: str
    reason: str = ""
    facts: str = "{}"  # as the digest takes it: sorted, without blanks
    actor_role: str = ""


class Times(NamedTuple):
    """When a case came how far."""

    registered: datetime
    dispatched: datetime
    claimed: datetime | None
    handled: datetime | None
    closed: datetime | None


def times_of(at: datetime, hours: float, state: str) -> Times:
    """Return the times of a case reported at `at` that took its unit so many hours and stands in `state`."""
    registered = at + timedelta(minutes=7)
    claimed = registered + timedelta(minutes=9) if state != "dispatched" else None
    handled = claimed + timedelta(hours=hours) if claimed and state != "handling" else None
    closed = handled + timedelta(minutes=90) if handled and state != "handled" else None
    return Times(registered, registered, claimed, handled, closed)


def steps_of_report(at: datetime, state: str, case_id: int | None) -> list[Step]:
    """Return the steps of a report: sent in, and decided unless it waits."""
    steps = [Step(at, "submit", "", "submitted")]
    if state != "submitted":
        facts = f'{{"case_id":{case_id},"taken_for":null}}' if case_id else "{}"
        action, reason = ("accept", "") if state == "accepted" else ("decline", "无法核实。")
        steps.append(Step(at + timedelta(minutes=7), action, "submitted", state, reason, facts, "acceptor"))
    return steps


def steps_of_case(times: Times, unit_id: int, state: str) -> Iterator[Step]:
    """Yield the steps of a case."""
    yield Step(times.registered, "register", "", "registered", actor_role="acceptor,dispatcher")
    facts = f'{{"unit_id":{unit_id}}}'
    yield Step(times.dispatched, "dispatch", "registered", "dispatched", facts=facts, actor_role="acceptor,dispatcher")  # fmt: skip
    if times.claimed:
        yield Step(times.claimed, "claim", "dispatched", "handling", actor_role="handler")
    if times.handled:
        yield Step(times.handled, "submit_result", "handling", "handled", RESULT, '{"after_photos":1,"record":false}', "handler")  # fmt: skip
    if times.closed:
        action, target = ("close_unfixed", state) if state == "closed_unfixed" else ("inspect_pass", "closed")
        yield Step(times.closed, action, "handled", target, "看过，现场已恢复。", actor_role="inspector" if target == "closed" else "shift_leader")  # fmt: skip
        if state == "archived":
            yield Step(
                times.closed + timedelta(days=30), "archive", "closed", "archived", actor_role="system"
            )


def chained(
    city_id: int, subject: str, subject_id: int, steps: Sequence[Step], *, first: int
) -> list[dict[str, Any]]:
    """Return the rows of a trail, their ids from `first` on; the last digest is the head."""
    head, rows = "", []
    for seq, one in enumerate(steps, 1):
        at = moment(one.at)
        words = (
            f'[{city_id},"{subject}",{subject_id},{seq},"{_iso(at)}",null,"{one.actor_role}",'
            f'"{one.action}","{one.source}","{one.target}","{one.reason}",{one.facts},"{head}"]'
        )
        digest = hashlib.sha256(words.encode()).hexdigest()
        rows.append({
            "id": first + seq - 1, "city_id": city_id, "subject": subject, "subject_id": subject_id, "seq": seq,
            "at": at, "actor_role": one.actor_role, "action": one.action, "source": one.source,
            "target": one.target, "reason": one.reason, "facts": one.facts, "previous": head, "digest": digest,
        })  # fmt: skip
        head = digest
    return rows


def _iso(at: str) -> str:
    """Return a moment as `datetime.isoformat` writes it."""
    return f"{at.replace(' ', 'T').removesuffix('.000000')}+00:00"
