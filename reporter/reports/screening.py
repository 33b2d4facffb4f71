"""What a text should not carry: phone numbers, identity numbers, number plates; addresses that last for minutes. Pure."""

import re

from disposable_email_domains import blocklist

# Mobile and landline numbers, 18-digit identity numbers, plates such as 蒙J·12345, in the writing people use.
PATTERNS = {
    "phone": re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"),
    "identity": re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"),
    "plate": re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]",
        re.IGNORECASE,
    ),
}  # fmt: skip


def personal_data(text: str) -> list[str]:
    """Return which kinds of personal data `text` seems to hold: phone, identity, plate."""
    return [kind for kind, pattern in PATTERNS.items() if pattern.search(text)]


def without_personal_data(text: str) -> str:
    """Return `text` with what looks like a phone, identity or plate number blotted out."""
    for pattern in PATTERNS.values():
        text = pattern.sub("＊＊＊", text)
    return text


def short_lived(contact: str) -> bool:
    """Tell whether a mail address is one of those that anybody has for some minutes; a phone number never is."""
    labels = contact.strip().lower().rpartition("@")[2].split(".") if "@" in contact else []
    return any(".".join(labels[start:]) in blocklist for start in range(max(len(labels) - 1, 0)))
