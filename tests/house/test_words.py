"""Every sentence that people read is in the catalogues, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask
from jinja2 import Environment

from reporter.app import JOBS
from reporter.board.lifecycle import Action as ExposureAction
from reporter.board.lifecycle import ObjectionAction, ObjectionState
from reporter.board.lifecycle import State as ExposureState
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.lifecycle import State as CaseState
from reporter.desks import states
from reporter.desks.admin.words import ACTIONS as RECORDED
from reporter.desks.admin.words import JOB_WORDS
from reporter.desks.catalogues import faults, read_catalogue, updated, written
from reporter.desks.sentences import TEMPLATES, Message, domains, error_names, messages_in, messages_of
from reporter.desks.words import LANGUAGES, read_catalogues
from reporter.editorial.lifecycle import Action as PieceAction
from reporter.editorial.lifecycle import State as PieceState
from reporter.kernel.policy import Role
from reporter.reports.lifecycle import Action as ReportAction
from reporter.reports.lifecycle import State as ReportState

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
ALL_TEMPLATES = sorted(TEMPLATES.rglob("*.*"))
STATES = {
    "report": ReportState,
    "case": CaseState,
    "exposure": ExposureState,
    "objection": ObjectionState,
    "piece": PieceState,
}
ACTIONS = {
    "report": ReportAction,
    "case": CaseAction,
    "exposure": ExposureAction,
    "objection": ObjectionAction,
    "piece": PieceAction,
}
COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
CLASS_BLOCKS = re.compile(r"\{%-? *block \w*(?:class|layout)\w* *-?%\}.*?\{%-? *endblock[^%]*%\}", re.DOTALL)
KEYS = re.compile(r"<kbd.*?</kbd>", re.DOTALL)
TAGS = re.compile(r"""<[a-zA-Z/!](?:"[^"]*"|'[^']*'|[^<>"'])*>""")
ATTRIBUTES = re.compile(r"""[a-z-]+="[^"]*\"""")  # a macro that writes the inside of a tag
ENTITIES = re.compile(r"&\w+;")
MARKUP = re.compile(r"\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def name(path: Path) -> str:
    """Return a template's name as Jinja knows it."""
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.pure
def test_every_message_has_its_words_in_every_language() -> None:
    assert faults() == []


@pytest.mark.pure
@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=name)
def test_no_chinese_stands_in_a_template(path: Path) -> None:
    assert CHINESE.findall(path.read_text()) == []


@pytest.mark.pure
@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=name)
def test_no_template_has_styles_or_scripts_of_its_own(path: Path) -> None:
    plain = html_of(path.read_text())
    by_mail = path.parent.name == "mail"  # mail programs drop style sheets: colours stand in the tags

    assert [
        tag for tag in TAGS.findall(plain) if MARKUP.search(tag) and not (by_mail and " on" not in tag)
    ] == []
    assert re.findall(r"<style|<script(?![^>]*(?:src=|application/(?:ld\+)?json))", plain) == []


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=name)
def test_every_template_parses_and_knows_its_filters(app: Flask, path: Path) -> None:
    app.jinja_env.get_template(name(path))


@pytest.mark.pure
@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=name)
def test_every_plain_word_of_a_template_goes_through_gettext(path: Path) -> None:
    assert bare_words(path.read_text()) == []


def bare_words(source: str) -> list[str]:
    """Return the words that stand in a template as they are; tags, classes and comments are none."""
    plain = html_of(CLASS_BLOCKS.sub(" ", source))
    for silent in (KEYS, TAGS, ATTRIBUTES, ENTITIES):
        plain = silent.sub(" ", plain)
    return re.findall(r"[A-Za-z]{3,}", plain)


def html_of(source: str) -> str:
    """Return a template without what Jinja reads and without comments."""
    tokens = Environment(autoescape=True).lex(source)
    return COMMENTS.sub(" ", "".join(text for _line, kind, text in tokens if kind == "data"))


@pytest.mark.pure
@pytest.mark.parametrize("kind", STATES)
def test_every_state_has_words_for_staff_and_for_residents(kind: str) -> None:
    missing = [state for state in STATES[kind] if str(state) not in states._STATES[kind]]  # noqa: SLF001

    assert missing == []


