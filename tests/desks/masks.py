"""What the redactor's page sends about one picture."""

from typing import Any

from reporter.board.models import Exposure
from reporter.photos.queries import get_photo

ROW = {"kind": "face", "x": "11.5", "y": "12", "w": "13", "h": "14", "judged": "y"}


def mask_of(exposure: Exposure, *rows: dict[str, str]) -> dict[str, Any]:
    """Return the mask form of the first picture with `rows` of boxes."""
    sent: dict[str, Any] = {
        "version": exposure.version, "act": "judge", "checked": "y", "rows": len(rows),
        "sha256": get_photo(exposure.pictures[0].photo_id).staff_sha256,
    }  # fmt: skip
    return sent | {f"boxes-{n}-{name}": text for n, row in enumerate(rows) for name, text in row.items()}


def mask_url(exposure: Exposure) -> str:
    """Return where that form is sent."""
    return f"/editor/{exposure.id}/pictures/{exposure.pictures[0].id}"
