"""Learn from decided reports with scikit-learn, which `make learn` installs; what comes out are plain numbers.

Never imported by the web process: only the operator's command learns.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from reporter.learning.queries import Decided
from reporter.learning.rules import Learnt, Model, Tried, pieces_of, weighed_pieces

LEARNT, SETTLED = 0.7, 0.15  # shares, in the order of time; what is left is held back
LEAST = 120  # decided reports, below which nothing is learnt
LEAST_OF_KIND = 8  # of one kind among what is learnt from; kinds with fewer are never guessed
AT_LEAST_IN = 3  # reports that a piece has to stand in
MOST_PIECES = 8000
SMALL = 0.02  # a weight below which a piece says nothing of a kind
STRENGTH = 10.0  # the inverse of how strongly weights are held down


class TooFew(Exception):
    """There are not enough decided reports yet; the text says how many there are."""


def learn(decided: Sequence[Decided]) -> Learnt:
    """Return what can be learnt from `decided`, the oldest first. Raises `TooFew`."""
    first, second = int(len(decided) * LEARNT), int(len(decided) * (LEARNT + SETTLED))
    past, between, newest = decided[:first], decided[first:second], decided[second:]
    counts = Counter(one.category_id for one in past)
    kinds = sorted(kind for kind, number in counts.items() if number >= LEAST_OF_KIND)
    past = [one for one in past if one.category_id in kinds]
    if len(decided) < LEAST or len(kinds) < 2:  # noqa: PLR2004 - with one kind there is nothing to tell apart
        raise TooFew(f"{len(decided)} decided reports with words of {len(kinds)} kinds")
    model = _fitted(past, kinds)
    model = _honest(model, between)
    return Learnt(model, len(past), _tried(model, between), _tried(model, newest))


def _tried(model: Model, decided: Sequence[Decided]) -> list[Tried]:
    guesses = [(model.guess(one.words), one) for one in decided]
    return [Tried(guess.category_id, guess.sure, one.category_id) for guess, one in guesses if guess]


def _fitted(past: Sequence[Decided], kinds: Sequence[int]) -> Model:
    sets = [set(pieces_of(one.words)) for one in past]
    spread = Counter(chain.from_iterable(sets))
    known = [piece for piece, number in spread.most_common(MOST_PIECES) if number >= AT_LEAST_IN]
    rarity = {piece: float(np.log((1 + len(past)) / (1 + spread[piece]))) + 1 for piece in known}
    places = {piece: at for at, piece in enumerate(known)}
    rows, columns, values = [], [], []
    for row, one in enumerate(past):
        for piece, weight in weighed_pieces(one.words, rarity).items():
            rows.append(row)
            columns.append(places[piece])
            values.append(weight)
    table = csr_matrix((values, (rows, columns)), shape=(len(past), len(known)))
    fitted = LogisticRegression(C=STRENGTH, max_iter=400).fit(table, [one.category_id for one in past])
    weights, offsets = _one_for_each(fitted.coef_, fitted.intercept_)
    order = [list(fitted.classes_).index(kind) for kind in kinds]
    seen: dict[str, Counter[int]] = defaultdict(Counter)
    for pieces, one in zip(sets, past, strict=True):
        for piece in pieces & places.keys():
            seen[piece][kinds.index(one.category_id)] += 1
    return Model(
        kinds=kinds, rarity=rarity, temperature=1.0, offsets=[float(offsets[at]) for at in order],
        weights={
            piece: {
                at: float(weights[row, place])
                for at, row in enumerate(order)
                if abs(weights[row, place]) >= SMALL
            }
            for piece, place in places.items()
        },
        seen={piece: dict(counts) for piece, counts in seen.items()},
    )  # fmt: skip


def _one_for_each(weights: "np.ndarray", offsets: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
    """Return a row of weights for each kind; of two kinds the library has only one row, for the second."""
    if len(weights) > 1:
        return weights, offsets
    return np.vstack([-weights[0] / 2, weights[0] / 2]), np.array([-offsets[0] / 2, offsets[0] / 2])


def _honest(model: Model, between: Sequence[Decided]) -> Model:
    """Return the model with the temperature at which reports it was not made of are the least surprising."""

    def surprise(temperature: float) -> float:
        warmed = Model(**vars(model) | {"temperature": temperature})
        tried = _tried(warmed, between)
        shares = [one.sure if one.right else 1 - one.sure for one in tried]
        return float(-np.mean(np.log(np.clip(shares, 1e-6, 1)))) if shares else 0.0

    best = minimize_scalar(surprise, bounds=(0.2, 5.0), method="bounded", options={"maxiter": 24})
    return Model(**vars(model) | {"temperature": round(float(best.x), 3)})
