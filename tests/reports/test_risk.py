"""What makes a report pressing, what makes it look like spam, and in which words nobody says anything."""

from datetime import UTC, datetime, timedelta

import pytest

from reporter.reports.mentions import plates_in, says_nothing, shops_in
from reporter.reports.risk import CALM, Facts, Mark, Other, Reason, Why, suspicions, weighed
from reporter.reports.screening import short_lived

pytestmark = pytest.mark.pure
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def others(
    number: int, mark: Mark = Mark.PLACE, *, sender: str = "", apart: timedelta = timedelta(days=1)
) -> list[Other]:
    """Return other reports with the same mark, each `apart` from this one."""
    return [Other(mark, place, sender, NOW - apart) for place in range(1, number + 1)]


def whys(reasons: list[Reason]) -> list[Why]:
    return [reason.why for reason in reasons]


def test_where_nothing_stands_out_the_report_is_last() -> None:
    risk = weighed(Facts(NOW))

    assert (risk.rank, risk.reasons) == (CALM, [])


def test_what_is_urgent_by_its_kind_comes_before_everything_else() -> None:
    everything = Facts(
        NOW, flags=["photo_elsewhere", "photo_old", "photo_seen"], held=["plate"], newcomer=True, sender="a",
        others=[*others(9, Mark.PLATE, sender="a"), *others(9, Mark.SHOP, sender="a"), *others(9, sender="a")],
    )  # fmt: skip

    assert weighed(Facts(NOW, urgent=True)).rank == 0
    assert weighed(everything).rank == 1


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (Facts(NOW, held=["phone"]), Why.PERSONAL),
        (Facts(NOW, flags=["photo_elsewhere", "no_area"]), Why.ELSEWHERE),
        (Facts(NOW, flags=["photo_old"]), Why.OLD),
        (Facts(NOW, flags=["photo_seen"]), Why.SEEN),
        (Facts(NOW, newcomer=True), Why.NEWCOMER),
        (Facts(NOW, short_lived=True), Why.SHORT_LIVED),
    ],
)
def test_a_small_thing_lifts_a_report_by_one_place(facts: Facts, why: Why) -> None:
    risk = weighed(facts)

    assert (risk.rank, whys(list(risk.reasons))) == (CALM - 1, [why])


@pytest.mark.parametrize("mark", [Mark.PLACE, Mark.PLATE, Mark.SHOP])
def test_many_reports_by_one_person_about_one_thing_are_an_attack(mark: Mark) -> None:
    risk = weighed(Facts(NOW, sender="a", others=others(4, mark, sender="a")))

    assert risk.reasons == [Reason(Why(f"repeated_{mark}"), reports=5, people=1)]


def test_many_reports_by_many_people_are_no_attack_and_unknown_senders_are_many() -> None:
    by_five = [Other(Mark.PLACE, one, f"person {one}", NOW) for one in range(5)]

    assert weighed(Facts(NOW, sender="a", others=by_five)).reasons == []
    assert weighed(Facts(NOW, others=others(8))).reasons == []


def test_three_reports_by_one_person_are_none_yet() -> None:
    assert weighed(Facts(NOW, sender="a", others=others(2, sender="a"))).reasons == []


def test_a_burst_is_six_reports_of_one_sender_within_an_hour() -> None:
    soon, later = timedelta(minutes=20), timedelta(minutes=61)

    assert weighed(Facts(NOW, others=others(5, Mark.SENDER, apart=soon))).reasons == [Reason(Why.BURST, 6)]
    assert weighed(Facts(NOW, others=others(4, Mark.SENDER, apart=soon))).reasons == []
    assert weighed(Facts(NOW, others=others(9, Mark.SENDER, apart=later))).reasons == []


def test_reasons_stand_with_the_weightiest_first() -> None:
    facts = Facts(NOW, newcomer=True, sender="a", others=others(5, sender="a"))

    assert whys(list(weighed(facts).reasons)) == [Why.REPEATED_PLACE, Why.NEWCOMER]