@pytest.mark.pure
@pytest.mark.parametrize("kind", ACTIONS)
def test_every_action_has_a_verb(kind: str) -> None:
    missing = [action for action in ACTIONS[kind] if str(action) not in states._ACTIONS[kind]]  # noqa: SLF001

    assert missing == []


def _recorded() -> Iterator[str]:
    """Yield what is written into trails as said by `record(subject, "what was done", …)` anywhere in the rooms."""
    for path in (TEMPLATES.parent / "reporter").rglob("*.py"):
        tree = ast.parse(path.read_text())
        named = {
            target.id: node.value for node in tree.body if isinstance(node, ast.Assign)
            for target in node.targets if isinstance(target, ast.Name)
        }  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                what = node.args[1]
                what = named.get(what.id, what) if isinstance(what, ast.Name) else what
                said = (what.body, what.orelse) if isinstance(what, ast.IfExp) else (what,)
                yield from (str(one.value) for one in said if isinstance(one, ast.Constant))


@pytest.mark.pure
def test_whatever_is_recorded_has_words_for_the_auditor() -> None:
    known = {*RECORDED, *(action for actions in states._ACTIONS.values() for action in actions)}  # noqa: SLF001

    assert "appoint" in _recorded()
    assert sorted(set(_recorded()) - known) == []


@pytest.mark.pure
def test_all_work_after_commit_has_a_name() -> None:
    assert sorted(JOBS.keys() - JOB_WORDS.keys()) == []


@pytest.mark.pure
def test_every_role_has_a_name() -> None:
    assert [role for role in Role if str(role) not in states._ROLES] == []  # noqa: SLF001


@pytest.mark.parametrize("locale", LANGUAGES)
def test_one_catalogue_holds_the_words_of_all(locale: str) -> None:
    together = read_catalogues(locale)

    assert together.gettext("Query code") in {"查询码", "Query code"}
    assert together.upgettext("case", "handling") in {"办理中", "handling"}
    assert "3" in together.ungettext("%(num)d day", "%(num)d days", 3) % {"num": 3}


@pytest.mark.pure
def test_a_rooms_errors_and_whole_sentences_are_messages_and_nothing_else(tmp_path: Path) -> None:
    room = tmp_path / "room.py"
    room.write_text(
        '"""A docstring is no message."""\n'
        "from reporter.kernel.errors import BadInput\n"
        "def f(late):\n"
        '    """Neither is this one."""\n'
        "    if late:\n"
        '        raise BadInput("too late", field="x")\n'
        '        raise RuntimeError("Only a developer reads this.")\n'
        '    return "The time is over." if late else ""\n'
    )

    assert messages_in(room, error_names()) == {Message("too late"), Message("The time is over.")}


@pytest.mark.pure
def test_the_errors_of_all_rooms_are_known() -> None:
    assert {"BadInput", "Conflict", "NotFound", "TooMany", "UnreadablePhoto"} <= error_names()


@pytest.mark.pure
def test_a_template_gives_its_messages_with_plurals(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text('{{ _("Hello") }} {{ ngettext("%(num)s case", "%(num)s cases", n) }}')

    assert messages_in(template, error_names()) == {
        Message("Hello"),
        Message("%(num)s case", "%(num)s cases"),
    }


@pytest.mark.pure
def test_what_all_say_is_not_repeated_by_a_desk() -> None:
    shared = messages_of("base")

    assert [domain for domain in domains() if domain != "base" and messages_of(domain) & shared] == []


@pytest.mark.pure
def test_words_once_written_survive_an_update() -> None:
    old = Catalog(locale="zh_Hans_CN", domain="site")
    old.add("Kept", "留")
    old.add("Dropped", "去")

    new = updated(old, {Message("Kept"), Message("New")}, elsewhere={})
    again = updated(new, {Message("Dropped")}, elsewhere={})

    assert {entry.id: entry.string for entry in new if entry.id} == {"Kept": "留", "New": ""}
    assert b"#~ msgid" in written(new)
    assert {entry.id: entry.string for entry in again if entry.id} == {"Dropped": "去"}


@pytest.mark.pure
@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_catalogue_carries_no_dates_and_no_line_numbers(locale: str) -> None:
    text = written(read_catalogue(locale, "base")).decode()

    assert "Date" not in text
    assert "#:" not in text
