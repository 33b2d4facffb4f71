"""What the persons of the stories do, through the real commands: one function for each verb of `SCRIPTS`."""

from collections.abc import Callable
from datetime import timedelta

from reporter.board.boxes import Box
from reporter.board.commands import exposures, masks, objections, words
from reporter.board.commands.copies import burn_pictures
from reporter.board.lifecycle import ObjectionAction, ObjectionKind
from reporter.board.queries import get_exposure
from reporter.cases.commands import Outcome, advance, submit_result
from reporter.cases.lifecycle import Action
from reporter.cases.models import Nature
from reporter.demo.asked import said
from reporter.demo.scenes import boxes
from reporter.demo.stage import Scene, Stage
from reporter.demo.stories import SCRIPTS
from reporter.kernel.policy import ANYONE, Actor, Role
from reporter.photos.commands.searching import note_known
from reporter.reports.commands import asking, followup, intake, nearby, triage
from reporter.reports.commands.intake import Spot as Place
from reporter.reports.commands.intake import Submission
from reporter.reports.commands.triage import Judgement
from reporter.reports.nearby import candidates
from reporter.routing import firms, refusals, whistles
from reporter.routing.commands import dispatch
from reporter.routing.links import links_of
from reporter.routing.queries import units

RATING_CHANCE = 0.75
RESULTS = {
    "illegal_parking": "车辆已驶离，依法处理；已摆放护柱。",
    "street_vending": "摊位已引导至便民疏导点，地面已清洗。",
    "littering_dumping": "垃圾已清运，增加一组桶。",
    "posters_graffiti": "小广告已清除，增设便民信息栏。",
    "wires_hanging": "废弃线缆已剪除，在用线缆已捆扎上墙。",
    "unauthorized_building": "当事人已自行拆除，场地已平整。",
    "piling_obstruction": "堆放物已清走，通道已恢复。",
    "other": "已修复。",
}

TALK = Outcome("education", "已现场劝导教育，当事人认错。", document="示例教字 2026 第 017 号")
RECORDS = {
    "reckless_crossing": Outcome("penalty", "依法处以罚款二十元。", document="示例罚字 2026 第 031 号")
}


def submit(stage: Stage, scene: Scene) -> None:
    story, kind = scene.story, stage.kinds[scene.story.kind]
    by = stage.people["resident"] if scene.number % 6 == 0 else ANYONE
    names = [f"{story.scene}-before"] if kind.nature is Nature.CONDITION else [f"{story.scene}-act"]
    if story.scene == "park" and story.sub == "tactile_paving":
        names.append("park-close")
    photos = [stage.photo(scene, name, by=by) for name in names]
    lon, lat = scene.point
    sub = next(one for one in kind.subcategories if one.slug == story.sub)
    submission = Submission(
        client_id=f"demo-{stage.seed}-{scene.number}", category_id=kind.id, subcategory_id=sub.id,
        spot=Place(source="gps", lon=lon, lat=lat, accuracy=12.0, address=story.road),
        words=story.words, photo_ids=photos, anonymous=True, answers=said(story.kind, scene.number),
    )  # fmt: skip
    scene.report_id = intake.submit(submission, by=by).id


def _own(scene: Scene) -> Actor:
    return Actor(id=None, report_id=scene.report_id)


def ask(stage: Stage, scene: Scene) -> None:
    triage.request_info(
        scene.report(), "请问具体在哪个路口？方便的话再拍一张带路牌的。", by=stage.people["acceptor"]
    )


def answer(stage: Stage, scene: Scene) -> None:
    followup.answer(scene.report(), "在路口南边的花坛旁，早上七点左右最多。", by=_own(scene))


def decline(stage: Stage, scene: Scene) -> None:
    reason = "这件事不在九乱范围内，已为您转告 12345 热线；您也可以直接拨打。"
    triage.decline(scene.report(), reason, by=stage.people["acceptor"])


def withdraw(stage: Stage, scene: Scene) -> None:
    followup.withdraw(scene.report(), by=_own(scene))


def merge(stage: Stage, scene: Scene) -> None:
    first = next(
        one for one in stage.scenes
        if one.case_id and one.story.kind == scene.story.kind and one.story.road == scene.story.road
    )  # fmt: skip
    triage.merge(scene.report(), first.case(), by=stage.people["acceptor"])


def accept(stage: Stage, scene: Scene) -> None:
    scene.case_id = triage.accept(scene.report(), Judgement(), by=stage.people["acceptor"]).id


