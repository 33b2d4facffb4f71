"""A picture that the public sees only with its boxes burnt in: what is kept of it, whatever it hangs on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from reporter.board.boxes import Box, mask_digest
from reporter.kernel.errors import NotFound


class Masked:
    """Mixed into a picture that is masked by hand: its confirmed boxes and its burnt-in copies.

    `source_sha256` is of the very staff copy that was judged; boxes are as `Box.as_dict` writes them.
    `copies` maps a name such as `960.webp` to its key in the store; they are there while the picture is shown, and
    empty before and after. A key holds the digest of the mask, so that copies of other boxes or other bytes are
    never taken for these, and ends with the digest of the copy itself. `token` is nobody else's and changes when
    what was hidden is shown again. `width` and `height` are the largest copy's, 0 while there is none.
    """

    id: Mapped[int]
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"))
    token: Mapped[str]
    boxes: Mapped[list[dict[str, Any]]]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    source_sha256: Mapped[str] = mapped_column(default="")
    copies: Mapped[dict[str, Any]]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)

    @property
    def confirmed(self) -> bool:
        """Tell whether a person has judged this picture."""
        return self.confirmed_at is not None

    @property
    def mask(self) -> list[Box]:
        """Return the boxes."""
        return [Box.of(box) for box in self.boxes]

    @property
    def waiting(self) -> int:
        """Return how many boxes nobody has judged yet."""
        return sum(not box["judged"] for box in self.boxes)

    @property
    def folder(self) -> str:
        """Return where the copies of this mask lie in the store."""
        return f"public/{self.token}/{mask_digest(self.source_sha256, self.boxes)[:16]}"

    @property
    def ready(self) -> bool:
        """Tell whether the burnt-in copies of this very mask exist."""
        start = f"{self.folder}/"
        return bool(self.copies) and all(key.startswith(start) for key in self.copies.values())

    @property
    def files(self) -> dict[str, str]:
        """Return the last part of each copy's public address -> the copy's key in the store."""
        return {key.rpartition("/")[2]: key for key in self.copies.values()}

    def key_of(self, file: str) -> str:
        """Return where in the store the copy lies whose public address ends with `file`. Raises `NotFound`."""
        if file not in self.files:
            raise NotFound("There is no such picture.")
        return self.files[file]

    def file(self, name: str) -> str:
        """Return the last part of the public address of the copy that is called `name`, such as `960.webp`."""
        return str(self.copies[name]).rpartition("/")[2]

    def redraw(self, mask: list[dict[str, Any]]) -> None:
        """Take `mask` in place of the boxes that are kept; what was judged and made of those counts no more."""
        self.boxes, self.copies, self.width, self.height = mask, {}, 0, 0
        self.confirmed_by, self.confirmed_at, self.source_sha256 = None, None, ""
