"""All settings, one class per place the app runs. Secrets and addresses come from the environment only."""

import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
DATA = Path(os.environ["DATA"]).resolve() if os.environ.get("DATA") else ROOT / "instance"


class Config:
    """Runs on one machine with no outside service: every port has its embedded default."""

    PRODUCTION = os.environ.get("REPORTER_ENV") == "production"
    SECRET_KEY = os.environ.get("SECRET_KEY", "")  # empty: one is kept in DATA, not in production
    HOST = os.environ.get("HOST", "127.0.0.1")
    PORT = os.environ.get("PORT", "8000")
    PROXIES = os.environ.get("PROXIES", "0")  # whom to believe who asks: 10.0.0.0/8,nginx; or how many
    LIMITS_URL = os.environ.get("LIMITS_URL", "")  # redis://host:6379/1; empty: QUEUE_URL, else alone
    TRUSTED_HOSTS = [name.strip() for name in os.environ.get("HOSTS", "").split(",") if name.strip()] or None
    DEMO = os.environ.get("DEMO", "0" if PRODUCTION else "1") != "0"  # fill an empty database
    DATA = DATA
    ORIGINALS = DATA / "originals"  # pictures as they came, sealed
    ORIGINAL_KEYS = os.environ.get("ORIGINAL_KEYS", "")  # empty: one is kept in DATA, not in production
    ORIGINALS_DAYS = os.environ.get("ORIGINALS_DAYS", "180")  # how long they are kept
    UPLOADS = DATA / "uploads" if os.environ.get("DATA") else ROOT / "uploads"
    UPLOADS_STORE = os.environ.get("UPLOADS_STORE", "")  # a folder or s3://bucket/prefix; empty: UPLOADS
    ORIGINALS_STORE = os.environ.get("ORIGINALS_STORE", "")  # the same for originals; empty: ORIGINALS
    S3_ENDPOINT = os.environ.get("S3_ENDPOINT", "")  # https://name or http://name:port; empty: AWS
    S3_REGION = os.environ.get("S3_REGION", "us-east-1")
    S3_STYLE = os.environ.get("S3_STYLE", "virtual")  # path: the bucket in the path, as MinIO wants it
    S3_ACCESS_KEY = os.environ.get("S3_ACCESS_KEY", "")
    S3_SECRET_KEY = os.environ.get("S3_SECRET_KEY", "")
    PICTURE_LINKS = os.environ.get("PICTURE_LINKS", "0")  # seconds a link to the store lives; 0: none is made
    OPEN_DATA = os.environ.get("OPEN_DATA", "")  # a folder, one for all machines; empty: open-data in DATA
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", f"sqlite:///{DATA / 'reporter.db'}")
    SQLALCHEMY_ENGINE_OPTIONS: dict[str, Any] = {"pool_pre_ping": True}  # noqa: RUF012 - read once at start

    QUEUE_URL = os.environ.get("QUEUE_URL", "")  # redis://host:6379/0; empty: threads of the web process
    SITE_URL = os.environ.get("SITE_URL", "")  # where links in mails lead; empty: the city's own name
    MAIL_URL = os.environ.get("MAIL_URL", "")  # smtp://user:password@host:587/?…; empty: logged
    SMS_URL = os.environ.get("SMS_URL", "")  # of an HTTP gateway; empty: logged
    SMS_BODY = os.environ.get("SMS_BODY", '{"to": "{to}", "text": "{text}", "key": "{key}"}')
    SMS_TOKEN = os.environ.get("SMS_TOKEN", "")  # sent as bearer token
    SMS_OK = os.environ.get("SMS_OK", "")  # field=value of an answer that took it, such as code=0
    ROBOT_HOSTS = os.environ.get("ROBOT_HOSTS", "qyapi.weixin.qq.com,oapi.dingtalk.com")
    OUTGOING_INSIDE = os.environ.get("OUTGOING_INSIDE", "")  # hosts of the own network that webhooks may call

    UNDO_SECONDS = os.environ.get("UNDO_SECONDS", "10")  # that a moderator's decision waits; 0: nothing waits
    LOCK_SECONDS = os.environ.get("LOCK_SECONDS", "120")  # without a move until a report is free; 0: at once

    WECHAT_APP_ID = os.environ.get("WECHAT_APP_ID", "")  # of the city's 公众号; empty: no sign-in with 微信
    WECHAT_SECRET = os.environ.get("WECHAT_SECRET", "")
    # Or a proxy that the account allows.
    WECHAT_API = os.environ.get("WECHAT_API", "https://api.weixin.qq.com")
    WECHAT_ENTRY = "https://open.weixin.qq.com"
    WECHAT_SCRIPT = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"

    GEOCODER_KEY = os.environ.get("GEOCODER_KEY", "")  # of 天地图; empty: the city's own list of names alone
    GEOCODER_URL = os.environ.get("GEOCODER_URL", "https://api.tianditu.gov.cn/geocoder")
    GEOCODER_BUDGET = os.environ.get("GEOCODER_BUDGET", "3000")  # times a day that each process may ask

    KEEP_SECONDS = 1  # that public pages are kept here and in proxies; 0: nothing is

    METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")  # opens /metrics; empty: there is none

    PROPOSALS = os.environ.get("PROPOSALS", "1") != "0"  # look for faces, plates and phone numbers
    FACE_MODEL = os.environ.get("FACE_MODEL") or str(Path(sys.prefix, "share", "reporter", "centerface.onnx"))
    FACE_SCORE = os.environ.get("FACE_SCORE", "0.25")  # from which one is proposed
    TEXT_SCORE = os.environ.get("TEXT_SCORE", "0.5")

    PHOTO_BYTES = 20 * 1024 * 1024  # per picture
    PHOTOS_PER_REPORT = 9
    FORM_BYTES = 21 * 1024 * 1024  # per request; the plain report form takes nine pictures at once
    OBJECTION_BYTES = 84 * 1024 * 1024  # three pictures, and one too many, which the form can say then
    MAX_CONTENT_LENGTH = 190 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = PRODUCTION
    WTF_CSRF_TIME_LIMIT = None
    RATELIMIT_HEADERS_ENABLED = False

    LANGUAGES = tuple(os.environ.get("LANGUAGES", "zh_Hans_CN,en").split(","))
    ZONE = os.environ.get("ZONE", "Asia/Shanghai")  # of the city that the set-up page offers
    MAP_TILES = os.environ.get("MAP_TILES", "")  # XYZ address; empty: the vector map alone
    MAP_CREDIT = os.environ.get("MAP_CREDIT", "")  # attribution and approval number shown on every map
    MAP_DATUM = os.environ.get("MAP_DATUM", "wgs84")  # of the tiles: wgs84 or gcj02

    PORTS = {  # noqa: RUF012 - replaced as a whole, never mutated
        "clock": "reporter.ports.clock:SystemClock",
        "mail": "reporter.ports.mail:Chosen",
        "sms": "reporter.ports.sms:Chosen",
        "outgoing": "reporter.ports.outgoing:PinnedHttp",
        "seals": "reporter.ports.seals:Seals",
        "site": "reporter.ports.site:Site",
        "storage": "reporter.ports.storage.places:Uploads",
        "originals": "reporter.ports.originals:StoredOriginals",
        "finder": "reporter.ports.finder:LocalFinder",
        "broker": "reporter.ports.broker:Chosen",
        "geocoder": "reporter.ports.geocoder:Chosen",
        "wechat": "reporter.ports.wechat:Chosen",
    }


class TestConfig(Config):
    """A database per test worker, a clock that stands still, nothing leaves the process."""

    TESTING = True
    SECRET_KEY = "test"  # noqa: S105
    ORIGINAL_KEYS = "7e57" * 16
    WTF_CSRF_ENABLED = False
    RATELIMIT_ENABLED = False
    UNDO_SECONDS = "0"  # tests of undoing let it wait
    KEEP_SECONDS = 0  # what a test changes it sees at once
    QUEUE_URL = LIMITS_URL = MAIL_URL = SMS_URL = OUTGOING_INSIDE = ""
    SITE_URL = "https://jining.example"
    PORTS = Config.PORTS | {
        "clock": "reporter.ports.clock:FixedClock",
        "mail": "reporter.ports.mail:MemoryMail",
        "sms": "reporter.ports.sms:MemorySms",
        "storage": "reporter.ports.storage:MemoryStorage",
        "originals": "reporter.ports.originals:MemoryOriginals",
        "finder": "reporter.ports.finder:MemoryFinder",
        "geocoder": "reporter.ports.geocoder:MemoryGeocoder",
        "wechat": "reporter.ports.wechat:MemoryWeChat",
    }
