"""What taking in one photo costs, against libjpeg-turbo's own tools doing the same sizes.

The tools decode once at the smallest scale that is large enough (`djpeg -scale 1/2`) and encode ready-made
pictures of the two sizes with the same qualities (`cjpeg`); they neither resize, hash, read claims nor turn.
Both sides are CPU seconds (user + system) of their processes; the intake's excludes starting Python, which a
server pays once. Rounds alternate, so that a busy machine slows both. Run: `python -m bench.photo_intake`.
"""

import random
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image

from config import ROOT
from reporter.photos.pixels import LARGE, QUALITY, SMALL, clean

ROUNDS = 9
SIZE = (4000, 3000)
SMALLEST = (96, 72)
ZONE = ZoneInfo("Asia/Shanghai")
GOAL = 2.0
GOAL_MEGABYTES = 60
MISSING = "djpeg and cjpeg are missing: apt-get install libjpeg-turbo-progs"


def a_street_photo(seed: int = 12) -> Image.Image:
    """Return a picture as hard to code as a photo: noise in every size of detail, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - a picture, not a secret
    photo = Image.new("RGB", SIZE, (128, 128, 128))
    for weight, width in ((0.6, 4), (0.4, 16), (0.3, 64), (0.22, 256), (0.17, 1024)):
        grain = (width, width * 3 // 4)
        noise = Image.frombytes("RGB", grain, dice.randbytes(grain[0] * grain[1] * 3))
        photo = Image.blend(photo, noise.resize(SIZE, Image.Resampling.BICUBIC), weight)
    sensor = Image.frombytes("RGB", SIZE, dice.randbytes(SIZE[0] * SIZE[1] * 3))
    return Image.blend(photo, sensor, 0.06)


def as_jpeg(image: Image.Image) -> bytes:
    """Return what a phone would send: quality 90, turned, with a place in it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 1.0, 56.3), 3: "E", 4: (113.0, 6.0, 33.0)})
    file = BytesIO()
    image.save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def cpu_of_children(*commands: list[str]) -> float:
    """Return the CPU seconds the commands take, one after the other."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cpu_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds `work` takes in this process."""
    before = time.process_time()
    work()
    return time.process_time() - before


def tool_commands(folder: Path, photo: bytes, scale: str) -> list[list[str]]:
    """Return the tools' commands for one photo; writes what they read into `folder`.

    Args:
        folder: for the tools' files.
        photo: JPEG.
        scale: the smallest that is large enough, as `djpeg` writes it.
    """
    (folder / "photo.jpg").write_bytes(photo)
    commands = [["djpeg", "-scale", scale, "-outfile", "/dev/null", str(folder / "photo.jpg")]]
    for side, content in clean(photo, zone=ZONE).copies.items():
        bitmap = folder / f"{side}.ppm"
        Image.open(BytesIO(content)).save(bitmap)
        commands.append(["cjpeg", "-quality", str(QUALITY[side]), "-outfile", "/dev/null", str(bitmap)])
    return commands


PEAK = """
import sys
from pathlib import Path
from zoneinfo import ZoneInfo
from reporter.kernel.errors import ReporterError
from reporter.photos.pixels import clean
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
zone = ZoneInfo("Asia/Shanghai")
small = sys.stdin.buffer.read(int(sys.argv[1]))
upload = sys.stdin.buffer.read()
clean(small, zone=zone)  # a server has the code of the library in memory already
idle = peak()
try:
    clean(upload, zone=zone)
except ReporterError:
    pass
print(peak() - idle)
"""


def peak_megabytes(upload: bytes, small: bytes | None = None) -> float:
    """Return by how much a fresh process grows while it takes `upload` in, in MB, after a `small` one of its kind."""
    small = small or as_jpeg(Image.new("RGB", SMALLEST))
    told = subprocess.run(
        [sys.executable, "-c", PEAK, str(len(small))], cwd=ROOT, input=small + upload, capture_output=True, check=True,
    )  # fmt: skip
    return int(told.stdout) / 1024


def a_header_bomb() -> bytes:
    """Return a few bytes that claim to be a PNG of 50 000 x 50 000 pixels."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@dataclass(frozen=True)
class Intake:
    """CPU milliseconds of one photo. `tools` and `ratio` are None where the tools are not installed."""

    ours: float
    tools: float | None
    ratio: float | None


def cpu_times(photo: bytes, rounds: int = ROUNDS, *, scale: str = "1/2") -> Intake:
    """Return the medians of alternating rounds."""
    if not (shutil.which("djpeg") and shutil.which("cjpeg")):
        return Intake(
            statistics.median(cpu_of(lambda: clean(photo, zone=ZONE)) for _ in range(rounds)) * 1000,
            None,
            None,
        )
    with tempfile.TemporaryDirectory() as folder:
        commands = tool_commands(Path(folder), photo, scale)
        pairs = [(cpu_of(lambda: clean(photo, zone=ZONE)), cpu_of_children(*commands)) for _ in range(rounds)]
    ours, tools = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    return Intake(ours, tools, statistics.median(ours / tools for ours, tools in pairs))


def a_phone_photo() -> bytes:
    """Return twelve megapixels as a phone would send them."""
    return as_jpeg(a_street_photo())


def main() -> None:
    """Measure and print."""
    photo = a_phone_photo()
    print(f"{len(photo) / 1e6:.1f} MB, medians of {ROUNDS} rounds")
    cpu = cpu_times(photo)
    print(f"{'one 12-megapixel JPEG, 4000 x 3000':<44}{'CPU ms':>8}{'ratio':>8}{'goal':>8}")
    if cpu.tools is None:
        print(MISSING)
    else:
        print(f"{f'djpeg -scale 1/2, cjpeg {LARGE} and {SMALL} px':<44}{cpu.tools:>8.0f}{1:>8.2f}")
    ratio = "" if cpu.ratio is None else f"{cpu.ratio:.2f}"
    print(f"{'intake: claims, hashes, upright, two copies':<44}{cpu.ours:>8.0f}{ratio:>8}{GOAL:>8.2f}")
    print(f"{'peak memory above idle':<44}{'MB':>8}{'':>8}{'goal':>8}")
    print(f"{'intake of the same photo':<44}{peak_megabytes(photo):>8.1f}{'':>8}{GOAL_MEGABYTES:>8}")
    print(f"{'header of 50 000 x 50 000 pixels, refused':<44}{peak_megabytes(a_header_bomb()):>8.1f}")


if __name__ == "__main__":
    main()
