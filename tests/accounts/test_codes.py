"""Codes to sign in: how long, how often, for whom; what lies in the tables of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from reporter.accounts.commands.codes import (
    FROM_ANYWHERE,
    FROM_ONE_PLACE,
    Asking,
    ask_for_code,
    code_of_link,
    enter_by_link,
    enter_code,
    forget_codes,
    link_token,
)
from reporter.accounts.models import TRIES, OneTimeCode, User
from reporter.accounts.queries import get_user, user_by_login, user_who_signs_in, whole_person
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db, enter_city
from reporter.kernel.errors import BadInput, Gone, NotAllowed, NotFound, TooMany
from reporter.kernel.policy import Role
from reporter.ports import ports
from tests.make import a_city, a_user
from tests.notices.posting import letters, texts, work

HERE, THERE = Asking(["here"]), Asking(["there"])
WIDE = "13847412345".translate(
    {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
)  # as a Chinese keyboard types
PHONE, MAIL = "13847412345", "qiqige@example.org"


def the_code(row_id: int) -> str:
    return db.session.get_one(OneTimeCode, row_id).code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("typed", ["138 4741 2345", "+86 13847412345", WIDE, " 13847412345 "])
def test_a_number_is_the_same_however_it_is_written(typed: str) -> None:
    user = a_user(email=None, phone=PHONE)

    row = ask_for_code(typed, HERE)
    work()
    entered = enter_code(row.id, the_code(row.id))

    assert [to for to, _ in texts()] == [PHONE]
    assert entered.user is not None
    assert entered.user.id == user.id


def test_the_first_code_opens_a_residents_account_and_the_next_finds_it() -> None:
    first, second = ask_for_code(MAIL, HERE), ask_for_code(MAIL.upper(), HERE)

    opened = enter_code(first.id, the_code(first.id)).user
    found = enter_code(second.id, the_code(second.id)).user

    assert opened is not None
    assert found is not None
    assert opened.id == found.id
    assert (opened.roles, opened.email, opened.name) == (["resident"], MAIL, "")
    assert [entry.action for entry in trail_of(opened)] == ["open_account"]


def test_whoever_signs_in_by_the_number_of_a_member_of_staff_is_the_same_person() -> None:
    staff = a_user(Role.ACCEPTOR, mobile=PHONE)
    row = ask_for_code(PHONE, HERE)

    at_home = enter_code(row.id, the_code(row.id)).user

    assert at_home is not None
    assert whole_person(staff.actor).is_one_of([at_home.id])
    assert whole_person(at_home.actor).is_one_of([staff.id])


def test_whoever_is_known_and_whoever_is_not_is_sent_the_same() -> None:
    a_user(email=MAIL)

    ask_for_code(MAIL, HERE)
    ask_for_code("stranger@example.org", HERE)
    work()

    known, stranger = [re.sub(r"\d{6}|by/\S+", "", letter.text) for letter in letters()]
    assert known == stranger


def test_five_wrong_codes_burn_the_code_and_not_the_account() -> None:
    row = ask_for_code(PHONE, HERE)
    code = the_code(row.id)

    left = [enter_code(row.id, wrong(code)).left for _ in range(TRIES)]
    late = enter_code(row.id, code)
    another = ask_for_code(PHONE, HERE)
    entered = enter_code(another.id, the_code(another.id))

    assert left == [4, 3, 2, 1, 0]
    assert late.user is None
    assert entered.user is not None


def test_what_somebody_else_tries_uses_up_nothing_of_ones_own_code() -> None:
    own, others = ask_for_code(PHONE, HERE), ask_for_code(PHONE, THERE)

    for _ in range(TRIES + 1):
        enter_code(others.id, wrong(the_code(others.id)))

    assert enter_code(own.id, the_code(own.id)).user is not None


def test_a_code_holds_for_ten_minutes_and_once() -> None:
    used, late = ask_for_code(PHONE, HERE), ask_for_code(PHONE, HERE)
    code, later = the_code(used.id), the_code(late.id)

    first, again = enter_code(used.id, code), enter_code(used.id, code)
    ports.clock.move(timedelta(minutes=10))  # type: ignore[attr-defined]
    over = enter_code(late.id, later)

    assert first.user is not None
    assert again.user is None
    assert over.user is None


def test_who_asks_too_often_is_told_when_it_goes_on_and_nobody_else_is_held_up() -> None:
    for _ in range(FROM_ONE_PLACE):
        ask_for_code(PHONE, HERE)

    with pytest.raises(TooMany) as refused:
        ask_for_code(PHONE, HERE)
    elsewhere = ask_for_code(PHONE, THERE)
    ports.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]

    assert refused.value.values == {"minutes": 60}
    assert ask_for_code(PHONE, HERE).id != elsewhere.id


def test_a_phone_is_not_flooded_from_many_addresses() -> None:
    for place in range(FROM_ANYWHERE):
        ask_for_code(PHONE, Asking([str(place)]))

    with pytest.raises(TooMany):
        ask_for_code(PHONE, Asking(["one more"]))


@pytest.mark.parametrize(
    "contact", ["", "0474-8230001", "nobody", "a@", "@example.org", "x" * 300 + "@example.org", "12345"]
)
def test_what_no_code_can_be_sent_to_is_refused_at_its_field(contact: str) -> None:
    with pytest.raises(BadInput) as refused:
        ask_for_code(contact, HERE)

    assert refused.value.field == "contact"


def test_staff_are_sent_no_code_but_the_way_to_the_password() -> None:
    a_user(Role.ACCEPTOR, email=MAIL)
    row = ask_for_code(MAIL, HERE)
    code = the_code(row.id)

    work()

    (letter,) = letters()
    assert code not in letter.text + letter.html + letter.subject
    assert "https://jining.example/sign-in" in letter.text
    with pytest.raises(NotAllowed):
        enter_code(row.id, code)
    with pytest.raises(NotAllowed):
        enter_by_link(link_token(row))


def test_a_closed_account_stays_closed() -> None:
    a_user(email=MAIL, active=False)
    row = ask_for_code(MAIL, HERE)

    with pytest.raises(NotAllowed):
        enter_code(row.id, the_code(row.id))


def test_the_link_of_a_letter_is_looked_at_as_often_as_one_likes_and_signs_in_once() -> None:
    row = ask_for_code(MAIL, HERE)
    work()
    (letter,) = letters()
    found = re.search(r"https://jining\.example/sign-in/by/(\S+)", letter.text)
    assert found is not None
    token = found[1]

    looked = [code_of_link(token).id for _ in range(3)]
    user = enter_by_link(token)

    assert looked == [row.id] * 3
    assert user.email == MAIL
    with pytest.raises(Gone):
        enter_by_link(token)
    with pytest.raises(Gone):
        code_of_link(token)


def test_a_code_that_gets_the_number_of_a_struck_one_is_sent_and_opens_for_nobody_else() -> None:
    struck = ask_for_code("qiqige@example.org", HERE)
    token = link_token(struck)
    work()
    db.session.delete(struck)
    db.session.commit()
    ports.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]

    row = ask_for_code("tuya@example.org", HERE)
    work()

    assert letters()[-1].to == "tuya@example.org"
    with pytest.raises(Gone):
        code_of_link(token)
    assert code_of_link(link_token(row)).id == row.id


def test_a_link_is_neither_forged_nor_good_for_another_city() -> None:
    token = link_token(ask_for_code(MAIL, HERE))
    other = a_city("baotou")

    with pytest.raises(NotFound):
        code_of_link(token[:-1] + ("a" if token[-1] != "a" else "b"))
    enter_city(other.id)
    with pytest.raises(NotFound):
        code_of_link(token)


def test_a_code_that_waits_too_long_is_not_sent_any_more() -> None:
    ask_for_code(MAIL, HERE)
    ports.clock.move(timedelta(minutes=11))  # type: ignore[attr-defined]

    work()

    assert letters() == []


def test_contact_and_code_lie_sealed_and_go_with_their_time() -> None:
    row = ask_for_code(PHONE, HERE)
    code, kept = the_code(row.id), text("SELECT contact, code FROM one_time_codes")

    sealed = db.session.execute(kept).one()
    ports.clock.move(timedelta(minutes=11))  # type: ignore[attr-defined]
    forget_codes()
    emptied = db.session.execute(kept).one()
    ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    forget_codes()

    assert PHONE not in sealed.contact
    assert code not in sealed.code
    assert tuple(emptied) == ("", "")
    assert db.session.execute(kept).all() == []


def test_contacts_of_people_lie_sealed_and_are_found_by_their_mark() -> None:
    user = a_user(email=MAIL, phone=PHONE, mobile=PHONE)
    columns = "email, email_mark, phone, phone_mark, mobile, mobile_mark"

    row = db.session.execute(text(f"SELECT {columns} FROM users WHERE id = :id"), {"id": user.id}).one()

    assert not any(part in str(value) for value in row for part in (MAIL, PHONE))
    for login in (MAIL, PHONE):
        found = user_by_login(login)
        assert found is not None
        assert found.id == user.id


def test_what_was_sealed_with_another_secret_is_as_if_it_had_not_been_given() -> None:
    user = a_user(email=MAIL)
    vars(db.session.get_one(User, user.id))
    db.session.execute(text("UPDATE users SET email = 'gAAAAAB-of-another-key'"))
    db.session.commit()
    db.session.expire_all()

    assert get_user(user.id).contact == ""


def test_an_account_without_a_password_opens_to_no_password() -> None:
    a_user(email=MAIL, password="")

    assert [user_who_signs_in(MAIL, typed) for typed in ("", "there is no such account")] == [None, None]


def test_two_accounts_with_one_contact_are_not_to_be_had() -> None:
    row, again = ask_for_code(PHONE, HERE), ask_for_code(PHONE, THERE)
    enter_code(row.id, the_code(row.id))
    enter_code(again.id, the_code(again.id))

    people = db.session.scalars(select(User).where(User.phone_mark.is_not(None))).all()

    assert len(people) == 1
