"""Devices by names that tell them apart."""

import pytest

from learning.accounts.device_names import device_name, numbered

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {APPLE}"
IPAD = f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {APPLE}"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
GALAXY = f"Mozilla/5.0 (Linux; Android 14; SM-A546B) {WEBKIT}"
REDUCED = f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT}"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
LINUX = "Mozilla/5.0 (X11; Linux x86_64"
ANDROID = "Mozilla/5.0 (Linux; Android"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        (f"{IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", "Chrome · iPhone"),
        (f"{IPAD} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", "Chrome · iPad"),
        (f"{IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15", "Firefox · iPhone"),
        (f"{IPHONE} Version/17.0 EdgiOS/125.0.2535.96 Mobile/15E148 Safari/604.1", "Edge · iPhone"),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1 OPT/4.7.0", "Opera · iPhone"),
        (f"{IPHONE} Mobile/15E148 Instagram 334.0.4.32.98", "Instagram · iPhone"),
        (f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/468.0;FBDV/iPhone14,5]", "Facebook · iPhone"),
        (f"{IPHONE} Mobile/15E148", "WebView · iPhone"),
        (f"{IPHONE} GSA/319.0 Mobile/15E148 Safari/604.1", "Google · iPhone"),
        (f"{REDUCED} Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        (f"{GALAXY} Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome · Android SM-A546B"),
        (
            f"{GALAXY} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
            "Samsung Internet · Android SM-A546B",
        ),
        (f"{REDUCED} Chrome/125.0.0.0 Mobile Safari/537.36 EdgA/125.0.2535.87", "Edge · Android"),
        (f"{REDUCED} Chrome/124.0.0.0 Mobile Safari/537.36 OPR/83.0.0.0", "Opera · Android"),
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            "Firefox · Android",
        ),
        (
            f"{ANDROID} 13; Pixel 7 Build/TQ3A.230805.001; wv) {WEBKIT} Chrome/126.0 Safari/537.36",
            "WebView · Android Pixel 7",
        ),
        (
            f"{ANDROID} 12; TECNO KG5j Build/SP1A; wv) {WEBKIT} Chrome/126.0 [FB_IAB/FB4A;]",
            "Facebook · Android TECNO KG5j",
        ),
        (
            f"{ANDROID} 9; fr-fr; Redmi Note 8 Build/PKQ1) {WEBKIT} Chrome/100 MiuiBrowser/14.4",
            "Mi Browser · Android Redmi Note 8",
        ),
        (
            "Opera/9.80 (Android; Opera Mini/69.0/191.303; U; fr) Presto/2.12 Version/12.16",
            "Opera Mini · Android",
        ),
        (
            "Mozilla/5.0 (Mobile; Nokia_2720_Flip; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5.2",
            "Firefox · KaiOS",
        ),
        (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge · Windows"),
        (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36 OPR/111.0.0.0", "Opera · Windows"),
        (
            f"{MAC} {APPLE} Version/17.5 Safari/605.1.15",
            "Safari · Mac",
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/126.0.0.0 Safari/537.36",
            "Chrome · Chromebook",
        ),
        (
            f"{LINUX}) {WEBKIT} Chrome/126.0.0.0 Safari/537.36",
            "Chrome · Linux",
        ),
        (
            f"{LINUX}; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox · Linux",
        ),
        ("Mozilla/5.0 (Linux; Android 14; http://evil.example/) Chrome/1", "Chrome · Android"),
        ("Mozilla/5.0 (Linux; Android 14; <b>x</b>) Chrome/1", "Chrome · Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_has_a_name_that_its_owner_knows(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_devices_with_one_name_are_numbered() -> None:
    names = ["Chrome · Android", "Firefox · Linux", "Chrome · Android"]
    assert numbered(names) == ["Chrome · Android (1)", "Firefox · Linux", "Chrome · Android (2)"]
    assert numbered([]) == []
