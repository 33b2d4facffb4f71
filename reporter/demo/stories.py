"""What happened in the demo city in the last sixty days, as data. Persons, plates and facts are invented.

A story names its kind, the drawing that shows it, the road, how long ago it was reported, and how far it got:
a key of `SCRIPTS`, whose verbs the director plays one after the other.
"""

from dataclasses import dataclass

# Each verb with the minutes that pass before it; a story's own pace stretches them.
_TO_UNIT = (("accept", 9),)
_CLAIMED = (*_TO_UNIT, ("claim", 8))
_HANDLED = (*_CLAIMED, ("result", 55))
_CLOSED = (*_HANDLED, ("inspect_pass", 25))
_RATED = (*_CLOSED, ("rate", 50))
_REDACTED = (*_RATED, ("redact", 90))
_FIRST = (*_REDACTED, ("first_review", 60))
_PUBLISHED = (*_FIRST, ("publish", 120))

SCRIPTS: dict[str, tuple[tuple[str, int], ...]] = {
    "submitted": (),
    "asked": (("ask", 12),),
    "answered": (("ask", 12), ("answer", 40)),
    "declined": (("decline", 20),),
    "withdrawn": (("withdraw", 30),),
    "merged": (("merge", 15),),
    "registered": (("accept_only", 10),),
    "sent_back": (*_TO_UNIT, ("request_send_back", 6), ("approve_send_back", 10)),
    "send_back_asked": (*_TO_UNIT, ("request_send_back", 6)),
    "dispatched": _TO_UNIT,
    "handling": (("let_nearby", 8), ("accept", 1), ("claim", 8)),
    "urged": (*_CLAIMED, ("urge", 45)),
    "supervised": (*_CLAIMED, ("urge", 45), ("supervise", 60)),
    "extension_asked": (*_CLAIMED, ("request_extension", 30)),
    "extended": (*_CLAIMED, ("request_extension", 30), ("approve_extension", 20)),
    "shelved": (*_CLAIMED, ("request_shelve", 60), ("approve_shelve", 90)),
    "deferred": (*_CLAIMED, ("request_defer", 60), ("approve_defer", 90)),
    "waiting": (*_CLAIMED, ("ask_reporter", 20)),
    "called": (*_CLAIMED, ("call_together", 25), ("report_in", 30)),
    "handled": _HANDLED,
    "rework": (*_HANDLED, ("inspect_fail", 40)),
    "reworked": (*_HANDLED, ("inspect_fail", 40), ("result", 35)),
    "closed_unfixed": (*_HANDLED, ("close_unfixed", 120)),
    "void": (*_TO_UNIT, ("void", 40)),
    "reopened": (*_CLOSED, ("rate_badly", 40), ("reopen", 15)),
    "closed": _CLOSED,
    "proposed": _RATED,
    "redacting": (*_RATED, ("redact_one", 90)),
    "first_review": _REDACTED,
    "second_review": _FIRST,
    "rejected": (*_REDACTED, ("reject", 60)),
    "published": _PUBLISHED,
    "objected": (*_PUBLISHED, ("object_to", 600)),
    "hidden": (*_PUBLISHED, ("object_gravely", 400)),
    "taken_down": (*_PUBLISHED, ("object_gravely", 400), ("uphold", 300)),
    "firm_claimed": (("accept_only", 10), ("to_firm", 6), ("claim_by_link", 35), ("promise_by_link", 2)),
}


@dataclass(frozen=True)
class Story:
    """One report and what became of it.

    Attributes:
        ago: minutes between the report and now.
        pace: by how much the script's minutes are stretched.
    """

    goal: str
    kind: str
    sub: str
    scene: str
    road: str
    ago: int
    words: str
    pace: float = 1.0


D = 24 * 60  # a day in minutes

