"""What is measured of anything done again and again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """How often in a second it was done, and CPU milliseconds for each."""

    rate: float
    cpu: float
