"""What nginx writes down of a request: nothing that somebody typed, and nothing that opens anything by itself."""

import re
import time
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from tests.proxy.test_cache import ask

OPENS = {"code", "token"}  # arguments of addresses
FOR_ALL = ("/board/pictures/", "/columns/pictures/")  # of what the public sees
KEPT = {"/report/nearby/<name>.jpg"}


def logged(path: str) -> str:
    """Return a path as docs/nginx.conf logs it."""
    secret = re.search(r'"~(\^.*)" \$opened\*;', (ROOT / "docs/nginx.conf").read_text(encoding="utf-8"))
    assert secret
    found = re.match(secret[1].replace("(?<", "(?P<"), path)
    return f"{found['opened']}*" if found else path


def test_neither_what_was_typed_nor_a_code_is_in_the_log(behind: str, tmp_path: Path) -> None:
    ask(f"{behind}/report/address?q=jiefang&lon=113.109", Referer=f"{behind}/track/ABCD2345")
    ask(f"{behind}/track/ABCD2345")
    ask(f"{behind}/board/?kind=mess")

    until = time.monotonic() + 10
    while len(lines := (tmp_path / "access.log").read_text().splitlines()) < 3 and time.monotonic() < until:
        time.sleep(0.05)

    assert [line.split()[2:4] for line in lines] == [
        ["GET", "/report/address"],
        ["GET", "/track/*"],
        ["GET", "/board/"],
    ]
    assert not any(secret in line for line in lines for secret in ("jiefang", "113.109", "ABCD2345"))


@pytest.mark.once
def test_every_address_that_opens_something_by_itself_is_cut(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments & OPENS or rule.rule in KEPT]
    secret = [re.sub(r"<(?:name|token|code)>", "SECRET", rule.rule) for rule in rules]
    paths = [
        re.sub(r"<int:\w+>", "7", path)
        .replace("<any(json, xml):form>", "json")
        .replace("<jurisdiction>", "jining")
        for path in secret
    ]
    private = [path for path in paths if not path.startswith(FOR_ALL)]

    assert len(private) > 20
    assert [path for path in private if "SECRET" in logged(path)] == []
