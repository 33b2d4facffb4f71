"""The columns of the open data: what a table has, what a program reads of them, and the dictionary for people."""

from typing import Any, NamedTuple

from reporter.cities.models import Jurisdiction

CHINESE = """每月一份 CSV（UTF-8，RFC 4180）和一份 GeoJSON（RFC 7946），每夜更新。许可：CC BY 4.0。
不含文字、照片、详细地址和任何个人信息；不予受理或撤回的诉求次日移除。
"""
ENGLISH = """One CSV (UTF-8, RFC 4180) and one GeoJSON (RFC 7946) for each month, brought up to date every night.
Licence: CC BY 4.0. No words, pictures, exact addresses or people; what was declined or withdrawn is gone the next day.
"""


class Column(NamedTuple):
    """A column as the data dictionary has it; `kind` is a type of Table Schema."""

    name: str
    kind: str
    english: str
    chinese: str


# fmt: off
COLUMNS = (  # those of GeoReport Bulk in its order, then ours
    Column("service_request_id", "string",   "Number of the request, as in GeoReport v2", "诉求编号，与 GeoReport v2 接口一致"),
    Column("requested_datetime", "datetime", "When it came in", "受理时间"),
    Column("updated_datetime",   "datetime", "When the work was last moved on", "最近办理时间"),
    Column("closed_date",        "datetime", "When it was closed; empty while it is open", "办结时间；未办结时为空"),
    Column("status_description", "string",   "open or closed", "open（办理中）或 closed（已办结）"),
    Column("status_notes",       "string",   "Finer status: open, investigating, action_scheduled, in_progress, planned, reopen, fixed, no_further_action, closed",
           "细分状态：open 待受理，investigating 已立案，action_scheduled 已派遣，in_progress 处置中，planned 延期或挂账，reopen 重新办理，fixed 已解决，no_further_action 未整改结案，closed 在原系统中已办结"),
    Column("source",             "string",   "Always empty: not published", "始终为空：不公开"),
    Column("service_name",       "string",   "Kind, in Chinese", "类别名称"),
    Column("service_subtype",    "string",   "Always empty: not published", "始终为空：不公开"),
    Column("description",        "string",   "Always empty: words stand on the exposure board, where they can be taken back", "始终为空：文字内容仅在曝光台展示，可随时撤下"),
    Column("agency_responsible", "string",   "Always empty: stands on the exposure board", "始终为空：责任单位仅在曝光台展示"),
    Column("address",            "string",   "Always empty: the place is given to about 100 metres only", "始终为空：位置仅精确到约 100 米"),
    Column("lat",                "number",   "Latitude, degrees WGS 84, three decimals", "纬度，WGS 84，三位小数"),
    Column("long",               "number",   "Longitude, degrees WGS 84, three decimals", "经度，WGS 84，三位小数"),
    Column("service_code",       "string",   "Kind, as in GeoReport v2", "类别代码，与 GeoReport v2 接口一致"),
    Column("service_name_en",    "string",   "Kind, in English", "类别英文名称"),
    Column("area",               "string",   "Street or township, in Chinese", "街道（乡镇）名称"),
    Column("area_en",            "string",   "Street or township, in English", "街道（乡镇）英文名称"),
)
# fmt: on
NAMES = [column.name for column in COLUMNS]


def schema() -> dict[str, Any]:
    """Return the columns as Table Schema has them."""
    fields = [
        {"name": one.name, "type": one.kind, "title": one.chinese, "description": one.english}
        | ({"format": "any"} if one.kind == "datetime" else {})
        for one in COLUMNS
    ]
    return {"fields": fields, "primaryKey": ["service_request_id"], "missingValues": [""]}


def dictionary(city: Jurisdiction) -> str:
    """Return the data dictionary, in Chinese and English."""
    lines = [
        f"# {city.name_zh}诉求数据字典 · Data dictionary, {city.name_en}\n",
        CHINESE,
        ENGLISH,
        f"时间为当地时间并带时差（{city.zone}）。 Times are the city's, with their offset.\n",
        "| 字段 column | 类型 type | 说明 | meaning |\n|---|---|---|---|",
        *(f"| `{one.name}` | {one.kind} | {one.chinese} | {one.english} |" for one in COLUMNS),
    ]
    return "\n".join(lines) + "\n"
