"""The pinyin of Chinese names. Pure.

The dictionary takes some 55 MB: it is read when the first name is spelled, which is when a file is imported, and never
by a process that only searches.
"""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module


def syllables_of(name: str) -> list[str]:
    """Return the syllables of a name without tones, small letters; what is not Chinese stays as it is, as one."""
    return [syllable.casefold() for syllable in _spell()(name)]


@lru_cache(maxsize=1)
def _spell() -> Callable[[str], list[str]]:
    spell: Callable[[str], list[str]] = import_module("pypinyin").lazy_pinyin
    return spell
