"""What taking in a photo costs by its format and size, against the bare work of the same library in the same run.

Bare is to decode the file to its pixels and to encode ready-made pictures of the two sizes: no resizing, no turning, no
hashing, no claims. Naive is what a first draft of such a program does: open, turn, make smaller twice, save. For baseline JPEG
the bound is `bench/photo_intake.py`'s, libjpeg-turbo's own tools. A PNG of that
picture would be too large to be taken, so it has sixteen shades of each colour. Run: `python -m bench.photo_formats`.
"""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO

import pillow_heif
from PIL import Image, ImageOps

from bench.photo_intake import (
    SIZE,
    SMALLEST,
    ZONE,
    Intake,
    a_street_photo,
    as_jpeg,
    cpu_of,
    cpu_times,
    peak_megabytes,
)
from reporter.photos.pixels import LARGE, QUALITY, SMALL, clean

ROUNDS = 5
LARGE_SIZE = (8000, 6000)
GOAL_TOOLS, GOAL_BARE = 1.5, 1.5
GOAL_MEGABYTES, GOAL_BYTES_A_PIXEL = 60, 6


@dataclass(frozen=True)
class Cost:
    """Medians: CPU milliseconds, their ratio round by round, and the memory above idle."""

    name: str
    ours: float
    bare: float | None
    naive: float
    ratio: float | None
    goal: float
    megabytes: float
    most_megabytes: float

    @property
    def bound(self) -> str:
        """The bound in words."""
        return "tools missing" if self.bare is None else f"{self.bare:.0f} ms bare, {self.naive:.0f} ms naive"


def costs(rounds: int = ROUNDS) -> Iterator[Cost]:
    """Yield the cost of each format, one photo at a time."""
    pillow_heif.register_heif_opener()  # the bare work opens as any program does
    photo = a_street_photo()
    pixels = SIZE[0] * SIZE[1]
    small = photo.resize(SMALLEST)
    for name, made in (
        ("PNG", lambda picture: saved(ImageOps.posterize(picture, 4), "PNG")),
        ("progressive JPEG", lambda picture: saved(picture, "JPEG", quality=90, progressive=True)),
        ("HEIC", heic),
    ):
        cost = _against_bare(f"12-megapixel {name}", made(photo), made(small), rounds)
        yield replace(cost, most_megabytes=GOAL_BYTES_A_PIXEL * pixels / 1024**2)
    large = photo.resize(LARGE_SIZE, Image.Resampling.BICUBIC)
    del photo
    upload = as_jpeg(large)
    del large
    measured: Intake = cpu_times(upload, rounds, scale="1/4")
    naive = statistics.median(cpu_of(lambda: naively(upload)) * 1000 for _ in range(2))
    yield Cost(
        "48-megapixel JPEG", measured.ours, measured.tools, naive, measured.ratio, GOAL_TOOLS,
        peak_megabytes(upload), GOAL_MEGABYTES,
    )  # fmt: skip


def _against_bare(name: str, upload: bytes, small: bytes, rounds: int) -> Cost:
    ready = {side: Image.open(BytesIO(content)) for side, content in clean(upload, zone=ZONE).copies.items()}
    for picture in ready.values():
        picture.load()

    def bare() -> None:
        with Image.open(BytesIO(upload)) as image:
            image.load()
        for side, picture in ready.items():
            picture.save(BytesIO(), "JPEG", quality=QUALITY[side])

    def ours() -> None:
        clean(upload, zone=ZONE)

    both: list[tuple[float, float]] = [(_ms(ours), _ms(bare)) for _ in range(rounds)]
    naive = statistics.median(_ms(lambda: naively(upload)) for _ in range(2))
    return Cost(
        name, statistics.median(a for a, _ in both), statistics.median(b for _, b in both), naive,
        statistics.median(a / b for a, b in both), GOAL_BARE, peak_megabytes(upload, small), 0,
    )  # fmt: skip


def _ms(work: Callable[[], object]) -> float:
    return cpu_of(work) * 1000


def naively(upload: bytes) -> None:
    """Make the two copies without thinking."""
    with Image.open(BytesIO(upload)) as image:
        image.load()
        picture = ImageOps.exif_transpose(image).convert("RGB")
    for side in (LARGE, SMALL):
        smaller = picture.copy()
        smaller.thumbnail((side, side))
        smaller.save(BytesIO(), "JPEG", quality=QUALITY[side])


def saved(image: Image.Image, kind: str, **options: int | bool) -> bytes:
    """Return `image` as a file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def heic(image: Image.Image) -> bytes:
    """Return `image` as a phone's HEIC: 1.1 MB of 12 megapixels, where phones write one to two."""
    file = BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=45)
    return file.getvalue()


def main() -> None:
    """Print one line for each."""
    print(f"{'photo':<28}{'ours':>8}{'ratio':>7}{'goal':>6}{'MB':>7}{'most':>6}  bound")
    for one in costs():
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        print(
            f"{one.name:<28}{one.ours:>5.0f} ms{ratio:>7}{one.goal:>6.1f}{one.megabytes:>7.0f}{one.most_megabytes:>6.0f}  {one.bound}",
            flush=True,
        )


if __name__ == "__main__":
    main()
