"""Reports that somebody decided, and what can be learnt of them."""

import random

from reporter.learning.queries import Decided
from reporter.learning.rules import Model

THINGS = {
    1: ["盲道上停满了车", "车停在消防通道", "面包车占了盲道", "人行道乱停车", "车停在路口挡路"],
    2: ["流动摊贩占道经营", "烧烤摊摆到马路上", "水果摊占道叫卖", "小贩在校门口摆摊", "占道卖菜没人管"],
    3: ["墙上贴满小广告", "电线杆贴小广告", "楼道里喷涂广告", "单元门贴开锁广告", "公交站牌乱贴广告"],
}
AROUND = [
    "解放大街",
    "早上七点",
    "已经三天",
    "请尽快处理",
    "影响老人出行",
    "每天都这样",
    "晚上最严重",
    "麻烦看看",
]


def decided_by_hand(number: int = 400, *, doubt: float = 0.03, seed: int = 7) -> list[Decided]:
    """Return invented decided reports of three kinds; a share of `doubt` was decided otherwise than it was said."""
    chance = random.Random(seed)  # noqa: S311 - the same reports every time
    made = []
    for _ in range(number):
        kind = chance.choice(list(THINGS))
        words = f"{chance.choice(AROUND)}{chance.choice(THINGS[kind])}，{chance.choice(AROUND)}"
        made.append(Decided(words, kind if chance.random() > doubt else chance.choice(list(THINGS))))
    return made


def a_small_model() -> Model:
    """Return a model of two kinds that somebody could have worked out by hand."""
    return Model(
        kinds=(4, 9), offsets=(0.0, 0.0), temperature=1.0,
        rarity={"盲道": 2.0, "盲": 1.0, "道": 1.0, "摆摊": 2.0, "摊": 1.0},
        weights={"盲道": {0: 6.0, 1: -6.0}, "盲": {0: 2.0}, "道": {}, "摆摊": {1: 6.0, 0: -6.0}, "摊": {1: 3.0}},
        seen={"盲道": {0: 37, 1: 3}, "盲": {0: 40}, "摆摊": {1: 12}},
    )  # fmt: skip
