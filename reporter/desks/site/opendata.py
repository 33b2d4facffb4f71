"""The files of the open data by month: handed out as they lie, packed to whoever takes them so, to every page."""

from pathlib import Path

from flask import Response, current_app, g, request, send_file

from reporter.desks.downloads import handed_out
from reporter.kernel.errors import NotFound
from reporter.transfer.monthly import LICENCE
from reporter.transfer.nightly import TYPES, Published, is_published, open_data_folder, published

KEPT = 600  # seconds in caches: what is taken out of the data at night is gone from them soon


def open_data() -> Published | None:
    """Return what can be fetched of the city that is asked, None while there is nothing."""
    return published(_folder())


def file_called(name: str) -> Response:
    """Return a file of the city that is asked, 304 when whoever asks has it already. Raises `NotFound`."""
    path = _folder() / name
    if not is_published(name):
        raise NotFound("There is nothing at this address.")
    packed = path.with_name(f"{name}.gz")
    takes_packed = request.accept_encodings["gzip"] and "Range" not in request.headers and packed.is_file()
    try:
        answer = send_file(
            packed if takes_packed else path,
            mimetype=TYPES[name.rpartition(".")[2]],
            conditional=True,
            max_age=KEPT,
        )
    except FileNotFoundError as error:
        raise NotFound("There is nothing at this address.") from error
    if takes_packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Content-Disposition"] = handed_out(f"{g.city.slug}-{name}")
    answer.headers["Link"] = f'<{LICENCE["path"]}>; rel="license"'
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "Link"
    return answer


def _folder() -> Path:
    slug: str = g.city.slug
    return open_data_folder(current_app.config) / slug
