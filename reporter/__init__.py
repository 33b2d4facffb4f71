"""九乱随手拍 · 曝光台: civic reporting with a public exposure board. Start reading at `reporter/app.py`."""

import gc

# What is imported stays. Looking through all of it for garbage every 700 objects takes a third of the start.
gc.set_threshold(20_000, 20, 50)
