"""What a post is found by: neighbouring letters, of any script, wide or narrow, large or small."""

import pytest

from reporter.board.terms import asked_terms, terms_of

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("占道", ["占道"]),
        ("解放大街", ["解放", "放大", "大街"]),
        ("解放 占道", ["解放", "占道"]),
        ("\uff30\uff21RK1", ["pa", "ar", "rk", "k1"]),
        ("大街、大街", ["大街"]),
        ("街", []),
        ("，。 !", []),
    ],
)
def test_words_become_terms(words: str, terms: list[str]) -> None:
    assert asked_terms(words) == terms


def test_no_search_asks_for_more_than_two_dozen() -> None:
    assert len(asked_terms("".join(chr(0x4E00 + n) for n in range(60)))) == 24


def test_what_stands_in_two_texts_is_not_joined() -> None:
    assert terms_of("解放", "大街") == {"解放", "大街"}
