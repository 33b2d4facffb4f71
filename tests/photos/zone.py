"""The zone of the test city."""

from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
