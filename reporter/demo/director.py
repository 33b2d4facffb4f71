"""Play the stories through the real commands, as the real persons, on a clock that is moved through time."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from reporter.accounts.models import User
from reporter.board.boxes import Box
from reporter.board.commands import exposures, masks, objections, words
from reporter.board.commands.copies import burn_pictures
from reporter.board.lifecycle import ObjectionAction, ObjectionKind
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure, get_objection, live_exposure_of
from reporter.cases.commands import Outcome, advance, submit_result
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case, Category, Nature
from reporter.cases.queries import categories, get_case
from reporter.cities.queries import local
from reporter.demo.areas import PLACES, ROADS, Spot
from reporter.demo.scenes import boxes, render
from reporter.demo.stories import SCRIPTS, STORIES, D, Story
from reporter.kernel.policy import ANYONE, Actor, Role
from reporter.photos.commands import take_in
from reporter.ports.clock import FixedClock
from reporter.reports import commands as reports
from reporter.reports.commands import Judgement, Submission
from reporter.reports.commands import Spot as Place
from reporter.reports.models import Report
from reporter.reports.queries import get_report

NEARBY = 0.0012  # degrees by which a story's point lies off its road's
MINUTE = timedelta(minutes=1)
DAYLIGHT = (8, 15)  # hours


@dataclass
class Scene:
    """One story while it is played: what has become of it so far."""

    number: int
    story: Story
    start: datetime
    chance: Random
    point: tuple[float, float]
    report_id: int = 0
    case_id: int = 0
    objection_id: int = 0
    seeds: dict[int, tuple[str, int]] = field(default_factory=dict)  # photo id to scene and seed

    def report(self) -> Report:
        """Return the report as it is now."""
        return get_report(self.report_id)

    def case(self) -> Case:
        """Return the case as it is now."""
        return get_case(self.case_id)

    def exposure(self) -> Exposure:
        """Return the exposure as it is now."""
        found = live_exposure_of(self.case_id)
        if found is None:
            raise RuntimeError(f"story {self.number} has no exposure")
        return found

    def objection(self) -> Objection:
        """Return the objection as it is now."""
        return get_objection(self.objection_id)


class Director:
    """Plays every story in the order in which its steps happened.

    Args:
        people: by key, see `people.toml`; handlers by their unit's id under `unit:<id>`.
        clock: stands in for the real one while the past is played.
        seed: the same seed gives the same city.
        stories: what happens in it.
    """

    def __init__(
        self,
        people: dict[str, User],
        clock: FixedClock,
        *,
        now: datetime,
        seed: int,
        stories: Sequence[Story] = STORIES,
    ) -> None:
        self.stories = stories
        self.people = {key: user.actor for key, user in people.items()}
        self.clock, self.now, self.seed = clock, now, seed
        self.kinds: dict[str, Category] = {kind.slug: kind for kind in categories()}
        self.roads: dict[str, Spot] = {spot.name_zh: spot for spot in (*PLACES, *ROADS)}
        self.scenes: list[Scene] = []

    def play(self) -> int:
        """Play all stories; return how many."""
        agenda: list[tuple[datetime, int, int]] = []
        for number, story in enumerate(self.stories):
            chance = Random(f"{self.seed}:{number}")  # noqa: S311 - the same city for the same seed
            start = self._start(story, chance)
            self.scenes.append(Scene(number, story, start, chance, self._point(story, chance)))
            heapq.heappush(agenda, (start, number, -1))
        while agenda:
            at, number, step = heapq.heappop(agenda)
            scene = self.scenes[number]
            self.clock.set(at)
            self._play_step(scene, step)
            script = SCRIPTS[scene.story.goal]
            if step + 1 < len(script):
                heapq.heappush(agenda, (self._when(scene, at, step + 1), number, step + 1))
        self.clock.set(self.now)
        return len(self.scenes)

    def _start(self, story: Story, chance: Random) -> datetime:
        """Return when a story was reported; what is older than a day was seen by daylight."""
        start = self.now - story.ago * MINUTE
        if story.ago < D:
            return start
        here = local(start)
        return here.replace(hour=chance.randint(*DAYLIGHT), minute=chance.randint(0, 59)).astimezone(UTC)

    def _point(self, story: Story, chance: Random) -> tuple[float, float]:
        road = self.roads.get(story.road) or ROADS[0]
        off = [round(chance.uniform(-NEARBY, NEARBY), 6) for _ in range(2)]
        return road.lon + off[0], road.lat + off[1]

    def _when(self, scene: Scene, before: datetime, step: int) -> datetime:
        script, pace = SCRIPTS[scene.story.goal], scene.story.pace
        verb, minutes = script[step]
        stretch = pace if verb in STRETCHED else 1.0
        wanted = before + minutes * stretch * scene.chance.uniform(0.8, 1.2) * MINUTE
        left = len(script) - step
        latest = self.now - left * MINUTE
        return min(wanted, max(before, latest))

    def _play_step(self, scene: Scene, step: int) -> None:
        if step < 0:
            self._submit(scene)
        else:
            VERBS[SCRIPTS[scene.story.goal][step][0]](self, scene)

    def photo(self, scene: Scene, name: str, *, by: Actor) -> int:
        """Render a drawing, take it in as any photo, and return its id."""
        seed = self.seed * 1000 + scene.number
        lon, lat = scene.point
        taken_at = self.clock.now() - 2 * MINUTE
        upload = render(name, seed=seed, taken_at=taken_at, lon=lon, lat=lat)
        photo = take_in(upload, by=by, uploader_key="demo")
        scene.seeds[photo.id] = (name, seed)
        return photo.id

    def handler_of(self, case: Case) -> Actor:
        """Return the handler of the unit the case lies with."""
        return self.people[f"unit:{case.lead_unit_id}"]

    def _submit(self, scene: Scene) -> None:
        story, kind = scene.story, self.kinds[scene.story.kind]
        by = self.people["resident"] if scene.number % 6 == 0 else ANYONE
        names = [f"{story.scene}-before"] if kind.nature is Nature.CONDITION else [f"{story.scene}-act"]
        if story.scene == "park" and story.sub == "tactile_paving":
            names.append("park-close")
        photos = [self.photo(scene, name, by=by) for name in names]
        lon, lat = scene.point
        sub = next(one for one in kind.subcategories if one.slug == story.sub)
        submission = Submission(
            client_id=f"demo-{self.seed}-{scene.number}", category_id=kind.id, subcategory_id=sub.id,
            spot=Place(source="gps", lon=lon, lat=lat, accuracy=12.0, address=story.road),
            words=story.words, photo_ids=photos, anonymous=True,
        )  # fmt: skip
        scene.report_id = reports.submit(submission, by=by).id

    def _own(self, scene: Scene) -> Actor:
        return Actor(id=None, report_id=scene.report_id)

    def ask(self, scene: Scene) -> None:
        reports.request_info(
            scene.report(), "请问具体在哪个路口？方便的话再拍一张带路牌的。", by=self.people["acceptor"]
        )

    def answer(self, scene: Scene) -> None:
        reports.answer(scene.report(), "在路口南边的花坛旁，早上七点左右最多。", by=self._own(scene))

    def decline(self, scene: Scene) -> None:
        reason = "这件事不在九乱范围内，已为您转告 12345 热线；您也可以直接拨打。"
        reports.decline(scene.report(), reason, by=self.people["acceptor"])

    def withdraw(self, scene: Scene) -> None:
        reports.withdraw(scene.report(), by=self._own(scene))

    def merge(self, scene: Scene) -> None:
        first = next(
            one for one in self.scenes
            if one.case_id and one.story.kind == scene.story.kind and one.story.road == scene.story.road
        )  # fmt: skip
        reports.merge(scene.report(), first.case(), by=self.people["acceptor"])

    def accept(self, scene: Scene) -> None:
        scene.case_id = reports.accept(scene.report(), Judgement(), by=self.people["acceptor"]).id

    def accept_only(self, scene: Scene) -> None:
        only = Actor(id=self.people["acceptor"].id, roles=frozenset({Role.ACCEPTOR}))
        scene.case_id = reports.accept(scene.report(), Judgement(), by=only).id

    def claim(self, scene: Scene) -> None:
        advance(scene.case(), Action.CLAIM, by=self.handler_of(scene.case()))

    def result(self, scene: Scene) -> None:
        case = scene.case()
        by = self.handler_of(case)
        if case.nature is Nature.ACT:
            outcome = Outcome("education", "已现场劝导教育，当事人认错。", document="示例教字 2026 第 017 号")
        else:
            photo = self.photo(scene, f"{scene.story.scene}-after", by=by)
            outcome = Outcome("repair", RESULTS[scene.story.kind], photo_ids=[photo])
        submit_result(scene.case(), outcome, by=by)

    def inspect_pass(self, scene: Scene) -> None:
        advance(
            scene.case(),
            Action.INSPECT_PASS,
            by=self.people["inspector"],
            reason="对照前后照片看过，现场已恢复。",
        )

    def inspect_fail(self, scene: Scene) -> None:
        advance(
            scene.case(),
            Action.INSPECT_FAIL,
            by=self.people["inspector"],
            reason="右侧还有一处没清完，请再处理。",
        )

    def close_unfixed(self, scene: Scene) -> None:
        reason = "需等明年开春线路入地工程统一实施，本件如实结案。"
        advance(scene.case(), Action.CLOSE_UNFIXED, by=self.people["shift"], reason=reason)

    def void(self, scene: Scene) -> None:
        advance(scene.case(), Action.VOID, by=self.people["shift"], reason="到场核实，无此情况。")

    def rate(self, scene: Scene) -> None:
        rating = scene.chance.choice(["satisfied", "satisfied", "satisfied", "mostly", "neutral"])
        if scene.chance.random() < RATING_CHANCE:
            reports.rate(scene.report(), rating, solved=True, by=self._own(scene))

    def rate_badly(self, scene: Scene) -> None:
        reports.rate(scene.report(), "dissatisfied", solved=False, by=self._own(scene))

    def reopen(self, scene: Scene) -> None:
        reports.reopen(scene.report(), "今天又是老样子，还没改好。", by=self._own(scene))

    def urge(self, scene: Scene) -> None:
        reports.urge(scene.report(), by=self._own(scene))

    def supervise(self, scene: Scene) -> None:
        advance(
            scene.case(), Action.SUPERVISE, by=self.people["supervisor"], reason="超期未办结，请今日内到场。"
        )

    def request_send_back(self, scene: Scene) -> None:
        case = scene.case()
        advance(
            case,
            Action.REQUEST_SEND_BACK,
            by=self.handler_of(case),
            reason="不属本单位职责，应由权属单位处理。",
            code="not_ours",
        )

    def approve_send_back(self, scene: Scene) -> None:
        advance(scene.case(), Action.APPROVE_SEND_BACK, by=self.people["shift"])

    def request_extension(self, scene: Scene) -> None:
        case = scene.case()
        advance(
            case,
            Action.REQUEST_EXTENSION,
            by=self.handler_of(case),
            reason="需联系车主，已贴告知书。",
            minutes=240,
        )

    def approve_extension(self, scene: Scene) -> None:
        advance(scene.case(), Action.APPROVE_EXTENSION, by=self.people["shift"])

    def request_shelve(self, scene: Scene) -> None:
        case, review_at = scene.case(), self.now + timedelta(days=120)
        advance(
            case,
            Action.REQUEST_SHELVE,
            by=self.handler_of(case),
            reason="冬季无法施工，列入明年开春计划。",
            review_at=review_at,
        )

    def approve_shelve(self, scene: Scene) -> None:
        advance(scene.case(), Action.APPROVE_SHELVE, by=self.people["shift"])

    def request_defer(self, scene: Scene) -> None:
        case, review_at = scene.case(), self.now + timedelta(days=5)
        advance(
            case,
            Action.REQUEST_DEFER,
            by=self.handler_of(case),
            reason="等业主大会表决后拆除。",
            review_at=review_at,
        )

    def approve_defer(self, scene: Scene) -> None:
        advance(scene.case(), Action.APPROVE_DEFER, by=self.people["shift"])

    def redact(self, scene: Scene) -> None:
        self._mask(scene, every=True)
        exposure = scene.exposure()
        words.word(exposure, words.Wording(
            title=exposure.title, summary="", road=exposure.road, basis=exposure.basis,
            basis_source=exposure.basis_source, basis_date=exposure.basis_date, no_minor=True,
        ), by=self.people["redactor"])  # fmt: skip
        exposures.submit(scene.exposure(), by=self.people["redactor"])
        burn_pictures(scene.exposure().id)

    def redact_one(self, scene: Scene) -> None:
        self._mask(scene, every=False)

    def _mask(self, scene: Scene, *, every: bool) -> None:
        pictures = [(picture.id, picture.photo_id, picture.used) for picture in scene.exposure().pictures]
        for picture_id, photo_id, used in pictures if every else pictures[:1]:
            name, seed = scene.seeds[photo_id]
            found = [Box(box.x, box.y, box.w, box.h, box.what) for box in boxes(name, seed=seed)]
            masks.confirm_mask(scene.exposure(), picture_id, found, used=used, by=self.people["redactor"])

    def first_review(self, scene: Scene) -> None:
        exposures.pass_first(scene.exposure(), by=self.people["first"])

    def reject(self, scene: Scene) -> None:
        exposures.reject(scene.exposure(), "整改前照片看不清路段，不宜曝光。", by=self.people["first"])

    def publish(self, scene: Scene) -> None:
        exposures.publish(scene.exposure(), by=self.people["second"])

    def object(self, scene: Scene) -> None:
        self._file(scene, ObjectionKind.PUT_RIGHT, "条幅早就摘了，请核实后更新说明。")

    def object_gravely(self, scene: Scene) -> None:
        self._file(scene, ObjectionKind.WRONG_PLACE, "照片里的不是这条路，请核对地点。")

    def _file(self, scene: Scene, kind: ObjectionKind, words: str) -> None:
        exposure = get_exposure(scene.exposure().id)
        scene.objection_id = objections.file_objection(exposure, kind, words, by=ANYONE).id

    def uphold(self, scene: Scene) -> None:
        objections.take_objection(scene.objection(), by=self.people["leader"])
        objections.decide_objection(
            scene.objection(),
            ObjectionAction.UPHOLD,
            "地点有误，异议成立，已下架。",
            by=self.people["leader"],
        )


RATING_CHANCE = 0.75
STRETCHED = frozenset({"result"})
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

VERBS: dict[str, Callable[[Director, Scene], None]] = {
    verb: getattr(Director, verb) for script in SCRIPTS.values() for verb, _ in script
}
