"""九乱随手拍 · 曝光台: civic reporting with a public exposure board. Start reading at `reporter/app.py`."""
