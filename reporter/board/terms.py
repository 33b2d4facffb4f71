"""What a post is found by: every two neighbouring letters of it, which needs no dictionary and knows any script. Pure."""

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+")
LENGTH = 2  # letters of a term: the shortest word that Chinese is searched by
ASKED_AT_MOST = 24  # terms of one search


def terms_of(*texts: str) -> set[str]:
    """Return the terms of `texts`; wide and narrow, large and small letters are the same (NFKC, case folded)."""
    return set(_terms(" ".join(texts)))


def asked_terms(words: str) -> list[str]:
    """Return the terms that a post must all have to be found by `words`, in their order, each once; at most 24."""
    return list(dict.fromkeys(_terms(words)))[:ASKED_AT_MOST]


def _terms(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [
        run[place : place + LENGTH] for run in _RUN.findall(plain) for place in range(len(run) - LENGTH + 1)
    ]
