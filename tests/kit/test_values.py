"""Money, formats, zones, settings."""

from datetime import UTC, date, datetime, timedelta

import pytest

from learning.kit.i18n import I18n
from learning.kit.money import Money
from learning.kit.time import day_in, start_of_day, time_zone_names
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
            "980\u00a0€",
            "lundi 23 novembre 2026",
            "23 nov.",
            "lundi 23 novembre 2026, 15:05 (heure de Lagos)",
        ),
        (
            "en",
            "€980",
            "Monday 23 November 2026",
            "23 Nov",
            "Monday 23 November 2026, 15:05 (Lagos time)",
        ),
        (
            "es",
            "980\u00a0€",
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
    ("language", "minor", "currency", "read", "exact"),
    [
        ("fr", 49_050, "EUR", "490,50\u00a0€", "490,50\u00a0EUR"),
        ("fr", 110_000, "EUR", "1\u202f100\u00a0€", "1\u202f100,00\u00a0EUR"),
        ("en", 1, "EUR", "€0.01", "0.01\u00a0EUR"),
        ("en", 98_000, "CHF", "CHF\u00a0980", "980.00\u00a0CHF"),
        ("es", 0, "EUR", "0\u00a0€", "0,00\u00a0EUR"),
        ("fr", 643_000, "XOF", "643\u202f000\u00a0F\u202fCFA", "643\u202f000\u00a0XOF"),
    ],
)
def test_only_exact_amounts_keep_decimals_of_zero(language, minor, currency, read, exact) -> None:
    words, amount = I18n(language), Money(minor, currency)
    assert words.money(amount) == read
    assert words.exact_money(amount) == exact


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
    assert words.short_date(date(2026, 12, 31), year=True) == "31 déc. 2026"


def test_a_period_of_one_day_is_that_day() -> None:
    day = date(2026, 11, 30)
    assert I18n("fr").short_period(day, day) == "30 nov. 2026"
    assert I18n("fr").short_period(day, date(2026, 12, 1)) == "30 nov. – 1er déc. 2026"


@pytest.mark.parametrize(
    ("zone", "text"),
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
def test_french_joins_the_city_to_its_time(zone, text) -> None:
    assert I18n("fr", zone).moment(MOMENT).endswith(f"({text})")


@pytest.mark.parametrize(
    ("language", "zone", "other", "text"),
    [
        ("en", "America/Lima", "Europe/Rome", "09:05 (Lima time; 15:05 in Rome)"),
        ("fr", "America/Lima", "Europe/Rome", "09:05 (heure de Lima\u202f; 15:05 à Rome)"),
        ("fr", "Europe/Rome", "Africa/Cairo", "15:05 (heure de Rome\u202f; 16:05 au Caire)"),
        ("es", "America/Lima", "Europe/Rome", "09:05 (hora de Lima; 15:05 en Roma)"),
        ("en", "Africa/Lagos", "Europe/Rome", "15:05 (Lagos time)"),
        ("en", "UTC", "Pacific/Auckland", "; Tuesday 24 November, 03:05 in Auckland)"),
    ],
)
def test_a_moment_names_another_zone_if_its_clock_differs(language, zone, other, text) -> None:
    assert I18n(language, zone).moment_in(MOMENT, other).endswith(text)


def test_a_city_after_a() -> None:
    words = I18n("fr")
    assert words.in_city("Atlantic/Azores") == "aux Açores"
    assert words.in_city("America/Havana") == "à La Havane"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=2, hours=1, minutes=10), "2\u00a0j\u00a01\u00a0h"),
        (timedelta(days=1), "1\u00a0j\u00a00\u00a0h"),
        (timedelta(hours=5, minutes=20, seconds=20), "5\u00a0h\u00a020"),
        (timedelta(seconds=-5), "0\u00a0min"),
    ],
)
def test_a_rest_of_time_is_short(length, text) -> None:
    assert I18n("fr").time_left(length) == text


def test_a_share_of_an_amount_is_whole_cents() -> None:
    assert Money(98001, "EUR").percent(50) == Money(49001, "EUR")
    assert Money(98000, "EUR").percent(0) == Money(0, "EUR")
    assert Money(98000, "EUR").percent(100) == Money(98000, "EUR")


def test_lengths_and_sizes() -> None:
    words = I18n("fr")
    assert [words.hours(m) for m in (0, 40, 60, 125)] == [
        "0\u00a0min",
        "40\u00a0min",
        "1\u00a0h",
        "2\u00a0h\u00a005",
    ]
    assert I18n("es").hours(62) == "1\u00a0h\u00a002"
    assert I18n("en").hours(62) == "1\u00a0h\u00a02\u00a0min"
    assert [words.kilobytes(n) for n in (1, 14_400)] == ["1\u00a0ko", "14\u00a0ko"]
    assert I18n("en").time_ago(MOMENT - timedelta(days=3), MOMENT) == "3 days ago"
    assert I18n("es").join_list(["a", "b", "c"]) == "a, b y c"
    assert words.percent(0.5) == "50\u00a0%"
    assert words.npgettext("x", "one", "many", 2) == "many"


def test_zones_come_from_the_pinned_package() -> None:
    assert "Africa/Abidjan" in time_zone_names()
    assert day_in("Pacific/Auckland", MOMENT) == date(2026, 11, 24)
    assert start_of_day(date(2026, 3, 29), "Europe/Rome") == datetime(2026, 3, 28, 23, tzinfo=UTC)


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
    data = {
        "LEARNING_PRODUCTION": "1",
        "LEARNING_SECRET_KEY": SECRET,
        "LEARNING_ORIGINS": "https://a.example",
        "LEARNING_ADDRESS": "https://a.example",
    }
    with pytest.raises(SettingsError, match="LEARNING_TRUSTED_PROXIES: say how many"):
        read_settings(data)
    for count in ("0", "1", "2"):
        read = read_settings(data | {"LEARNING_TRUSTED_PROXIES": count})
        assert read.trusted_proxies == int(count)


def test_without_anything_it_is_a_development_machine() -> None:
    assert read_settings({}) == Settings()