def let_nearby(stage: Stage, scene: Scene) -> None:
    """Let people nearby see the picture: what is private on a drawing is known, and the moderator has looked."""
    report, by = scene.report(), "the drawing"
    (photo_id, (name, seed)), *_ = scene.seeds.items()
    found = [
        {
            "kind": box.what,
            "x": box.x,
            "y": box.y,
            "w": box.w,
            "h": box.h,
            "score": 1.0,
            "threshold": 0.0,
            "finder": by,
        }
        for box in boxes(name, seed=seed)
    ]
    note_known(photo_id, found, by=by)
    seen = candidates(report)[0]
    if not seen.hindrances:
        nearby.show_nearby(report, photo_id, look=seen.look, by=stage.people["acceptor"])


def accept_only(stage: Stage, scene: Scene) -> None:
    only = Actor(id=stage.people["acceptor"].id, roles=frozenset({Role.ACCEPTOR}))
    scene.case_id = triage.accept(scene.report(), Judgement(), by=only).id


def claim(stage: Stage, scene: Scene) -> None:
    advance(scene.case(), Action.CLAIM, by=stage.handler_of(scene.case()))


def result(stage: Stage, scene: Scene) -> None:
    case = scene.case()
    by = stage.handler_of(case)
    if case.nature is Nature.ACT:
        outcome = RECORDS.get(scene.story.kind, TALK)
    else:
        photo = stage.photo(scene, f"{scene.story.scene}-after", by=by)
        outcome = Outcome("repair", RESULTS[scene.story.kind], photo_ids=[photo])
    submit_result(scene.case(), outcome, by=by)


def inspect_pass(stage: Stage, scene: Scene) -> None:
    advance(
        scene.case(),
        Action.INSPECT_PASS,
        by=stage.people["inspector"],
        reason="对照前后照片看过，现场已恢复。",
    )


def inspect_fail(stage: Stage, scene: Scene) -> None:
    advance(
        scene.case(),
        Action.INSPECT_FAIL,
        by=stage.people["inspector"],
        reason="右侧还有一处没清完，请再处理。",
    )


def close_unfixed(stage: Stage, scene: Scene) -> None:
    reason = "需等明年开春线路入地工程统一实施，本件如实结案。"
    advance(scene.case(), Action.CLOSE_UNFIXED, by=stage.people["shift"], reason=reason)


def void(stage: Stage, scene: Scene) -> None:
    advance(scene.case(), Action.VOID, by=stage.people["shift"], reason="到场核实，无此情况。")


def rate(stage: Stage, scene: Scene) -> None:
    rating = scene.chance.choice(["satisfied", "satisfied", "satisfied", "mostly", "neutral"])
    if scene.chance.random() < RATING_CHANCE:
        followup.rate(scene.report(), rating, solved=True, by=_own(scene))


def rate_badly(stage: Stage, scene: Scene) -> None:
    followup.rate(scene.report(), "dissatisfied", solved=False, by=_own(scene))


def reopen(stage: Stage, scene: Scene) -> None:
    followup.say_not_fixed(scene.report(), "今天又是老样子，还没改好。", by=_own(scene))


def urge(stage: Stage, scene: Scene) -> None:
    followup.urge(scene.report(), by=_own(scene))


def supervise(stage: Stage, scene: Scene) -> None:
    advance(
        scene.case(), Action.SUPERVISE, by=stage.people["supervisor"], reason="超期未办结，请今日内到场。"
    )


def request_send_back(stage: Stage, scene: Scene) -> None:
    case = scene.case()
    advance(
        case,
        Action.REQUEST_SEND_BACK,
        by=stage.handler_of(case),
        reason="不属本单位职责，应由权属单位处理。",
        code="not_ours",
    )


def approve_send_back(stage: Stage, scene: Scene) -> None:
    refusals.approve_send_back(scene.case(), by=stage.people["shift"])


def ask_reporter(stage: Stage, scene: Scene) -> None:
    case = scene.case()
    asking.ask_reporter(case, "请问是几号楼几单元的楼道？", by=stage.handler_of(case))


def call_together(stage: Stage, scene: Scene) -> None:
    case = scene.case()
    others = [unit_id for unit_id in stage.units if unit_id != case.lead_unit_id][:2]
    whistles.call_together(
        case,
        others,
        reason="三家地界交界，请到场共同认定。",
        level=whistles.Level.HARD,
        by=stage.people["dispatcher"],
    )


def report_in(stage: Stage, scene: Scene) -> None:
    case = scene.case()
    whistles.report_in(case, by=stage.handler_at(case.co_unit_ids[-1]), note="两人到场，已拍照。")


