"""The two ways in which whatever carries notices fails: it may work later, or it never will."""


class Undelivered(Exception):
    """Base of both.

    Args:
        said: a whole sentence for whoever looks into it, also its message id.
        detail: a number or a word of the other side, as it came.
    """

    def __init__(self, said: str, detail: object = "") -> None:
        super().__init__(f"{said} ({detail})" if detail else said)
        self.said, self.detail = said, str(detail)


class Away(Undelivered):
    """It did not work now; the same again may."""


class Refused(Undelivered):
    """It will never work like this."""
