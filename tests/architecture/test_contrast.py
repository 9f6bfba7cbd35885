"""Contrast is computed from the tokens, in both schemes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import math
import re

import pytest

from learning.kit.assets import style_sheets
from learning.settings import ROOT

TOKENS = (ROOT / "static/css/20-tokens.css").read_text()
PAIR = re.compile(r"--([\w-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)")
SINGLE = re.compile(r"--(night): oklch\(([^)]+)\)")
HEX = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6})")
NIGHT = re.compile(r"@supports not .*?\.night \{(.*?)\}", re.DOTALL)
PHYSICAL = (
    r"(?<![\w-])(?:margin|padding|border)-(?:left|right|top|bottom)"
    r"|(?<![\w.-])(?:left|right):|text-align: (?:left|right)"
)
SCHEMES = ("light", "dark", "fallback")

TEXT = [
    (ink, ground)
    for ink in ("ink", "soft", "action", "turn", "done", "wrong")
    for ground in ("paper", "sheet", "turn-wash")
]
TEXT += [("on-action", "action"), ("action", "wash"), ("ink", "wash"), ("wrong", "wrong-wash")]
TEXT += [("done", "done-wash"), ("ink", "done-wash"), ("ink", "wrong-wash")]
ON_NIGHT = ("ink", "soft", "action", "turn", "done", "wrong")
EDGES = [
    ("edge", "paper"),
    ("edge", "sheet"),
    ("done", "paper"),
    ("turn", "paper"),
    *((f"m{n}", "paper") for n in range(1, 7)),
]


def from_oklch(text: str) -> tuple[float, ...]:
    """Return linear sRGB for the three numbers of oklch()."""
    lightness, chroma, hue = (float(part) for part in text.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long, medium, short = (
        (lightness + x * a + y * b) ** 3
        for x, y in (
            (0.3963377774, 0.2158037573),
            (-0.1055613458, -0.0638541728),
            (-0.0894841775, -1.2914855480),
        )
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1, max(0, value)) for value in linear)


def from_hex(text: str) -> tuple[float, ...]:
    digits = text[1:] if len(text) == 7 else "".join(d * 2 for d in text[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def colours(scheme: str) -> dict[str, tuple[float, ...]]:
    if scheme == "fallback":
        return {name: from_hex(value) for name, value in HEX.findall(NIGHT.sub("", TOKENS))}
    pairs = {
        name: light if scheme == "light" else dark for name, light, dark in PAIR.findall(TOKENS)
    }
    return {
        name: from_oklch(value) for name, value in {**pairs, **dict(SINGLE.findall(TOKENS))}.items()
    }


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    light, dark = sorted(
        (0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast(from_hex("#000"), from_hex("#fff")) == pytest.approx(21)
    assert contrast(from_oklch("1 0 0"), from_oklch("0 0 0")) == pytest.approx(21, rel=1e-3)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(scheme: str, ink: str, ground: str) -> None:
    known = colours(scheme)
    assert contrast(known[ink], known[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_can_be_seen(scheme: str, edge: str, ground: str) -> None:
    known = colours(scheme)
    assert contrast(known[edge], known[ground]) >= 3


@pytest.mark.parametrize("ink", ON_NIGHT)
def test_text_can_be_read_on_the_dark_bands(ink: str) -> None:
    """Header and footer are dark in both schemes, and in browsers that know no schemes."""
    dark, plain = colours("dark"), colours("fallback")
    assert contrast(dark[ink], dark["night"]) >= 4.5
    on_night = dict(HEX.findall(NIGHT.search(TOKENS)[1]))
    assert contrast(from_hex(on_night[ink]), plain["night"]) >= 4.5


def test_css_is_logical() -> None:
    style = "".join(
        path.read_text() for paths in style_sheets(ROOT / "static").values() for path in paths
    )
    physical = re.findall(PHYSICAL, style)
    assert physical == []
    assert "url(" not in style
