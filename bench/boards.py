"""The board of a large city: `python -m bench.boards`. 100 000 posts on show beside 1 000 000 cases, and 1 000 of both.

Four looks at every page, each beside a Flask page that does nothing on the same server in the same run:

- *drawn*: from rows to bytes, only the cards kept (each request has an address that was never asked before);
- *view run*: the view runs, asks for the edition of the board and sends the page that was drawn for it;
- *kept*: answered by what stands before the application; *304*: the same, to whoever has the page;
- behind nginx's cache, beside a static file of the same size from the same nginx.

`DATABASE_URL` with a PostgreSQL server measures on databases made for it there and dropped afterwards.
Queries are those of a page that is drawn, counted in this process.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from sqlalchemy import event, func, select, text

from bench import servers
from bench.city import enter_first_city, found, open_city
from bench.client import Target, fetch, load
from bench.databases import Databases, databases
from bench.figures import Load
from bench.posts import SPREAD, write_posts
from bench.servers import Server
from bench.ticking import copy_cases
from reporter.board.shown import Filter, post_keys
from reporter.cases.models import Case
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.kernel.db import db
from tests import needs
from tests.nginx import free_port, throwaway_nginx

LARGE, POSTS, SMALL = 1_000_000, 100_000, 1_000
ROUNDS, SECONDS, LATENCIES = 5, 0.6, 150
DEEP = 1_000  # the page that is asked for far down the board
GOALS = {"view run": "≥ 0.40", "kept": "≥ 0.90", "304": "≥ 0.90", "nginx": "≥ 0.90"}


def fill(cases: int, posts: int) -> None:
    """Write `cases` open cases and, of the newest of them, `posts` posts on show."""
    enter_first_city()
    copy_cases(cases)
    enter_first_city()
    write_posts(posts, db.session.scalar(select(func.max(Case.id))) or 0)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def pages(deep: str) -> dict[str, str]:
    """Return the pages that are measured. `deep`: the key of a page far down."""
    city = current_city()
    box = ",".join(
        f"{edge:.3f}" for edge in (city.lon - SPREAD, city.lat - SPREAD, city.lon + SPREAD, city.lat + SPREAD)
    )
    return {
        "board": "/board?",
        "board of a kind": f"/board?kind={categories()[0].slug}",
        "board searched": "/board?q=%E8%A7%A3%E6%94%BE",
        f"board, page {DEEP}": f"/board?after={deep}",
        "post": "/board/p000000007?",
        **{f"map, zoom {zoom}": f"/map/posts.json?box={box}&zoom={zoom}" for zoom in (10, 13, 16)},
        "feed": "/board/feed.atom?",
        "home": "/?",
    }


def deep_key(most: int) -> str:
    """Return the key of the page after `DEEP` pages, or after half of what is there."""
    place = min(12 * DEEP, most // 2)
    return post_keys(Filter(), size=place).after


@dataclass(frozen=True)
class Cost:
    """What a page that is drawn costs: milliseconds at the median and at 95 of 100, and bytes."""

    median: float
    p95: float
    size: int


def costs_of(*asked: tuple[Server, str]) -> list[Cost]:
    """Ask for pages by turns, again and again, each time by an address that was never asked before."""
    took: list[list[float]] = [[] for _ in asked]
    sizes = [0 for _ in asked]
    for n in range(LATENCIES):
        for place, (server, path) in enumerate(asked):
            target = Target(server, f"{path}&never={n}")
            began = time.perf_counter()
            sizes[place] = len(fetch(target).encode())
            took[place].append((time.perf_counter() - began) * 1000)
    later = [one[LATENCIES // 5 :] for one in took]  # the first draw the cards
    return [
        Cost(statistics.median(one), statistics.quantiles(one, n=20)[-1], size)
        for one, size in zip(later, sizes, strict=True)
    ]


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that this process sends."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def queries_of(app: Any, paths: dict[str, str]) -> dict[str, int]:
    """Return how often a page asks the database when it is drawn and its cards are kept."""
    client, found_out = app.test_client(), {}
    for name, path in paths.items():
        client.get(f"{path}&never=first")
        with app.app_context(), counted() as said:
            client.get(f"{path}&never=second")
        found_out[name] = len([one for one in said if not one.startswith(("BEGIN", "ROLLBACK"))])
    return found_out


def city_of(
    folder: Path, made: Databases, cases: int, posts: int
) -> tuple[str, dict[str, str], dict[str, int]]:
    """Make a city; return the address of its database, its pages, and their queries."""
    url = made.url(f"of_{cases}")
    app = open_city(folder / "files", url)
    with app.app_context():
        found()
        db.session.remove()
    with app.app_context():
        fill(cases, posts)
        enter_first_city()
        paths = pages(deep_key(posts))
        db.session.remove()
    return url, paths, queries_of(app, paths)


def say(*columns: object) -> None:
    """Print a line of the table."""
    widths = (24, 12, 12, 10, 9, 9, 9, 9, 9)
    print(
        "".join(str(text).ljust(width) for text, width in zip(columns, widths, strict=False)).rstrip(),
        flush=True,
    )


def main() -> None:
    """Make both cities, measure, print."""
    large, many = (int(text) for text in sys.argv[1:3]) if len(sys.argv) > 2 else (LARGE, POSTS)
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        made = running.enter_context(databases(folder, os.environ.get("DATABASE_URL", "")))
        began = time.monotonic()
        small = city_of(folder, made, SMALL, SMALL)
        big = city_of(folder, made, large, many)
        print(f"{made.kind}, {many} posts beside {large} cases; made in {time.monotonic() - began:.0f} s")
        bare = running.enter_context(servers.bare(folder / "bare.log"))
        few = running.enter_context(servers.city(small[0], folder / "few"))
        site = running.enter_context(servers.city(big[0], folder / "many"))
        say("drawn", "median ms", "p95 ms", "kB", "queries", "of 1 000", "growth")
        for name, path in big[1].items():
            one, other = costs_of((site, path), (few, small[1][name]))
            growth = f"{one.median / other.median:.2f}"
            say(
                name,
                f"{one.median:.1f}",
                f"{one.p95:.1f}",
                one.size // 1000,
                big[2][name],
                f"{other.median:.1f}",
                growth,
            )
        say("rates, of bare Flask", *GOALS, "a second")
        for name in ("board", "board of a kind", "post", "map, zoom 13", "feed", "home"):
            _rates(name, big[1][name], site, bare)
        _through_nginx(site, folder, big[1]["board"])


def _rates(name: str, path: str, site: Server, bare: Server) -> None:
    plain = path.removesuffix("?")
    tag = urlopen(f"http://127.0.0.1:{site.port}{plain}").headers["ETag"]
    looks = {
        "bare": Target(bare, "/"), "view run": Target(site, plain, anew=True), "kept": Target(site, plain),
        "304": Target(site, plain, tag=tag),
    }  # fmt: skip
    loads = _loads(looks)
    said = [_ratio(loads[look], loads["bare"]) for look in ("view run", "kept", "304")]
    say(name, *said, "", f"{statistics.median(one.rate for one in loads['view run']):.0f}")


def _loads(looks: dict[str, Target]) -> dict[str, list[Load]]:
    found_out: dict[str, list[Load]] = {look: [] for look in looks}
    for _ in range(ROUNDS):
        for look, target in looks.items():
            found_out[look].append(load(target, SECONDS))
    return found_out


def _ratio(ours: list[Load], bound: list[Load]) -> str:
    return f"{statistics.median(one.rate / other.rate for one, other in zip(ours, bound, strict=True)):.2f}"


def _through_nginx(site: Server, folder: Path, path: str) -> None:
    program = needs.nginx().path
    if program is None:
        print(f"behind nginx: not measured, {needs.nginx().how}")
        return
    (folder / "static").mkdir()
    plain = path.removesuffix("?")
    body = urlopen(f"http://127.0.0.1:{site.port}{plain}").read()
    (folder / "static/page.html").write_bytes(body)
    port = free_port()
    static = f"server {{ listen 127.0.0.1:{port}; root {folder / 'static'}; }}"
    with throwaway_nginx(program, [site.port], besides=static) as address:
        # nginx is a process of its own: of its CPU nothing is read, only how often it answers.
        proxy = Server(site.pid, int(address.rpartition(":")[2]), 0)
        looks = {"bare": Target(Server(site.pid, port, 0), "/page.html"), "nginx": Target(proxy, plain)}
        loads = _loads(looks)
    rate = statistics.median(one.rate for one in loads["nginx"])
    print(
        f"board behind nginx's cache: {_ratio(loads['nginx'], loads['bare'])} of a static file ({rate:.0f} a second)"
    )


if __name__ == "__main__":
    main()
