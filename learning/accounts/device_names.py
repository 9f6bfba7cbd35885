"""Device names, from what browsers say of themselves."""

import re
from collections import Counter
from collections.abc import Sequence

APPS = (
    ("Instagram", "Instagram"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("FB_IAB", "Facebook"),
    ("WhatsApp", "WhatsApp"),
    ("MicroMessenger", "WeChat"),
    ("LinkedInApp", "LinkedIn"),
    ("Snapchat", "Snapchat"),
    ("BytedanceWebview", "TikTok"),
    ("musical_ly", "TikTok"),
    ("Telegram", "Telegram"),
    ("Line/", "LINE"),
    ("Twitter", "X"),
    ("GSA/", "Google"),
)
"""Apps that show pages themselves; they also name the browser that they are made of."""
BROWSERS = (
    ("EdgiOS/", "Edge"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPiOS/", "Opera Mini"),
    ("Opera Mini", "Opera Mini"),
    ("OPT/", "Opera"),
    ("OPX/", "Opera"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("YaBrowser", "Yandex"),
    ("Vivaldi", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("Klar/", "Firefox"),
    ("Focus/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("; wv)", "WebView"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Mobile/", "WebView"),
)
"""The first mark that is there decides: each browser also says that it is like those below it."""
SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("iPod", "iPod"),
    ("KAIOS/", "KaiOS"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
ANDROID_MODEL = re.compile(
    r"Android [\d.]+; (?:[a-z]{2}[-_][A-Za-z]{2}; )?([A-Za-z0-9 +-]{2,30})(?=[;)]| Build/)"
)
NO_MODEL = frozenset({"Mobile", "Tablet", "wv"})


def numbered(names: Sequence[str]) -> list[str]:
    """Return names with a number where several are the same: “Chrome · Android (2)”."""
    seen: Counter[str] = Counter()
    shown = []
    for name in names:
        seen[name] += 1
        shown.append(f"{name} ({seen[name]})" if names.count(name) > 1 else name)
    return shown


def device_name(user_agent: str) -> str:
    """Return browser and device as the owner recognises them: “Chrome · Android SM-A546B”."""
    browser = _first(APPS, user_agent) or _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    model = ANDROID_MODEL.search(user_agent) if system == "Android" else None
    if model and model[1] not in NO_MODEL:
        system = f"{system} {model[1].strip()}"
    return " · ".join(part for part in (browser, system) if part)


def _first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in marks if mark in user_agent), "")
