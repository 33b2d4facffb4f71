"""From a resident's report to a letter at a real SMTP server, which takes it, says later, says never, or hangs."""

from datetime import timedelta

from flask import Flask

from reporter.notices.models import Passage
from reporter.ports import ports
from reporter.ports.mail import Server, SmtpMail
from reporter.reports.commands.triage import request_info
from tests.make import a_moderator, a_report
from tests.notices.posting import WHO, rows, work
from tests.notices.receivers import HERE, Postbox, hang, silent_server, smtp_server


def send_through(app: Flask, port: int) -> None:
    mail = SmtpMail(Server(HERE, port, "city@jining.example", step=0.5, whole=1.0))
    vars(app.extensions["ports"])["mail"] = mail


def asked() -> None:
    """Ask a resident about their report, in words that look like a picture."""
    report = a_report(contact=WHO, notify=True, photos=3)
    request_info(report, '<img src="https://jining.example/x.jpg"> 哪个门？', by=a_moderator().actor)


def test_a_letter_has_two_parts_and_no_picture(app: Flask) -> None:
    box = Postbox()
    asked()

    with smtp_server(box) as port:
        send_through(app, port)
        work()

    assert len(box.letters) == 2
    for letter in box.letters:
        parts = [part.get_content_type() for part in letter.walk()]
        assert parts == ["multipart/alternative", "text/plain", "text/html"]
        html = letter.get_body(("html",))
        assert html is not None
        assert "<img" not in html.get_content()
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "<https://jining.example/notices/stop/" in "".join(letter["List-Unsubscribe"].split())
        assert letter["Auto-Submitted"] == "auto-generated"
    assert len({letter["Message-ID"] for letter in box.letters}) == 2


def test_a_server_that_says_later_gets_the_letter_later_once(app: Flask) -> None:
    box = Postbox(answer="451 4.3.0 try again later")
    a_report(contact=WHO, notify=True)

    with smtp_server(box) as port:
        send_through(app, port)
        work()
        assert [(row.state, row.error) for row in rows()] == [
            (Passage.WAITING, "The mail server does not take this letter now.\n451")
        ]
        box.answer = ""
        ports.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]
        work()
        work()

    assert len(box.letters) == 1
    assert [(row.state, row.tries, row.error) for row in rows()] == [(Passage.SENT, 2, "")]


def test_a_server_that_says_never_is_asked_once(app: Flask) -> None:
    box = Postbox(to="550 5.1.1 no such mailbox")
    a_report(contact=WHO, notify=True)

    with smtp_server(box) as port:
        send_through(app, port)
        work()
        ports.clock.move(timedelta(hours=6))  # type: ignore[attr-defined]
        work()

    assert box.tries == 1
    assert [(row.state, row.error) for row in rows()] == [
        (Passage.FAILED, "The mail server refused this letter for good.\n550")
    ]


def test_a_server_that_hangs_stops_nothing_else_and_loses_nothing(app: Flask) -> None:
    a_report(contact=WHO, notify=True)
    with silent_server(hang) as port:
        send_through(app, port)
        work()
    assert [row.state for row in rows()] == [Passage.WAITING]

    box = Postbox()
    with smtp_server(box) as port:
        send_through(app, port)
        ports.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]
        work()

    assert len(box.letters) == 1
