"""Draw the pictures of the README again: `make pictures`. The demo city is made in a temporary folder."""

import logging
import shutil
import tempfile
import threading
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from config import Config
from reporter.app import create_app
from reporter.demo.commands import demo_accounts, load_demo_city
from reporter.kernel.db import db

HERE = Path(__file__).parent / "pictures"
SHOTS = (  # name, path, width, height, who has signed in
    ("home", "/", 1280, 860, ""),
    ("triage", "/triage/", 1280, 800, "acceptor"),
    ("report", "/report", 390, 780, ""),
)
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
COLOURS = 200  # keeps each picture under 200 KB


def draw(address: str) -> None:
    """Take the screenshots of the city served at `address`."""
    HERE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        for name, path, width, height, who in SHOTS:
            page = browser.new_page(
                base_url=address, viewport={"width": width, "height": height}, locale="zh-CN"
            )
            if who:
                sign_in(page, who)
            page.goto(path)
            page.wait_for_timeout(1500)
            shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
            shot.quantize(COLOURS).save(HERE / f"{name}.png", optimize=True)
            print(f"docs/pictures/{name}.png, {(HERE / f'{name}.png').stat().st_size // 1024} KB")
        browser.close()


def sign_in(page: Page, who: str) -> None:
    """Sign in as the demo person whose login begins with `who`."""
    login, password = next(
        (login, password) for _, login, password in demo_accounts() if login.startswith(f"{who}@")
    )
    page.goto("/sign-in")
    page.click("main details > summary")
    page.fill("#login", login)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def main() -> None:
    """Make the demo city, serve it, draw."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        settings = {
            "DATA": data, "UPLOADS": data / "uploads", "SECRET_KEY": "pictures",
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{data / 'reporter.db'}",
        }  # fmt: skip
        app = create_app(type("PicturesConfig", (Config,), settings))
        with app.app_context():
            db.create_all()
            load_demo_city()
            db.session.remove()
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
        server = create_server(app, host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        draw(f"http://127.0.0.1:{server.effective_port}")
        server.close()


if __name__ == "__main__":
    main()
