"""An account is erased: nothing of the person is left in any table, and the reports stay."""

from datetime import timedelta

import pytest
from sqlalchemy import String, cast, select

from reporter.accounts.commands.codes import Asking, forget_codes
from reporter.accounts.commands.identity import keep_real_name
from reporter.accounts.commands.own import (
    Changed,
    Proof,
    Proving,
    Sent,
    ask_for_new_contact,
    ask_to_erase,
    change_contact,
)
from reporter.accounts.linking import link_wechat, wechat_key
from reporter.accounts.models import TRIES, OneTimeCode, User
from reporter.accounts.queries import get_user, user_by_login
from reporter.accounts.sealed import mark_of
from reporter.cities.queries import current_city, local
from reporter.kernel.audit import trail_of, verify
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed
from reporter.kernel.policy import Role
from reporter.notices.commands.leaving import erase_account
from reporter.notices.commands.wishing import keep_wishes
from reporter.notices.commands.writing import contact_name
from reporter.notices.models import Delivery, Notice, NoticeSettings
from reporter.ports import ports
from reporter.reports.commands.triage import request_info
from reporter.reports.models import ReportTrace
from reporter.reports.queries import get_report
from reporter.reports.risk import Mark
from tests.board.posts import an_objection
from tests.make import a_moderator, a_report, a_user, put
from tests.notices.posting import letters, texts, wish, work

PHONE, MAIL, NAME, REAL = "13847412345", "qiqige@example.org", "小其其格", "其其格·乌云"
HERE, PASSWORD = Asking(["here"]), "a good long password"


def a_leaver(**columns: object) -> User:
    plain = {"phone": PHONE, "email": MAIL, "mobile": PHONE, "name": NAME, "password": PASSWORD}
    return a_user(Role.RESIDENT, **(plain | columns))  # type: ignore[arg-type]


def found_anywhere(words: list[str]) -> list[str]:
    """Return table and column of every place where one of these words stands, in whatever type of column."""
    places = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            text = cast(column, String)
            plain = (
                db.session.execute(select(column)).scalars().all() if "Sealed" in repr(column.type) else []
            )
            held = db.session.execute(select(text)).scalars().all()
            if any(word in str(value) for value in [*held, *plain] for word in words):
                places.append(f"{table.name}.{column.name}")
    return places


def everything_about(user: User) -> int:
    """Let a person leave something in every room; return the id of their report."""
    keep_real_name(user, REAL, by=user.actor)
    link_wechat(user, wechat_key("o-leaver"), by=user.actor)
    keep_wishes(f"user:{user.id}", wish(most=3))
    keep_wishes(contact_name(MAIL), wish(most=4))
    report = a_report(by=user.actor, contact="138 4741 2345", notify=True)
    a_report(contact=f"+86{PHONE}", notify=True)
    an_objection(contact=MAIL)
    request_info(report, "哪个门？", by=a_moderator().actor)
    work()
    put(Notice(user_id=user.id, who="reporter", what="report.submit", number="R-1", at=ports.clock.now()))
    ask_for_new_contact(get_user(user.id), "13800009999", HERE)
    ask_to_erase(get_user(user.id), HERE)
    return report.id


def test_after_erasing_no_table_knows_contact_or_name_and_the_reports_are_there() -> None:
    user = a_leaver()
    report_id = everything_about(user)
    number, name = get_report(report_id).number, contact_name(MAIL)
    words = [
        PHONE,
        "138 4741 2345",
        MAIL,
        NAME,
        REAL,
        str(mark_of(PHONE)),
        str(mark_of(MAIL)),
        name,
        f"user:{user.id}",
    ]
    before = found_anywhere(words)

    erased = erase_account(get_user(user.id), Proof(password=PASSWORD), by=user.actor)

    assert erased.done
    assert {"users.phone", "users.name", "real_names.name", "reports.contact", "objections.contact"} <= set(
        before
    )
    assert {"notice_settings.recipient", "notice_deliveries.recipient", "one_time_codes.contact"} <= set(
        before
    )
    assert found_anywhere(words) == []
    report = get_report(report_id)
    assert (report.number, report.reporter_id, report.contact, report.notify) == (number, None, "", False)


def test_after_erasing_nothing_points_at_the_person_but_the_trail() -> None:
    user = a_leaver()
    everything_about(user)

    erase_account(get_user(user.id), Proof(password=PASSWORD), by=user.actor)

    pointing = [
        f"{table.name}.{key.parent.name}"
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "users.id"
        and db.session.execute(select(key.parent).where(key.parent == user.id).limit(1)).first()
    ]
    assert pointing == []
    assert [entry.action for entry in trail_of(get_user(user.id))][-1] == "erase_account"
    assert list(verify("test")) == []
    assert db.session.scalars(select(ReportTrace).where(ReportTrace.mark == Mark.SENDER)).all() == []


