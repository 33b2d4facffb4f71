"""What it costs to look through one photo for what may have to be hidden, where `make vision` was run.

A process of its own, as in the running city: CPU seconds (user + system) of each photo after the first, which loads
the programs, and the most memory it ever held, Python and both programs included.
Run: `python -m bench.proposing [FILE...]`; without files a drawn photo of 1600 x 1200 pixels with a plate and a number.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import ImageDraw, ImageFont

from bench.photo_intake import ROUNDS, ZONE, a_street_photo
from config import ROOT, Config
from reporter.photos.pixels import LARGE, clean
from reporter.ports.finder import LocalFinder

GOAL_SECONDS, GOAL_MEGABYTES = 2.5, 900
MISSING = "nothing looks for faces, plates and phone numbers: make vision"
LOOK = """
import json, sys, time
from pathlib import Path
from reporter.photos.detectors import Detectors
model, face_score, text_score, rounds, *files = sys.argv[1:]
detectors = Detectors(model, face_score=float(face_score), text_score=float(text_score))
pictures = [Path(file).read_bytes() for file in files]
detectors.find(pictures[0])
seconds, found = [], []
for _ in range(int(rounds)):
    for picture in pictures:
        began = time.process_time()
        found.append([region["kind"] for region in detectors.find(picture)])
        seconds.append(time.process_time() - began)
lines = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "found": found}))
"""


@dataclass(frozen=True)
class Looking:
    """CPU seconds of each photo, the peak in MB, and the kinds of what was found in each."""

    seconds: list[float]
    megabytes: float
    found: list[list[str]]

    @property
    def median(self) -> float:
        """Return the CPU seconds of one photo."""
        return statistics.median(self.seconds)


def a_photo_to_hide_something_of() -> bytes:
    """Return a clean copy of 1600 x 1200 pixels with a number plate and a phone number on it."""
    street = a_street_photo().resize((1600, 1200))
    drawn = ImageDraw.Draw(street)
    drawn.rectangle((690, 690, 950, 770), fill=(16, 62, 168))
    drawn.text((710, 700), "J 12345", font=ImageFont.load_default(52), fill="white")
    drawn.text((200, 300), "13847400001", font=ImageFont.load_default(60), fill="black")
    file = BytesIO()
    street.save(file, "JPEG", quality=85)
    return file.getvalue()


def look(pictures: list[bytes], rounds: int) -> Looking | None:
    """Return what it costs to look through `pictures`, `rounds` times each; None where nothing can."""
    if not LocalFinder.from_config(vars(Config)).available():
        return None
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.jpg" for number in range(len(pictures))]
        for file, picture in zip(files, pictures, strict=True):
            file.write_bytes(picture)
        settings = (Config.FACE_MODEL, Config.FACE_SCORE, Config.TEXT_SCORE, str(rounds))
        told = subprocess.run(
            [sys.executable, "-c", LOOK, *settings, *map(str, files)],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    answer = json.loads(told.stdout)
    return Looking(answer["seconds"], answer["peak"], answer["found"])


def main() -> None:
    """Measure and print."""
    files = [Path(name) for name in sys.argv[1:]]
    pictures = [clean(file.read_bytes(), zone=ZONE).copies[LARGE] for file in files]
    cost = look(pictures or [a_photo_to_hide_something_of()], 1 if files else ROUNDS)
    if cost is None:
        print(MISSING)
        return
    names = [file.name for file in files] or ["drawn photo"] * ROUNDS
    for name, seconds, kinds in zip(names, cost.seconds, cost.found, strict=True):
        size = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)) or "nothing"
        print(f"{name:<32}{seconds:>6.2f} s CPU  {size}")
    print(f"{'median':<32}{cost.median:>6.2f} s CPU, goal {GOAL_SECONDS}")
    print(f"{'peak':<32}{cost.megabytes:>6.0f} MB,    goal {GOAL_MEGABYTES}")


if __name__ == "__main__":
    main()
