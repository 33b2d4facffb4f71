"""Trails of what happened before it came here: whole chains at once, dated as it happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reporter.kernel.audit import Trailed, digest_of
from reporter.kernel.db import current_city_id
from reporter.kernel.policy import Actor


@dataclass(frozen=True)
class PastStep:
    """One entry of a trail. `source` and `target` are states; `facts` hold JSON values only."""

    action: str
    at: datetime
    source: str = ""
    target: str = ""
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def chain(
    kind: type[Trailed], subject_id: int, steps: Sequence[PastStep], *, by: Actor
) -> list[dict[str, Any]]:
    """Return the rows of the whole trail of something new, for `insert(TrailEntry)`; the last one's digest is its head.

    They are what `record` would have written at those times.
    """
    city_id, role, rows, previous = current_city_id(), ",".join(sorted(by.roles)), [], ""
    for seq, step in enumerate(steps, 1):
        at, facts = step.at.astimezone(UTC), dict(step.facts)
        digest = digest_of(
            [
                city_id, kind.trail_subject, subject_id, seq, at.isoformat(), by.id, role, step.action, step.source,
                step.target, step.reason, facts, previous,
            ]
        )  # fmt: skip
        rows.append(
            {
                "city_id": city_id, "subject": kind.trail_subject, "subject_id": subject_id, "seq": seq, "at": at,
                "actor_id": by.id, "actor_role": role, "action": step.action, "source": step.source,
                "target": step.target, "reason": step.reason, "facts": facts, "previous": previous, "digest": digest,
            }
        )  # fmt: skip
        previous = digest
    return rows
