"""The service on a phone's start screen (W3C web app manifest), in the city's name and the page's language."""

from typing import Any

from flask import url_for
from flask_babel import force_locale, pgettext
from flask_babel import gettext as _

from reporter.desks.guard import city
from reporter.desks.site.frame import way
from reporter.desks.site.mark import GROUND, ICONS
from reporter.desks.words import DEFAULT_LOCALE, LANGUAGES, named, offered

TYPE = "application/manifest+json"
MASKABLE = "icon-maskable"


def manifest_of(lang: str) -> dict[str, Any]:
    """Return the manifest for pages of the language tag `lang`; of the installation's first language for any other."""
    locales = {LANGUAGES[locale][0]: locale for locale in offered()}
    tag = lang if lang in locales else next(iter(locales))
    with force_locale(locales.get(tag, DEFAULT_LOCALE)):
        return {
            "id": "/", "lang": tag, "dir": "ltr", "scope": "/", "start_url": way("public.home"),
            "name": f"{_('Snap and report')} · {named(city())}", "short_name": _("Snap and report"),
            "description": _("Report what is wrong in the city with a photo, and see how it is put right."),
            "display": "standalone", "background_color": "#ffffff", "theme_color": GROUND,
            "icons": [_icon(name) for name in ICONS],
            "shortcuts": [
                {"name": _("Report with a photo"), "url": way("resident.report")},
                {"name": _("Waiting to be sent"), "url": way("resident.waiting")},
                {"name": pgettext("head", "Progress"), "url": way("resident.track")},
            ],
        }  # fmt: skip


def _icon(name: str) -> dict[str, str]:
    side = ICONS[name][0]
    return {
        "src": url_for("site.app_icon", name=name), "type": "image/png", "sizes": f"{side}x{side}",
        "purpose": "maskable" if name == MASKABLE else "any",
    }  # fmt: skip
