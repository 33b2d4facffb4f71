"""What following announces to the rest of the house."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DigestWritten:
    """Published after a digest was written, inside the same transaction. `number`: how many posts it tells of."""

    digest_id: int
    user_id: int
    number: int