# fmt: off
STORIES = (
    #     goal               kind                     sub                   scene       road          ago         words                                                     pace
    Story("submitted",       "illegal_parking",       "tactile_paving",      "park",     "解放大街",    3,          "两辆车把盲道全占了，老人只能绕到马路上走。"),
    Story("submitted",       "wires_hanging",         "low_wire",            "wires",    "恩和路",      2,          "路灯杆旁的线掉下来，快碰到行人的头了。"),
    Story("submitted",       "street_vending",        "occupying",           "stall",    "新华街",      38,         "果摊摆到人行道中间，推婴儿车过不去。"),
    Story("submitted",       "littering_dumping",     "exposed_rubbish",     "rubbish",  "二马路",      31,         "垃圾桶满了两天，袋子堆在地上，有味道。"),
    Story("submitted",       "unauthorized_building", "shed",                "build",    "泰和路",      25,         "楼下空地上新搭了一间彩钢房。"),
    Story("submitted",       "piling_obstruction",    "heaps",               "goods",    "民建大街",    21,         "门口堆了好多纸箱，挡着单元门前的通道。"),
    Story("submitted",       "posters_graffiti",      "wall_ads",            "posters",  "怀远南路",    16,         "外墙又被贴了一排小广告，刚清过的。"),
    Story("submitted",       "reckless_crossing",     "pedestrians",         "cross",    "满达东街",    12,         "放学时很多人闯红灯过马路，很危险。"),
    Story("submitted",       "illegal_parking",       "bicycles",            "bikes",    "团结路",      8,          "共享单车倒了一地，盲道也被压住。"),
    Story("asked",           "littering_dumping",     "construction_waste",  "rubble",   "兴工路",      170,        "有人夜里倒建筑垃圾。"),
    Story("answered",        "spitting_fouling",      "pet_fouling",         "dog",      "友谊街",      66,         "天天有人遛狗不收拾，花坛边都是。"),
    Story("declined",        "other",                 "noise",               "road",     "建设路",      2 * D,      "楼上装修太吵。"),
    Story("declined",        "street_vending",        "hawkers",             "stall",    "致远街",      9 * D,      "集市上的摊子太多。"),
    Story("withdrawn",       "illegal_parking",       "pavement",            "park",     "九龙街",      4 * D,      "车已经开走了，撤回。"),
    Story("dispatched",      "illegal_parking",       "tactile_paving",      "park",     "杜尔伯特大街", 19,         "盲道上停了一排车。"),
    Story("dispatched",      "littering_dumping",     "litter",              "rubbish",  "三马路",      14,         "公交站旁边烟头、纸杯扔了一地。"),
    Story("dispatched",      "street_vending",        "outside_shop",        "goods",    "幸福路",      95,         "店里的货全摆到门外，占了半条人行道。"),
    Story("registered",      "other",                 "road_damage",         "road",     "胜利路",      26,         "路面破了个大坑，晚上骑车看不见。"),
    Story("sent_back",       "posters_graffiti",      "spray",               "posters",  "建桥街",      80,         "变电箱上被喷了字。"),
    Story("send_back_asked", "piling_obstruction",    "furniture",           "sofa",     "五马路",      44,         "旧沙发扔在绿化带边上一个星期了。"),
    Story("handling",        "street_vending",        "barbecue",            "grill",    "察哈尔西街",  70,         "晚上露天烧烤，烟全进了楼上住户家。"),
    Story("handling",        "posters_graffiti",      "ground_stickers",     "ground",   "新体大街",    130,        "地上全是开锁、疏通的贴纸。"),
    Story("handling",        "wires_hanging",         "cobweb",              "wires",    "格根西街",    1 * D,      "楼间的线像蜘蛛网一样，有的已经断了。"),
    Story("handling",        "littering_dumping",     "rubble",              "rubble",   "正红路",      6 * 60,     "拆完的砖头渣土没人清，刮风全是灰。"),
    Story("urged",           "illegal_parking",       "fire_lane",           "lane",     "民建大街",    150,        "小区消防通道又被堵了。"),
    Story("supervised",      "unauthorized_building", "enclosure",           "build",    "兴工路",      24 * D,     "有人把公共绿地圈起来当自家院子。",                        2.0),
    Story("supervised",      "littering_dumping",     "construction_waste",  "rubble",   "九龙街",      6 * D,      "路口的建筑垃圾堆了一周，越来越多。",                      2.0),
    Story("extension_asked", "piling_obstruction",    "dead_car",            "park",     "工农大街",    5 * 60,     "这辆车半年没动过，轮胎都瘪了。"),
    Story("extended",        "wires_hanging",         "flying_charge",       "charge",   "霸王河西路",  3 * D,      "从四楼拉线下来给电动车充电。"),
    Story("shelved",         "other",                 "road_damage",         "road",     "哈尔西街",    18 * D,     "人行道的砖塌了一片，走路要跳着走。"),
    Story("deferred",        "unauthorized_building", "lock_booth",          "lock",     "工农南路",    12 * D,     "车位上焊了好几个地锁。"),
    Story("waiting",         "piling_obstruction",    "stairway",            "pile",     "民建大街",    130,        "楼道里堆的东西又多了。"),
    Story("called",          "unauthorized_building", "enclosure",           "build",    "建桥街",      20 * 60,    "路口的铁皮棚占了三家的地方，谁都说不归自己管。"),
    Story("handled",         "street_vending",        "occupying",           "stall",    "察哈尔东街",  160,        "十字路口的菜摊把斑马线都占了。"),
    Story("handled",         "littering_dumping",     "exposed_rubbish",     "rubbish",  "怀远大街",    200,        "投放点没人收，猫狗把袋子都扒开了。"),
    Story("handled",         "illegal_parking",       "bicycles",            "bikes",    "解放路",      240,        "单车停到公交站台上，上车要绕着走。"),
    Story("rework",          "posters_graffiti",      "wall_ads",            "posters",  "格根东街",    5 * 60,     "楼道口的墙上贴满了贷款广告。"),
    Story("reworked",        "piling_obstruction",    "obstacle",            "goods",    "团结路",      7 * 60,     "店家用桩子和箱子占车位。"),
    Story("closed_unfixed",  "wires_hanging",         "cobweb",              "wires",    "建设路",      8 * D,      "老线路太乱，能不能入地。",                                2.0),
    Story("void",            "street_vending",        "scrap",               "stall",    "满达西街",    5 * D,      "收废品的车停在路边。"),
    Story("reopened",        "littering_dumping",     "unsorted",            "rubbish",  "友谊街",      2 * D,      "四个桶全混着扔，没人管。"),
    Story("closed",          "reckless_crossing",     "cyclists",            "ride",     "新体大街",    1 * D,      "外卖车逆行闯红灯，差点撞到孩子。"),
    Story("closed",          "spitting_fouling",      "spitting",            "spit",     "三马路",      2 * D,      "有人在人行道上随地吐痰，孩子就在旁边。"),
    Story("proposed",        "street_vending",        "outside_shop",        "goods",    "五马路",      9 * 60,     "水果店的箱子一直摆到盲道上。"),
    Story("proposed",        "illegal_parking",       "pavement",            "park",     "怀远南路",    11 * 60,    "人行道成了停车场。"),
    Story("redacting",       "illegal_parking",       "tactile_paving",      "park",     "致远街",      1 * D,      "盲道中间停着一辆车，一停就是一天。"),
    Story("first_review",    "littering_dumping",     "exposed_rubbish",     "rubbish",  "建桥街",      2 * D,      "垃圾桶旁边的地上比桶里还多。"),
    Story("first_review",    "piling_obstruction",    "stairway",            "pile",     "幸福路",      3 * D,      "楼道里堆满纸箱和旧家具，消防门都打不开。"),
    Story("second_review",   "posters_graffiti",      "wall_ads",            "posters",  "胜利路",      4 * D,      "整面墙都是办证广告。"),
    Story("rejected",        "illegal_parking",       "green",               "lawn",     "泰和路",      7 * D,      "车轮压在草坪上。"),
    Story("published",       "illegal_parking",       "tactile_paving",      "park",     "工农大街",    3 * D,      "两辆车占着盲道，每天都这样。",                            0.6),
    Story("published",       "wires_hanging",         "cobweb",              "wires",    "恩和路",      6 * D,      "楼间飞线成团，冬天一刮风就晃。",                          14.0),
    Story("published",       "posters_graffiti",      "wall_ads",            "posters",  "怀远南路",    4 * D,      "小广告贴满外墙，撕了又贴。",                              4.0),
    Story("published",       "littering_dumping",     "exposed_rubbish",     "rubbish",  "二马路",      6 * D,      "投放点垃圾落地，桶不够用。",                              2.0),
    Story("published",       "street_vending",        "occupying",           "stall",    "新华街",      7 * D,      "果摊占了人行道，行人走机动车道。",                        2.4),
    Story("published",       "piling_obstruction",    "stairway",            "pile",     "民建大街",    8 * D,      "楼道堆物，疏散通道不通。",                                6.0),
    Story("published",       "unauthorized_building", "shed",                "build",    "九龙街",      16 * D,     "空地上私搭的彩钢房，占了消防车道。",                      60.0),
    Story("published",       "illegal_parking",       "bicycles",            "bikes",    "解放大街",    10 * D,     "共享单车堆在路口，轮椅过不去。",                          1.5),
    Story("published",       "littering_dumping",     "rubble",              "rubble",   "正红路",      12 * D,     "施工后的渣土没清。",                                      9.0),
    Story("published",       "street_vending",        "hawkers",             "stall",    "察哈尔东街",  14 * D,     "流动摊点堵住学校门口。",                                  1.2),
    Story("published",       "spitting_fouling",      "pet_fouling",         "dog",      "友谊街",      15 * D,     "宠物粪便没人收拾。",                                      1.0),
    Story("published",       "illegal_parking",       "pavement",            "park",     "团结路",      18 * D,     "接孩子的车全停在人行道上。",                              0.8),
    Story("published",       "posters_graffiti",      "ground_stickers",     "ground",   "建设路",      20 * D,     "路面贴满小广告贴纸。",                                    3.0),
    Story("published",       "piling_obstruction",    "heaps",               "goods",    "桥东",        23 * D,     "店门口货箱占道。",                                        2.0),
    Story("objected",        "wires_hanging",         "banners",             "wires",    "新体大街",    21 * D,     "树上挂满过期的条幅和线。",                                2.0),
    Story("hidden",          "street_vending",        "outside_shop",        "goods",    "解放路",      5 * D,      "店外摆了一排货架。",                                      1.0),
    Story("taken_down",      "illegal_parking",       "pavement",            "park",     "格根东街",    17 * D,     "车停在人行道上。",                                        1.0),
    Story("published",       "littering_dumping",     "spill",               "rubble",   "霸王河西路",  45 * D,     "货车一路撒沙子。",                                        1.0),
    Story("published",       "street_vending",        "occupying",           "stall",    "杜尔伯特大街", 58 * D,     "早市收摊后占道不走。",                                    1.5),
    Story("merged",          "illegal_parking",       "tactile_paving",      "park",     "杜尔伯特大街", 11,         "我也看到了，盲道上的车还在。"),
    Story("merged",          "wires_hanging",         "cobweb",              "wires",    "格根西街",    20 * 60,    "蜘蛛网一样的线，孩子每天从下面走。"),
    Story("merged",          "littering_dumping",     "construction_waste",  "rubble",   "九龙街",      4 * D,      "建筑垃圾又多了一车。"),
    Story("firm_claimed",    "wires_hanging",         "cobweb",              "wires",    "察哈尔东街",  3 * 60,     "通信线从杆上垂下来，骑车的人要低头。"),
)
# fmt: on