def test_whoever_erased_the_account_is_not_signed_in_and_may_begin_anew() -> None:
    user = a_leaver()

    erase_account(user, Proof(password=PASSWORD), by=user.actor)

    gone = get_user(user.id)
    assert (gone.is_active, gone.roles, gone.contact, gone.password_hash) == (False, [], "", "")
    assert user_by_login(PHONE) is None
    assert user_by_login(MAIL) is None


def test_a_fresh_code_erases_too_five_wrong_ones_do_not() -> None:
    user = a_leaver(email=None)
    wrong, right = ask_to_erase(user, HERE), ask_to_erase(user, HERE)
    code = db.session.get_one(OneTimeCode, right.id).code

    left = [
        erase_account(user, Proof(code_id=wrong.id, typed="no"), by=user.actor).left for _ in range(TRIES + 1)
    ]
    refused = erase_account(user, Proof(code_id=wrong.id, typed=code), by=user.actor)
    done = erase_account(user, Proof(code_id=right.id, typed=code), by=user.actor)

    assert left == [4, 3, 2, 1, 0, 0]
    assert not refused.done
    assert done.done


@pytest.mark.parametrize(
    "kind", ["wrong password", "no proof", "late code", "code of another", "code to sign in"]
)
def test_without_a_proof_nothing_is_erased(kind: str) -> None:
    user, other = a_leaver(), a_user(email="other@example.org")
    own, others = ask_to_erase(user, HERE), ask_to_erase(other, HERE)
    codes = {one.id: db.session.get_one(OneTimeCode, one.id).code for one in (own, others)}
    if kind == "late code":
        ports.clock.move(timedelta(minutes=11))  # type: ignore[attr-defined]
    proofs = {
        "wrong password": Proof(password=PASSWORD[::-1]),
        "no proof": Proof(),
        "late code": Proof(code_id=own.id, typed=codes[own.id]),
        "code of another": Proof(code_id=others.id, typed=codes[others.id]),
        "code to sign in": Proof(code_id=0, typed="000000"),
    }

    if kind == "wrong password":
        with pytest.raises(BadInput):
            erase_account(user, proofs[kind], by=user.actor)
    else:
        assert not erase_account(user, proofs[kind], by=user.actor).done

    assert get_user(user.id).contact == PHONE


def test_staff_do_not_erase_themselves() -> None:
    clerk = a_user(Role.ACCEPTOR, password=PASSWORD)

    with pytest.raises(NotAllowed):
        erase_account(clerk, Proof(password=PASSWORD), by=clerk.actor)
    with pytest.raises(NotAllowed):
        ask_for_new_contact(clerk, PHONE, HERE)


def test_what_others_reported_and_were_told_stays() -> None:
    user, other = a_leaver(), a_user(email="other@example.org")
    theirs = a_report(by=other.actor, contact="other@example.org", notify=True)
    keep_wishes(f"user:{other.id}", wish(most=3))
    work()
    kept = [db.session.scalars(select(model)).all() for model in (NoticeSettings, Delivery, Notice)]
    counts = [len(rows) for rows in kept]

    erase_account(get_user(user.id), Proof(password=PASSWORD), by=user.actor)

    report = get_report(theirs.id)
    assert (report.reporter_id, report.contact) == (other.id, "other@example.org")
    assert [
        len(db.session.scalars(select(model)).all()) for model in (NoticeSettings, Delivery, Notice)
    ] == counts


def the_code(row: OneTimeCode | None) -> str:
    assert row is not None
    return db.session.get_one(OneTimeCode, row.id).code


def changed(user: User, sent: Sent, *, new: str = "", own: str = "", password: str = "") -> Changed:
    proof = Proof(password, sent.own.id if sent.own else 0, own)
    return change_contact(user, sent.new.id, new or the_code(sent.new), proof, by=user.actor)


def test_a_new_contact_takes_the_place_of_the_old_one_by_its_code_and_one_to_the_old() -> None:
    user = a_leaver(email=None, password="")
    sent = ask_for_new_contact(user, "138 0000 9999", HERE, Proving(PHONE, HERE))
    own = the_code(sent.own)

    wrong = [changed(user, sent, new="no", own=own).wrong, changed(user, sent, own="no").wrong]
    before = get_user(user.id).phone
    right = changed(user, sent, own=own)

    assert wrong == [{"code": 4}, {"own_code": 3}]
    assert before == PHONE
    assert right.wrong == {}
    assert user_by_login("13800009999") is not None
    assert user_by_login(PHONE) is None
    assert trail_of(get_user(user.id))[-1].action == "change_contact"


