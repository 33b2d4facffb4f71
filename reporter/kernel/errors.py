"""The few ways a command may fail, and the HTTP status each one becomes. Pure."""

from click import ClickException


class ReporterError(Exception):
    """Base of every expected failure.

    Args:
        message: plain English with `%(name)s` places; also the id under which the words are translated.
        field: the form field the person has to look at, when there is one.
        values: what fills the places of `message`.
    """

    status = 400

    def __init__(self, message: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.field = field
        self.values = values


class BadInput(ReporterError):
    """What the person gave cannot be used; `field` says where to look."""

    status = 422


class NotSignedIn(ReporterError):
    """Nobody is signed in, and a page to sign in on is no answer to whoever asks for data."""

    status = 401


class NotAllowed(ReporterError):
    """Whoever acts may not do this."""

    status = 403


class NotFound(ReporterError):
    """There is no such thing, or it belongs to another city."""

    status = 404


class WrongStep(ReporterError):
    """The thing is not in a state from which this action leads anywhere."""

    status = 409


class Conflict(ReporterError):
    """Somebody else was faster: what the person saw is no longer so."""

    status = 409


class Gone(ReporterError):
    """It was public once and is no longer shown."""

    status = 410


class TooLarge(ReporterError):
    """More bytes than the product takes."""

    status = 413


class TooMany(ReporterError):
    """Too often in too short a time."""

    status = 429


class Busy(ReporterError):
    """Too many people write at this moment; nothing was written, the same again will work."""

    status = 503


class ConfigError(ClickException):
    """The app cannot start as configured. On the command line it is one line and exit status 2."""

    exit_code = 2
