"""A city of a million cases beside one of a thousand, over HTTP: `python -m bench.through [SIZE [URL SMALL_URL]]`.

Both are made once and kept (`bench.large`); what is sent is written into copies of the small one, and a few hundred reports
and steps into the large one. Each figure is that of the shipped server, a process of its own, beside a Flask page that does
nothing behind the same server in the same run. *Drawn*: nothing that the server keeps of whole pages is used (no-cache);
*kept*: as browsers ask. Queries are those of a page that is drawn, counted in this process on the same database.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Flask
from sqlalchemy import make_url

from bench import exporting, posting, servers
from bench.asked import Look, looks
from bench.boards import counted
from bench.city import enter_first_city, open_city
from bench.client import AGENT, ANY, NEVER, Target, fetch, load
from bench.databases import databases
from bench.figures import Load
from bench.large import address_of, city_of, files_of
from bench.servers import Server
from bench.visitors import visitor
from reporter.kernel.db import db

SMALL, SIZE = 1_000, 20_000  # what is made unless another size is named
ROUNDS, SECONDS, TIMES = 3, 0.6, 40
GROWTH, CPU = 1.5, 3.0  # CPU: milliseconds of what is sent
WIDTHS = (32, 9, 9, 9, 9, 8, 9, 9, 9, 9)


@dataclass
class City:
    """A served city with the cookies of who asks."""

    app: Flask
    url: str
    server: Server
    looks: dict[str, Look]
    cookies: dict[str, str]

    def target(self, look: Look, n: int = 0, *, anew: bool = True) -> Target:
        """Return the `n`th address of a page."""
        path = look.path(n, anew=anew)
        return Target(
            self.server, path, self.cookies[look.who], anew=anew, whence=ANY if look.counted else ""
        )


def main() -> None:
    """Make what is missing, measure, print: the cities at two addresses, or those that are kept."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else int(os.environ.get("SIZE") or SIZE)
    server = os.environ.get("DATABASE_URL", "")
    large, small = sys.argv[2:4] if len(sys.argv) > 3 else (address_of(one, server) for one in (size, SMALL))
    measure(size, large, small)


def measure(size: int, large: str, small: str) -> None:
    """Measure both cities and print."""
    city_of(SMALL, small)
    city_of(size, large)
    with ExitStack() as running:
        files_of(small).mkdir(parents=True, exist_ok=True)
        folder = Path(
            running.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=files_of(small)))
        )
        kind = make_url(large).get_backend_name()
        say(f"{kind}, {size} cases beside {SMALL}; load {os.getloadavg()[0]:.1f} at the beginning")
        bare = Target(running.enter_context(servers.bare(folder / "bare.log")), "/")
        both = [(SMALL, running.enter_context(copied(small, folder))), (size, large)]
        cities = [
            running.enter_context(served(url, folder / f"{n}_{both[n][0]}"))
            for n, (_, url) in enumerate(both)
        ]
        for one, (cases, _) in zip(cities, both, strict=True):
            idle = f"{one.server.megabytes():.0f} MB idle, web and jobs (goal < 200)"
            say(f"{cases} cases: first answer after {one.server.started:.1f} s (goal < 3), {idle}")
        ask(cities[0], cities[1], bare)
        exporting.show(cities[1].server)
        for one, (cases, _) in zip(cities, both, strict=True):
            send(one, cases, folder)
        say(f"afterwards {', '.join(f'{one.server.megabytes():.0f} MB' for one in cities)}")
    say(f"load {os.getloadavg()[0]:.1f} at the end")


@contextmanager
def copied(url: str, folder: Path) -> Iterator[str]:
    """Give a copy of the database at `url`, into which anything may be written."""
    with databases(folder, url) as made:
        yield made.taken(url, "copy")


@contextmanager
def served(url: str, folder: Path) -> Iterator[City]:
    """Serve the city at `url`, and sign in those who ask."""
    app = open_city(folder / "own", url)
    with app.app_context():
        enter_first_city()
        found = {look.name: look for look in looks()}
        db.session.remove()
        db.engine.dispose()
    with servers.city(url, folder, PROXIES="127.0.0.1") as server:
        who = {look.who for look in found.values()}
        cookies = {one: visitor(server, 0, one).cookie if one else "" for one in who}
        yield City(app, url, server, found, cookies)


