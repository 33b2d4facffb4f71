"""The outside world, one file per thing. Config names the implementation of each port."""

from dataclasses import dataclass

from flask import Flask, current_app
from werkzeug.local import LocalProxy
from werkzeug.utils import import_string

from reporter.ports.broker import Broker
from reporter.ports.clock import Clock
from reporter.ports.finder import Finder
from reporter.ports.geocoder import Geocoder
from reporter.ports.mail import Mail
from reporter.ports.originals import Originals
from reporter.ports.outgoing import Outgoing
from reporter.ports.seals import Seals
from reporter.ports.site import Site
from reporter.ports.sms import Sms
from reporter.ports.storage import Storage
from reporter.ports.wechat import WeChat


@dataclass(frozen=True)
class Ports:
    """One implementation of each port, as the config names it."""

    clock: Clock
    mail: Mail
    sms: Sms
    outgoing: Outgoing
    seals: Seals
    site: Site
    storage: Storage
    originals: Originals
    finder: Finder
    geocoder: Geocoder
    broker: Broker
    wechat: WeChat


def init_app(app: Flask) -> None:
    """Build the ports that `PORTS` names."""
    app.extensions["ports"] = Ports(
        **{name: import_string(path).from_config(app.config) for name, path in app.config["PORTS"].items()}
    )


def _current() -> Ports:
    ports: Ports = current_app.extensions["ports"]
    return ports


ports: Ports = LocalProxy(_current)  # type: ignore[assignment]
