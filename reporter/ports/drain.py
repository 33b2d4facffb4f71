"""Work after commit without a broker: threads of the city's one process, which look for rows that are due."""

import logging
import threading
from collections.abc import Callable

from flask import Flask

from reporter.ports.queue import run_next

log = logging.getLogger(__name__)


class Drain:
    """The embedded driver: one thread that runs due jobs and, every 120 rounds, the city's ticks.

    A second one with `slow` does the slow kinds, so that no notice waits behind them.
    """

    def __init__(
        self, app: Flask, *, tick: Callable[[], None] = lambda: None, every: float = 0.5, slow: bool = False
    ) -> None:
        self.app, self.tick, self.every, self.slow = app, tick, every, slow
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to stop and wait until its current job is done."""
        self._stopped.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        rounds = 0
        while not self._stopped.is_set():
            try:
                with self.app.app_context():
                    if rounds % 120 == 0:
                        self.tick()
                    while run_next(slow=self.slow) and not self._stopped.is_set():
                        pass
            except Exception:
                log.exception("the job thread stumbled; it goes on")
            rounds += 1
            self._stopped.wait(self.every)