def request_extension(stage: Stage, scene: Scene) -> None:
    case = scene.case()
    advance(
        case,
        Action.REQUEST_EXTENSION,
        by=stage.handler_of(case),
        reason="需联系车主，已贴告知书。",
        minutes=240,
    )


def approve_extension(stage: Stage, scene: Scene) -> None:
    advance(scene.case(), Action.APPROVE_EXTENSION, by=stage.people["shift"])


def request_shelve(stage: Stage, scene: Scene) -> None:
    case, review_at = scene.case(), stage.now + timedelta(days=120)
    advance(
        case,
        Action.REQUEST_SHELVE,
        by=stage.handler_of(case),
        reason="冬季无法施工，列入明年开春计划。",
        review_at=review_at,
    )


def approve_shelve(stage: Stage, scene: Scene) -> None:
    advance(scene.case(), Action.APPROVE_SHELVE, by=stage.people["shift"])


def request_defer(stage: Stage, scene: Scene) -> None:
    case, review_at = scene.case(), stage.now + timedelta(days=5)
    advance(
        case,
        Action.REQUEST_DEFER,
        by=stage.handler_of(case),
        reason="等业主大会表决后拆除。",
        review_at=review_at,
    )


def approve_defer(stage: Stage, scene: Scene) -> None:
    advance(scene.case(), Action.APPROVE_DEFER, by=stage.people["shift"])


def redact(stage: Stage, scene: Scene) -> None:
    _mask(stage, scene, every=True)
    exposure = scene.exposure()
    words.word(exposure, words.Wording(
        title=exposure.title, summary="", road=exposure.road, basis=exposure.basis,
        basis_source=exposure.basis_source, basis_date=exposure.basis_date, no_minor=True,
    ), by=stage.people["redactor"])  # fmt: skip
    exposures.submit(scene.exposure(), by=stage.people["redactor"])


def redact_one(stage: Stage, scene: Scene) -> None:
    _mask(stage, scene, every=False)


def _mask(stage: Stage, scene: Scene, *, every: bool) -> None:
    pictures = [(picture.id, picture.photo_id, picture.used) for picture in scene.exposure().pictures]
    for picture_id, photo_id, used in pictures if every else pictures[:1]:
        name, seed = scene.seeds[photo_id]
        found = [Box(box.x, box.y, box.w, box.h, box.what) for box in boxes(name, seed=seed)]
        masks.confirm_mask(
            scene.exposure(), picture_id, found, checked=True, used=used, by=stage.people["redactor"]
        )


def first_review(stage: Stage, scene: Scene) -> None:
    exposures.pass_first(scene.exposure(), by=stage.people["first"])


def reject(stage: Stage, scene: Scene) -> None:
    exposures.reject(scene.exposure(), "整改前照片看不清路段，不宜曝光。", by=stage.people["first"])


def publish(stage: Stage, scene: Scene) -> None:
    exposures.publish(scene.exposure(), by=stage.people["second"])
    burn_pictures(scene.exposure().id)


def object_to(stage: Stage, scene: Scene) -> None:
    _file(scene, ObjectionKind.PUT_RIGHT, "条幅早就摘了，请核实后更新说明。")


def object_gravely(stage: Stage, scene: Scene) -> None:
    _file(scene, ObjectionKind.WRONG_PLACE, "照片里的不是这条路，请核对地点。")


def _file(scene: Scene, kind: ObjectionKind, words: str) -> None:
    exposure = get_exposure(scene.exposure().id)
    scene.objection_id = objections.file_objection(exposure, kind, words, by=ANYONE).id


def uphold(stage: Stage, scene: Scene) -> None:
    objections.take_objection(scene.objection(), by=stage.people["leader"])
    objections.decide_objection(
        scene.objection(),
        ObjectionAction.UPHOLD,
        "地点有误，异议成立，已下架。",
        by=stage.people["leader"],
    )


def to_firm(stage: Stage, scene: Scene) -> None:
    firm = next(unit for unit in units() if unit.external)
    dispatch(scene.case(), unit_id=firm.id, reason="线缆属该公司所有", by=stage.people["dispatcher"])


def claim_by_link(_: Stage, scene: Scene) -> None:
    firms.claim_by_link(_link(scene))


def promise_by_link(stage: Stage, scene: Scene) -> None:
    firms.promise_by_link(_link(scene), stage.clock.now() + timedelta(days=1))


def _link(scene: Scene) -> int:
    return links_of(scene.case_id)[0].id


VERBS: dict[str, Callable[[Stage, Scene], None]] = {
    verb: globals()[verb] for script in SCRIPTS.values() for verb, _ in script
}