def ask(small: City, large: City, bare: Target) -> None:
    """Ask for every page of both cities by turns, and print a line for each."""
    line("page", "queries", "ms", "p95", f"of {SMALL}", "growth", "drawn/s", "of bare", "kept/s", "of bare")
    for name, look in large.looks.items():
        few, many = took(small, small.looks[name], large, look)
        loads: dict[str, list[Load]] = {"bare": [], "drawn": [], "kept": []}
        looked = {"bare": bare, "drawn": large.target(look), "kept": large.target(look, anew=False)}
        for _ in range(ROUNDS):
            for how, target in looked.items():
                loads[how].append(load(target, SECONDS))
        rates = [
            text for how in ("drawn", "kept")
            for text in (f"{statistics.median(one.rate for one in loads[how]):.0f}", f"{_of_bare(loads[how], loads['bare']):.2f}")
        ]  # fmt: skip
        growth = statistics.median(many) / statistics.median(few)
        line(
            name, queries(large, look), f"{statistics.median(many):.1f}", f"{_p95(many):.1f}", f"{statistics.median(few):.1f}",
            _judged(growth, growth <= GROWTH), rates[0], _judged(float(rates[1]), float(rates[1]) >= look.goal), *rates[2:],
        )  # fmt: skip


def _judged(figure: float, met: bool) -> str:  # noqa: FBT001 - read at once
    return f"{figure:.2f}{'' if met else ' !'}"


def _of_bare(ours: Sequence[Load], bare: Sequence[Load]) -> float:
    return statistics.median(one.rate / other.rate for one, other in zip(ours, bare, strict=True))


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def took(small: City, few: Look, large: City, many: Look) -> tuple[list[float], list[float]]:
    """Return how many milliseconds a drawn page took again and again, of both cities by turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(-5, TIMES):
        for place, target in enumerate((small.target(few, n), large.target(many, n))):
            began = time.perf_counter()
            fetch(target)
            if n >= 0:  # what went before warms up
                times[place].append((time.perf_counter() - began) * 1000)
    return times


def queries(city: City, look: Look) -> int:
    """Return how many statements a page takes when it is drawn a second time."""
    client = city.app.test_client(use_cookies=False)
    headers = {"Cookie": city.cookies[look.who], "Cache-Control": "no-cache", "User-Agent": AGENT}
    path = look.path(0, anew=True)
    client.get(path, headers=headers)
    with city.app.app_context(), counted() as said:
        answer = client.get(path.replace(NEVER, "again"), headers=headers)
    assert answer.status_code == HTTPStatus.OK, (path, answer.status)
    return len([one for one in said if not one.startswith(("BEGIN", "ROLLBACK"))])


def send(city: City, cases: int, folder: Path) -> None:
    """Send reports and steps to a city, and print what each costs beside a bare durable row."""
    line(f"sent to {cases} cases", "a second", "of bare", "CPU ms", "ms", "p95")
    with ExitStack() as more:
        ours, goal = [city.server], 0.12
        if make_url(city.url).get_backend_name() == "postgresql":
            goal = 0.30
            ours.append(
                more.enter_context(servers.city(city.url, folder / f"second_{cases}", PROXIES="127.0.0.1"))
            )
        for name, rounds in {
            f"report with its photo ({len(ours)} web)": posting.reports(city.app, ours),
            f"Open311 post ({len(ours)} web)": posting.posted(city.app, ours),
            "case passed, with its trail": posting.steps(city.app, city.server),
        }.items():
            one = posting.measured(rounds, city.url, folder)
            line(
                name,
                f"{one.rate:.0f}",
                _judged(one.ratio, one.ratio >= goal),
                _judged(one.cpu, one.cpu <= CPU),
                f"{one.median:.1f}",
                f"{one.p95:.1f}",
            )


def line(*columns: object) -> None:
    """Print a line of the table."""
    say("".join(str(text).ljust(width) for text, width in zip(columns, WIDTHS, strict=False)).rstrip())


def say(words: str) -> None:
    """Print at once."""
    print(words, flush=True)


if __name__ == "__main__":
    main()
