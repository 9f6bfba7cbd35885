"""Money, formats, zones, settings."""

from datetime import UTC, date, datetime, timedelta

import pytest

from learning.kit.i18n import I18n
from learning.kit.money import Money
from learning.kit.time import day_in, start_of, zone_names
from learning.settings import ROOT, Settings, SettingsError, read_settings

MOMENT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
SECRET = "4f6a0c1be2d95873a8b7e6f10d2c3948"


def test_money_adds_up_in_one_currency() -> None:
    assert Money(98000, "EUR") - Money(1200, "EUR") + Money(1, "EUR") == Money(96801, "EUR")
    with pytest.raises(ValueError, match="do not mix"):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("language", "money", "day", "short", "moment"),
    [
        (
            "fr",
            "980,00\u00a0EUR",
            "lundi 23 novembre 2026",
            "23 nov.",
            "lundi 23 novembre 2026, 15:05 (heure de Lagos)",
        ),
        (
            "en",
            "980.00\u00a0EUR",
            "Monday 23 November 2026",
            "23 Nov",
            "Monday 23 November 2026, 15:05 (Lagos time)",
        ),
        (
            "es",
            "980,00\u00a0EUR",
            "lunes, 23 de noviembre de 2026",
            "23 nov",
            "lunes, 23 de noviembre de 2026, 15:05 (hora de Lagos)",
        ),
    ],
)
def test_formats_of_each_language(language, money, day, short, moment) -> None:
    words = I18n(language, "Africa/Lagos")
    assert words.money(Money(98000, "EUR")) == money
    assert words.date(date(2026, 11, 23)) == day
    assert words.short_date(date(2026, 11, 23)) == short
    assert words.moment(MOMENT) == moment


@pytest.mark.parametrize(
    ("language", "day", "short", "plain"),
    [
        ("fr", "lundi 1er juin 2026", "1er juin", "1er juin 2026"),
        ("en", "Monday 1 June 2026", "1 Jun", "1 June 2026"),
        ("es", "lunes, 1 de junio de 2026", "1 jun", "1 de junio de 2026"),
    ],
)
def test_the_first_of_a_month(language, day, short, plain) -> None:
    words, first = I18n(language), date(2026, 6, 1)
    assert words.date(first) == day
    assert words.short_date(first) == short
    assert words.date(first, weekday=False) == plain


def test_no_other_day_of_french_is_touched() -> None:
    words = I18n("fr")
    assert words.date(date(2026, 6, 11)) == "jeudi 11 juin 2026"
    assert words.short_date(date(2026, 12, 31)) == "31 déc."


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Africa/Abidjan", "heure d’Abidjan"),
        ("Africa/Cairo", "heure du Caire"),
        ("Africa/Lagos", "heure de Lagos"),
        ("America/Havana", "heure de La Havane"),
        ("America/Edmonton", "heure d’Edmonton"),
        ("Asia/Urumqi", "heure d’Ürümqi"),
        ("Europe/Helsinki", "heure d’Helsinki"),
        ("Asia/Hong_Kong", "heure de Hong Kong"),
        ("Atlantic/Azores", "heure des Açores"),
    ],
)
def test_french_joins_the_city_to_its_time(zone, said) -> None:
    assert I18n("fr", zone).moment(MOMENT).endswith(f"({said})")


def test_lengths_and_sizes() -> None:
    words = I18n("fr")
    assert [words.hours(m) for m in (0, 40, 60, 125)] == [
        "0\u00a0min",
        "40\u00a0min",
        "1\u00a0h",
        "2\u00a0h\u00a05\u00a0min",
    ]
    assert [words.kilobytes(n) for n in (1, 14_400)] == ["1\u00a0ko", "14\u00a0ko"]
    assert I18n("en").ago(MOMENT - timedelta(days=3), MOMENT) == "3 days ago"
    assert I18n("es").listing(["a", "b", "c"]) == "a, b y c"
    assert words.percent(0.5) == "50\u00a0%"
    assert words.npgettext("x", "one", "many", 2) == "many"


def test_zones_come_from_the_pinned_package() -> None:
    assert "Africa/Abidjan" in zone_names()
    assert day_in("Pacific/Auckland", MOMENT) == date(2026, 11, 24)
    assert start_of(date(2026, 3, 29), "Europe/Rome") == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_settings_are_read_or_refused() -> None:
    read = read_settings(
        {
            "LEARNING_PRODUCTION": "1",
            "LEARNING_SECRET_KEY": SECRET,
            "LEARNING_ORIGINS": "https://a.example https://b.example",
            "LEARNING_ADDRESS": "https://a.example",
            "LEARNING_TRUSTED_PROXIES": "1",
            "LEARNING_COURSES": str(ROOT / "courses"),
            "LEARNING_FILES": "elsewhere",
            "PATH": "/bin",
        }
    )
    assert read.origins == {"https://a.example", "https://b.example"}
    assert (read.production, read.trusted_proxies, read.files) == (True, 1, ROOT / "elsewhere")


@pytest.mark.parametrize(
    "wrong",
    [
        {"LEARNING_SECRET": "x"},
        {"LEARNING_PRODUCTION": "yes"},
        {"LEARNING_TRUSTED_PROXIES": "-1"},
        {"LEARNING_PRODUCTION": "1"},
        {"LEARNING_PRODUCTION": "1", "LEARNING_SECRET_KEY": "s"},
    ],
)
def test_bad_settings_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        read_settings(wrong)


def test_production_does_not_guess_how_many_proxies_there_are() -> None:
    """Behind a proxy that is not trusted, everybody would be limited as one network."""
    given = {
        "LEARNING_PRODUCTION": "1",
        "LEARNING_SECRET_KEY": SECRET,
        "LEARNING_ORIGINS": "https://a.example",
        "LEARNING_ADDRESS": "https://a.example",
    }
    with pytest.raises(SettingsError, match="LEARNING_TRUSTED_PROXIES: say how many"):
        read_settings(given)
    for count in ("0", "1", "2"):
        read = read_settings(given | {"LEARNING_TRUSTED_PROXIES": count})
        assert read.trusted_proxies == int(count)


def test_without_anything_it_is_a_development_machine() -> None:
    assert read_settings({}) == Settings()
