"""Letters through a real SMTP server, also one that hangs, drips, drops, says no or says later."""

import time
from dataclasses import replace

import pytest

from reporter.kernel.errors import ConfigError
from reporter.ports.carriers import Away, Refused
from reporter.ports.mail import Chosen, Letter, LogMail, Server, SmtpMail
from tests.notices.receivers import HERE, Postbox, drip, drop, free_port, hang, silent_server, smtp_server

pytestmark = pytest.mark.pure

LETTER = Letter(
    "who@example.org", "案件 150902-1", "已收到。\nhttps://jining.example/", "<p>已收到。</p>", {"X-One": "1"}
)


def mail_at(port: int, **facts: object) -> SmtpMail:
    server = Server(HERE, port, "集宁区 <city@example.org>", step=1.0, whole=1.0)
    return SmtpMail(replace(server, **facts))  # type: ignore[arg-type]


def test_a_letter_arrives_as_text_and_html_with_its_headers() -> None:
    box = Postbox()

    with smtp_server(box) as port:
        mail_at(port).send(LETTER, key="abc")

    (letter,) = box.letters
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert (letter["Subject"], letter["To"], letter["X-One"]) == ("案件 150902-1", "who@example.org", "1")
    assert letter["Message-ID"] == "<abc@example.org>"
    text = letter.get_body(("plain",))
    assert text is not None
    assert text.get_content().split() == LETTER.text.split()


@pytest.mark.parametrize(
    ("box", "error"),
    [
        (Postbox(answer="451 4.7.1 try again later"), Away),
        (Postbox(answer="550 5.7.1 looks like spam"), Refused),
        (Postbox(to="550 5.1.1 no such mailbox"), Refused),
        (Postbox(to="450 4.2.0 greylisted"), Away),
    ],
)
def test_no_means_never_and_later_means_later(box: Postbox, error: type[Exception]) -> None:
    with smtp_server(box) as port, pytest.raises(error) as told:
        mail_at(port).send(LETTER, key="abc")

    assert told.value.args[0].startswith("The mail server")
    assert "@" not in str(told.value)


@pytest.mark.parametrize("behave", [hang, drip, drop], ids=["hangs", "drips", "drops"])
def test_a_server_that_hangs_drips_or_drops_is_left_in_time(behave: object) -> None:
    with silent_server(behave) as port:  # type: ignore[arg-type]
        began = time.monotonic()
        with pytest.raises(Away):
            mail_at(port).send(LETTER, key="abc")

    assert time.monotonic() - began < 2.5


def test_a_server_that_is_not_there_is_away() -> None:
    with pytest.raises(Away):
        mail_at(free_port()).send(LETTER, key="abc")


def test_a_server_without_starttls_gets_no_letter_when_it_is_demanded() -> None:
    box = Postbox()

    with smtp_server(box) as port, pytest.raises(Away, match="cannot do what MAIL_URL demands"):
        mail_at(port, starttls=True).send(LETTER, key="abc")

    assert box.letters == []


@pytest.mark.parametrize(
    "address", ["no address", "a@b@c", "who@example.org\r\nBcc: all@example.org", "", "<a@b.c>"]
)
def test_what_is_no_address_is_never_tried_again(address: str) -> None:
    box = Postbox()

    with smtp_server(box) as port, pytest.raises(Refused, match="no mail address"):
        mail_at(port).send(replace(LETTER, to=address), key="abc")

    assert box.tries == 0


def test_a_subject_of_several_lines_becomes_one() -> None:
    box = Postbox()

    with smtp_server(box) as port:
        mail_at(port).send(replace(LETTER, subject="one\r\nBcc: all@example.org"), key="abc")

    assert box.letters[0]["Subject"] == "one Bcc: all@example.org"
    assert box.letters[0]["Bcc"] is None


def test_the_setting_names_server_account_and_sender() -> None:
    carrier = Chosen.from_config(
        {"MAIL_URL": "smtp://us%40er:p%3Aw@mail.example.org:2525/?starttls=1&from=city@example.org"}
    )

    assert isinstance(carrier, SmtpMail)
    assert carrier.server == Server(
        "mail.example.org", 2525, "city@example.org", "us@er", "p:w", starttls=True
    )
    assert "p:w" not in repr(carrier.server)
    assert isinstance(Chosen.from_config({"MAIL_URL": ""}), LogMail)


@pytest.mark.parametrize(
    "address",
    [
        "mail.example.org",
        "http://a/?from=a@b.c",
        "smtp://host/",
        "smtp:///?from=a@b.c",
        "smtp://host:x/?from=a@b.c",
    ],
)
def test_a_setting_that_is_no_mail_server_stops_the_start_without_its_password(address: str) -> None:
    with pytest.raises(ConfigError, match="MAIL_URL") as told:
        Chosen.from_config({"MAIL_URL": address.replace("://", "://user:secret@")})

    assert "secret" not in str(told.value)
