"""The programs that look for faces and text, as a process of their own: `python -m reporter.photos.detectors`.

The only module that imports them; nothing imports this one. `ports.finder.LocalFinder` starts it and ends it, so the
server holds none of their memory. It reads a picture's length in bytes on a line of its own, then the picture, and
answers one line of JSON; what a text or a plate says never leaves it.
"""

import json
import math
import os
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
import onnxruntime
from PIL import Image
from rapidocr import RapidOCR

from reporter.photos.regions import MOST_CANDIDATES, Line, Rect, faces, proposals, texts

THREADS = 1  # the other processor answers requests
KINDNESS = 10  # added to what `nice` gives: whoever waits for a page goes first
STEP = 32  # pixels; sides that the net for faces takes are multiples of it
CELL = 4  # pixels of its input for which it says one thing
LONG, SHORT = 1280, 960  # long side at its input of pictures longer than `LONG`, and of all others
FLATTEST = 2.5  # long side : short side; of a strip, text is sought in a picture of millions of pixels
GREY = (127, 127, 127)
OUTPUTS = ("537", "538", "539")  # how likely a face is, its size, how far its middle is off the cell's


class Detectors:
    """Both programs, loaded once."""

    def __init__(self, face_model: str, *, face_score: float, text_score: float) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = THREADS
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._faces = onnxruntime.InferenceSession(face_model, options, providers=["CPUExecutionProvider"])
        self._texts = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": text_score,
                "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
                "EngineConfig.onnxruntime.inter_op_num_threads": THREADS,
            }
        )
        self._face_score = face_score

    def find(self, picture: bytes) -> list[dict[str, Any]]:
        """Return what in a clean copy, JPEG, may have to be hidden."""
        with Image.open(BytesIO(picture), formats=("JPEG",)) as image:
            pixels = image.convert("RGB")
        found = [*faces(self._face_candidates(pixels)), *texts(self._lines(pixels))]
        return proposals(found, pixels.size)

    def _face_candidates(self, image: Image.Image) -> list[tuple[Rect, float]]:
        long = max(image.size)
        scale = (LONG if long > LONG else SHORT) / long
        width, height = (math.ceil(side * scale / STEP) * STEP for side in image.size)
        pixels = np.asarray(image.resize((width, height), Image.Resampling.BILINEAR), dtype=np.float32)
        answer = self._faces.run(OUTPUTS, {"input.1": pixels.transpose(2, 0, 1)[np.newaxis]})
        across, down = width / image.width, height / image.height
        return [
            (Rect(left / across, top / down, right / across, bottom / down), score)
            for left, top, right, bottom, score in _boxes(*answer, least=self._face_score)
        ]

    def _lines(self, image: Image.Image) -> list[Line]:
        read = self._texts(np.asarray(_not_too_flat(image))[:, :, ::-1])  # it takes blue first
        if read.boxes is None or read.txts is None:
            return []
        return [
            Line([(float(x), float(y)) for x, y in corners], words, float(score))
            for corners, words, score in zip(read.boxes, read.txts, read.scores, strict=True)
        ]


def _not_too_flat(image: Image.Image) -> Image.Image:
    """Return `image`, grey added below or on the right of a strip: it is enlarged until its short side is 736 pixels."""
    least = math.ceil(max(image.size) / FLATTEST)
    if min(image.size) >= least:
        return image
    ground = Image.new("RGB", (max(image.width, least), max(image.height, least)), GREY)
    ground.paste(image)
    return ground


def _boxes(likely: Any, size: Any, off: Any, *, least: float) -> Iterator[tuple[float, ...]]:
    """Yield left, top, right and bottom, in pixels of the input, and the score of the likeliest cells.

    Args:
        likely: 1 x 1 x rows x columns.
        size: 1 x 2 x rows x columns, logarithms of height and width in cells.
        off: 1 x 2 x rows x columns, downwards and across, in cells.
        least: score from which a cell counts.
    """
    scores = likely[0, 0]
    rows, columns = np.where(scores > least)
    best = np.argsort(-scores[rows, columns])[:MOST_CANDIDATES]
    rows, columns = rows[best], columns[best]
    high, wide = np.exp(size[0, :, rows, columns].T) * CELL
    down = (rows + off[0, 0, rows, columns] + 0.5) * CELL
    across = (columns + off[0, 1, rows, columns] + 0.5) * CELL
    sides = (across - wide / 2, down - high / 2, across + wide / 2, down + high / 2, scores[rows, columns])
    yield from zip(*(side.tolist() for side in sides), strict=True)


def serve(detectors: Detectors, pictures: BinaryIO, answers: BinaryIO) -> None:
    """Answer picture after picture until there are no more. One that fails is told and ends nothing."""
    while length := pictures.readline():
        try:
            answer: dict[str, Any] = {"regions": detectors.find(pictures.read(int(length)))}
        except Exception as error:  # noqa: BLE001 - whatever they raise, the next picture may be a good one
            answer = {"error": type(error).__name__}  # no more: its words might quote what was read
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def main() -> None:
    """Serve standard input; whatever the programs print goes where errors go."""
    os.nice(KINDNESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    model, face_score, text_score = sys.argv[1:]
    detectors = Detectors(model, face_score=float(face_score), text_score=float(text_score))
    serve(detectors, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
