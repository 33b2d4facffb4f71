"""The words tool: keep the catalogues beside what code and templates say, and find what is missing."""

import io
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from reporter.desks.sentences import Message, domains, messages_of
from reporter.desks.words import LANGUAGES, TRANSLATIONS

ENGLISH = "en"
PLACE = re.compile(r"%%|%\(\w+\)[\d.]*[sdf]")  # what may stand after a percent sign
HEADER = """msgid ""
msgstr ""
"Language: {locale}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={count}; plural={rule};\\n"

"""

words = AppGroup("words", help="Keep the catalogues of words beside what code and templates say.")


def catalogue_path(locale: str, domain: str) -> Path:
    """Return where the catalogue of a desk lies."""
    return TRANSLATIONS / locale / "LC_MESSAGES" / f"{domain}.po"


def read_catalogue(locale: str, domain: str) -> Catalog:
    """Return a catalogue; an empty one when there is none yet."""
    path = catalogue_path(locale, domain)
    if not path.exists():
        return Catalog(locale=locale, domain=domain)
    return read_po(io.BytesIO(path.read_bytes()), locale=locale, domain=domain)


def updated(old: Catalog, wanted: AbstractSet[Message], elsewhere: dict[Message, Entry]) -> Catalog:
    """Return the catalogue of `wanted`; words once written are kept, those no longer used as obsolete lines."""
    english = str(old.locale) == ENGLISH
    new = Catalog(locale=old.locale, domain=old.domain)
    for message in sorted(wanted):
        known = (
            old.get(message.text, message.context or None) or _revived(old, message) or elsewhere.get(message)
        )
        translated = message.id if english else (known.string if known else "")
        plural_missing = message.plural and isinstance(translated, str)
        new.add(
            message.id,
            ("",) * new.num_plurals if plural_missing else translated,
            context=message.context or None,
        )
    if not english:
        for entry in (*old, *old.obsolete.values()):
            if entry.id and entry.string and new.get(_text(entry), entry.context) is None:
                new.obsolete[_text(entry)] = entry
    return new


def _revived(old: Catalog, message: Message) -> Entry | None:
    entry: Entry | None = old.obsolete.get(message.text)
    return entry if entry and (entry.context or "") == message.context else None


def _text(entry: Entry) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def written(catalogue: Catalog) -> bytes:
    """Return the catalogue as text: sorted, no dates, no line numbers, so that a change shows as itself."""
    lines = io.BytesIO()
    write_po(lines, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    head = HEADER.format(locale=catalogue.locale, count=catalogue.num_plurals, rule=catalogue.plural_expr)
    return head.encode() + lines.getvalue().rstrip(b"\n") + b"\n"


def faults() -> list[str]:
    """Return one line for each message that is missing, fuzzy, broken, or said in two ways."""
    wanted = {domain: messages_of(domain) for domain in domains()}
    return [line for locale in LANGUAGES for line in _faults_of(locale, wanted)]


def _faults_of(locale: str, wanted: Mapping[str, AbstractSet[Message]]) -> list[str]:
    lines: list[str] = []
    said: dict[Message, tuple[str, object]] = {}
    for domain, messages in wanted.items():
        catalogue = read_catalogue(locale, domain)
        for message in sorted(messages):
            entry = catalogue.get(message.text, message.context or None)
            if fault := _fault(catalogue, entry, message):
                lines.append(f"{locale} {domain}: {fault}: {message.text}")
            elif entry and said.setdefault(message, (domain, entry.string))[1] != entry.string:
                lines.append(f"{locale} {domain}: said differently in {said[message][0]}: {message.text}")
    return lines


def _fault(catalogue: Catalog, entry: Entry | None, message: Message) -> str:
    if entry is None or not entry.string or (isinstance(entry.string, tuple) and not all(entry.string)):
        return "missing"
    if entry.fuzzy:
        return "fuzzy"
    if bool(message.plural) != isinstance(entry.id, tuple):
        return "plural forms differ"
    if any("%" in PLACE.sub("", text) for text in (message.text, message.plural, *_strings(entry))):
        return "a lone %, write %%"
    return next((str(error) for error in entry.check(catalogue)), "")


def _strings(entry: Entry) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())


@words.command("update")
@click.argument("only", nargs=-1, metavar="[DOMAIN]...")
@click.option("--prune", is_flag=True, help="Forget the words that nothing uses any more.")
def update(only: tuple[str, ...], *, prune: bool) -> None:
    """Collect the messages of code and templates into the catalogues; changes only reporter/translations.

    New messages come without a translation (English: as they are) unless another catalogue has one.
    DOMAIN: base, rooms or the name of a desk; without one, all of them.
    """
    for locale in LANGUAGES:
        old = {domain: read_catalogue(locale, domain) for domain in domains()}
        elsewhere = {
            Message(_text(entry), context=entry.context or "", plural=_plural(entry)): entry
            for catalogue in old.values()
            for entry in catalogue
            if entry.id and entry.string
        }
        for domain in only or domains():
            new = updated(old[domain], messages_of(domain), elsewhere)
            if prune:
                new.obsolete.clear()
            path = catalogue_path(locale, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(new))
            empty = sum(1 for entry in new if entry.id and not (entry.string and all(entry.string)))
            click.echo(f"{locale} {domain}: {len(new)} messages, {empty} without words")


def _plural(entry: Entry) -> str:
    return "" if isinstance(entry.id, str) else entry.id[1]


@words.command("check")
def check() -> None:
    """Name every message without words, fuzzy, with broken places or said in two ways; exit 1 when there is one."""
    found = faults()
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} faults in {len(domains())} catalogues of {len(LANGUAGES)} languages")
    if found:
        raise SystemExit(1)