def test_where_there_is_a_password_it_is_the_proof_and_no_code_goes_to_the_old_contact() -> None:
    user = a_leaver(email=None)
    sent = ask_for_new_contact(user, "13800009999", HERE)

    for typed in ("", PASSWORD[::-1]):
        with pytest.raises(BadInput) as refused:
            changed(user, sent, password=typed)
        assert refused.value.field == "password"
    changed(user, sent, password=PASSWORD)

    assert sent.own is None
    assert get_user(user.id).phone == "13800009999"


@pytest.mark.parametrize("kind", ["no proof", "late", "of another", "to erase", "never asked for"])
def test_without_a_proof_no_contact_changes(kind: str) -> None:
    user, other = a_leaver(email=None, password=""), a_user(email="other@example.org")
    proving = None if kind == "never asked for" else Proving(PHONE, HERE)
    sent = ask_for_new_contact(user, "13800009999", HERE, proving)
    others = ask_for_new_contact(other, "13800008888", HERE, Proving("other@example.org", HERE))
    erasing, late = ask_to_erase(user, HERE), the_code(sent.own) if sent.own else ""
    new, theirs = the_code(sent.new), the_code(others.own)
    if kind == "late":
        ports.clock.move(timedelta(minutes=11))  # type: ignore[attr-defined]
    proofs = {
        "no proof": Proof(),
        "late": Proof(code_id=sent.own.id if sent.own else 0, typed=late),
        "of another": Proof(code_id=others.own.id if others.own else 0, typed=theirs),
        "to erase": Proof(code_id=erasing.id, typed=the_code(erasing)),
        "never asked for": Proof(),
    }

    answer = change_contact(user, sent.new.id, new, proofs[kind], by=user.actor)

    assert answer.wrong["own_code"] == 0
    assert get_user(user.id).phone == PHONE


def test_an_account_that_only_wechat_opens_has_nothing_to_prove() -> None:
    user = a_leaver(email=None, phone=None, mobile="", password="")

    sent = ask_for_new_contact(user, PHONE, HERE)
    work()
    changed(user, sent)
    work()

    assert get_user(user.id).phone == PHONE
    assert [to for to, _ in texts()] == [PHONE]


def test_every_contact_that_there_was_is_told_when_and_whom_to_call() -> None:
    user = a_leaver(password="")
    current_city().phone = "0474-1234567"
    db.session.commit()
    sent = ask_for_new_contact(user, "13800009999", HERE, Proving(MAIL, HERE))
    work()

    changed(user, sent, own=the_code(sent.own))
    work()

    at = f"{local(ports.clock.now()):%Y-%m-%d %H:%M}"
    by_sms, by_mail = texts()[-1], letters()[-1]
    assert (by_sms[0], by_mail.to) == (PHONE, MAIL)
    assert all(at in said and "0474-1234567" in said for said in (by_sms[1], by_mail.text))
    assert [to for to, _ in texts()] == ["13800009999", PHONE]


def test_what_the_old_contact_is_told_is_forgotten_with_the_codes() -> None:
    user = a_leaver(email=None, password="")
    sent = ask_for_new_contact(user, "13800009999", HERE, Proving(PHONE, HERE))
    changed(user, sent, own=the_code(sent.own))

    ports.clock.move(timedelta(days=1, minutes=1))  # type: ignore[attr-defined]
    forget_codes()

    assert found_anywhere([PHONE, str(mark_of(PHONE))]) == []


def test_where_no_code_can_reach_the_old_contact_that_is_said_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = a_leaver(email=None, password="")
    monkeypatch.setattr(ports.sms, "there", lambda: False)

    with pytest.raises(BadInput) as refused:
        ask_for_new_contact(user, "new@example.org", HERE)

    assert refused.value.field == "contact"
    assert db.session.scalars(select(OneTimeCode)).all() == []


def test_a_mail_address_is_added_to_the_number() -> None:
    user = a_leaver(email=None, password="")
    sent = ask_for_new_contact(user, "new@example.org", HERE, Proving(PHONE, HERE))

    changed(user, sent, own=the_code(sent.own))

    kept = get_user(user.id)
    assert (kept.phone, kept.email) == (PHONE, "new@example.org")


def test_a_contact_of_somebody_else_is_not_taken_and_that_is_said_only_to_whoever_has_it() -> None:
    a_user(email="other@example.org")
    user = a_leaver(email=None)
    sent = ask_for_new_contact(user, "other@example.org", HERE)

    with pytest.raises(BadInput) as refused:
        changed(user, sent, password=PASSWORD)

    assert refused.value.field == "code"
    assert get_user(user.id).email is None


def test_a_code_for_one_person_changes_nobody_else() -> None:
    user, other = a_leaver(email=None, password=""), a_user(email="other@example.org")
    sent = ask_for_new_contact(user, "13800009999", HERE, Proving(PHONE, HERE))

    answer = changed(other, sent, own=the_code(sent.own))

    assert set(answer.wrong) == {"code", "own_code"}
    assert get_user(other.id).phone is None
