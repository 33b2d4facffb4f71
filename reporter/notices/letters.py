"""Letters and short messages: sentences, links and the way out of them, in the reader's language. Never a picture."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import force_locale, get_locale, gettext, ngettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from reporter.accounts.models import Purpose
from reporter.cities.models import Jurisdiction
from reporter.cities.queries import current_city, local
from reporter.notices import addresses
from reporter.notices.models import Notice
from reporter.notices.table import sentence_for
from reporter.ports import ports
from reporter.ports.mail import Letter

STOP = "notices.stop"  # what a token is signed for
LANGUAGES = {"zh_Hans_CN": "zh-CN", "en": "en"}
TEMPLATES = Path(__file__).parents[2] / "templates"

_paper = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
)  # fmt: skip
_paper.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # of the extension


@dataclass(frozen=True)
class Line:
    """One thing that is told, and where it leads."""

    words: str
    href: str


@dataclass(frozen=True)
class Reader:
    """Whoever reads a letter. `name`: their settings' name; `address`: mail address or number."""

    name: str
    address: str
    locale: str


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak the language of the reader within the block, the first one of the house for a language it has not got."""
    with force_locale(locale if locale in LANGUAGES else next(iter(LANGUAGES))):
        yield


def city_name(city: Jurisdiction) -> str:
    """Return what the city is called in the language that is spoken."""
    chinese = str(get_locale() or "zh").startswith("zh")
    return (city.name_zh if chinese else city.name_en) or city.name_zh


def line_of(notice: Notice, codes: Mapping[int, str], *, openly: bool = True) -> Line:
    """Return a notice as one line.

    Args:
        codes: query codes of reports, by id.
        openly: with the reason that somebody typed in; a group of a foreign service and a telephone get none.
    """
    reason = notice.reason if openly else gettext("see its page")
    words = gettext(sentence_for(notice.what, notice.who), number=notice.number, reason=reason)
    path = addresses.page_of(
        notice.who, case_id=notice.case_id, exposure_id=notice.exposure_id, objection_id=notice.objection_id,
        digest_id=notice.digest_id, number=notice.number, code=codes.get(notice.report_id or 0, ""),
    )  # fmt: skip
    return Line(words, ports.site.address(path, current_city().hosts))


def token_of(name: str) -> str:
    """Return the token by which a recipient changes their settings without signing in."""
    return ports.seals.sign([current_city().id, name], purpose=STOP)


def letter_of(reader: Reader, subject: str, lines: Iterable[Line], *, more: int = 0) -> Letter:
    """Return a letter, as text and HTML, with the headers that end all letters at one press (RFC 8058).

    Args:
        more: how many things are not told singly.
    """
    city, token = current_city(), token_of(reader.name)
    stop = ports.site.address(addresses.stop_page(token), city.hosts)
    own = reader.name.startswith("user:")
    facts = facts_of(subject) | {
        "lines": list(lines), "more": more, "stop": stop,
        "settings": ports.site.address(addresses.OWN_SETTINGS if own else addresses.settings_page(token), city.hosts),
        "all": ports.site.address(addresses.BELL if own else addresses.settings_page(token), city.hosts),
    }  # fmt: skip
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return written("notice", reader.address, facts, headers)


def facts_of(subject: str) -> dict[str, Any]:
    """Return what every letter says of itself and of its city."""
    city = current_city()
    return {
        "subject": subject, "city": city_name(city), "phone": city.phone, "demo": city.demo,
        "lang": LANGUAGES.get(str(get_locale()), "zh-CN"),
    }  # fmt: skip


def written(name: str, to: str, facts: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Letter:
    """Return a letter as text and HTML. `name`: of its two templates; `facts`: what they take, the subject among it."""
    return Letter(
        to=to, subject=str(facts["subject"]), text=_paper.get_template(f"mail/{name}.txt").render(facts),
        html=_paper.get_template(f"mail/{name}.html").render(facts), headers=headers or {},
    )  # fmt: skip


def subject_of(notice: Notice) -> str:
    """Return the subject; it says the number of what the letter is about."""
    if notice.who == "reporter":
        return str(gettext("Your report %(number)s", number=notice.number))
    if notice.number:
        return str(gettext("Case %(number)s", number=notice.number))
    return str(gettext("Something waits for you"))


def digest_subject(number: int) -> str:
    """Return the subject of a letter of the day."""
    return str(ngettext("%(num)d notice of the day", "%(num)d notices of the day", number))


def text_message(city: Jurisdiction, line: Line) -> str:
    """Return a notice as a short message."""
    return str(
        gettext("[%(city)s] %(words)s %(link)s", city=city_name(city), words=line.words, link=line.href)
    )


@dataclass(frozen=True)
class Note:
    """What is said to whoever asked for a code. `link`: where one presses a button instead of typing it, or ""."""

    subject: str
    words: str
    advice: str
    link: str = ""
    button: str = ""


def code_note(purpose: Purpose, code: str, *, minutes: int, token: str = "") -> Note:
    """Return what is said with a code. `token`: of the link that does the same, or ""."""
    said = {
        Purpose.SIGN_IN: gettext("Your code to sign in: %(code)s", code=code),
        Purpose.NEW_CONTACT: gettext("Your code to confirm this address: %(code)s", code=code),
        Purpose.PROVE: gettext("Your code to change the contact of your account: %(code)s", code=code),
        Purpose.ERASE: gettext("Your code to erase your account: %(code)s", code=code),
    }[purpose]
    advice = gettext(
        "It holds for %(minutes)s minutes. Give it to nobody: nobody of the city asks for it. If it was not you who asked,"
        " do nothing.",
        minutes=minutes,
    )
    if purpose is Purpose.PROVE:
        advice = gettext(
            "It holds for %(minutes)s minutes. Give it to nobody: nobody of the city asks for it. If it was not you who"
            " asked, somebody else is signed in to your account: sign in and press “Sign out on all devices”.",
            minutes=minutes,
        )
    link = ports.site.address(addresses.link_page(token), current_city().hosts) if token else ""
    return Note(said, said, advice, link, gettext("Sign in without typing the code"))


def changed_note(at: datetime) -> Note:
    """Return what a contact is told when the account has taken another one. `at`: when it did."""
    time, phone = f"{local(at):%Y-%m-%d %H:%M}", current_city().phone
    words = gettext("The contact of your account was changed at %(time)s.", time=time)
    advice = (
        gettext("If it was not you, call %(phone)s at once.", phone=phone)
        if phone
        else gettext("If it was not you, call the duty desk at once.")
    )
    return Note(gettext("The contact of your account was changed"), words, advice)


def password_note() -> Note:
    """Return what is said to staff, who sign in otherwise."""
    return Note(
        gettext("Signing in"),
        gettext("Somebody asked for a code to sign in with this address. It belongs to a member of staff."),
        gettext("Staff sign in with their password. If it was not you who asked, do nothing."),
        ports.site.address(addresses.SIGN_IN, current_city().hosts), gettext("Sign in"),
    )  # fmt: skip


def code_letter(to: str, note: Note) -> Letter:
    """Return the letter that carries a code. It cannot be ordered off: whoever gets it asked for it just now."""
    return written("code", to, facts_of(note.subject) | {"note": note})


def code_text(note: Note) -> str:
    """Return the short message that carries a code; without a link, which anybody could write."""
    words = f"{note.words}\n{note.advice}"
    return str(gettext("[%(city)s] %(words)s", city=city_name(current_city()), words=words))