def test_one_sign_of_spam_is_not_enough_and_two_are() -> None:
    same_words = others(3, Mark.WORDS)

    assert suspicions(Facts(NOW, words="占道停车", others=same_words)) == []
    assert suspicions(Facts(NOW, words="啊啊啊啊啊")) == []
    assert whys(suspicions(Facts(NOW, words="啊啊啊啊啊啊啊啊啊啊", others=same_words))) == [
        Why.SAME_WORDS,
        Why.NO_MEANING,
    ]
    both = [*same_words, *others(3, Mark.PICTURE)]
    assert whys(suspicions(Facts(NOW, words="加微信领红包天天都有", others=both))) == [
        Why.SAME_WORDS, Why.SAME_PICTURE,
    ]  # fmt: skip


def test_short_words_are_a_sign_only_when_one_sender_repeats_them() -> None:
    burst = others(5, Mark.SENDER, apart=timedelta(minutes=5))
    by_many = [Other(Mark.WORDS, one, f"person {one}", NOW) for one in range(3)]
    by_one = others(3, Mark.WORDS, sender="a")

    assert suspicions(Facts(NOW, sender="a", words="垃圾没人清", others=[*burst, *by_many])) == []
    assert whys(suspicions(Facts(NOW, sender="a", words="垃圾没人清", others=[*burst, *by_one]))) == [
        Why.BURST, Why.SAME_WORDS,
    ]  # fmt: skip


def test_a_flood_is_spam_by_itself() -> None:
    soon = timedelta(minutes=5)

    assert suspicions(Facts(NOW, others=others(28, Mark.SENDER, apart=soon))) == []
    assert whys(suspicions(Facts(NOW, others=others(29, Mark.SENDER, apart=soon)))) == [Why.BURST]


def test_what_is_urgent_is_never_put_aside_by_a_rule() -> None:
    flood = others(50, Mark.SENDER, apart=timedelta(minutes=5))

    assert suspicions(Facts(NOW, urgent=True, words="啊啊啊啊", others=flood)) == []


@pytest.mark.parametrize(
    "words", ["啊啊啊啊啊", "asdfasdf", "12345678", "???!!", "qwxzrtpsdfghjklmnbvcxzqwrt", "1111"]
)
def test_keys_that_were_only_hit_say_nothing(words: str) -> None:
    assert says_nothing(words)


@pytest.mark.parametrize(
    "words", ["", "占道", "占了人行道，老人只能走马路。", "garbage on the road", "蒙J12345 停在盲道上", "OK"]
)
def test_words_and_silence_are_no_nonsense(words: str) -> None:
    assert not says_nothing(words)


def test_a_text_names_plates_and_shops_alike_however_they_are_written() -> None:
    assert plates_in("蒙J·12345 又停在这，蒙j12345") == ["蒙J12345"]
    assert shops_in("就是那家王记烧烤店！") == shops_in("王记烧烤店又摆摊") == ["王记烧烤店"]
    assert shops_in("店外经营") == []


def test_one_picture_in_many_reports_lifts_them_with_how_many_people_sent_it() -> None:
    of_one = weighed(Facts(NOW, sender="a", others=others(2, Mark.PICTURE, sender="a")))
    of_many = weighed(
        Facts(NOW, sender="a", others=[Other(Mark.PICTURE, one, f"b{one}", NOW) for one in range(3)])
    )

    assert (of_one.rank, of_one.reasons) == (CALM - 2, [Reason(Why.SAME_PICTURE, 3, 1)])
    assert (of_many.rank, of_many.reasons) == (CALM - 2, [Reason(Why.SAME_PICTURE, 4, 4)])
    assert weighed(Facts(NOW, others=others(1, Mark.PICTURE))).reasons == []


@pytest.mark.parametrize("contact", ["a@mailinator.com", "A@Sub.Mailinator.COM "])
def test_an_address_for_minutes_is_known_also_below_its_domain(contact: str) -> None:
    assert short_lived(contact)


@pytest.mark.parametrize(
    "contact", ["", "13800000000", "a@example.org", "mailinator.com", "a@qq.com", "@", "a@com"]
)
def test_other_contacts_are_not(contact: str) -> None:
    assert not short_lived(contact)
