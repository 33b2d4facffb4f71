"""Publish a domain event to the reactions the app factory listed, in that order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app

Reaction = Callable[[Any], None]


def init_app(app: Flask, reactions: Mapping[type, Sequence[Reaction]]) -> None:
    """Remember which reactions hear which event."""
    app.extensions["reactions"] = {kind: tuple(listeners) for kind, listeners in reactions.items()}


def publish(event: object) -> None:
    """Run every reaction to `event` now, inside the caller's transaction: all succeed or none happened."""
    for react in current_app.extensions["reactions"].get(type(event), ()):
        react(event)
