"""What the publication check reads in a text, in other words and formats, and what it does not."""

import pytest

from learning.catalogue import rules
from learning.catalogue.statements import Fact, read
from tests.catalogue.test_publication import TEXTS, a_plan


def days(text: str) -> dict[Fact, tuple[int, int, int | None]]:
    return {
        each.fact: (each.token.day.day, each.token.day.month, each.token.day.year)
        for each in read(text).stated
        if each.token.day and each.fact is not Fact.WEEKDAY
    }


@pytest.mark.parametrize(
    "text",
    [
        "From 18 January.",
        "On 18 January the course begins.",
        "The course begins on Monday, January 18.",
        "We start on the 18th of January",
        "Le 18 janvier, le cours commence ; soyez là.",
        "Le cours débute le lundi 18 janvier. Il est gratuit ?",
        "18 janv. : premier jour",
        "À partir du 18 janvier",
        "El 18 de enero empieza el curso.",
        "Inicio: lunes 18 de enero",
        "El curso arranca el día 18 de enero.",
        "Start: 18/01",
    ],
)
def test_a_first_day_is_read_in_any_order(text: str) -> None:
    assert days(text) == {Fact.FIRST_DAY: (18, 1, None)}


@pytest.mark.parametrize(
    "text",
    [
        "Applications close on 13 January 2027.",
        "Until 13 January 2027 you can apply.",
        "Deadline for applications: 2027-01-13",
        "Les candidatures sont reçues jusqu'au 13 janvier 2027.",
        "Date limite de candidature : 13/01/2027",
        "Inscrivez-vous avant le 13.01.2027",
        "Hasta el 13 de enero de 2027 puede presentar su solicitud.",
        "Las solicitudes se cierran el 13 de enero del 2027",
        "Plazo: miércoles 13 de enero de 2027",
    ],
)
def test_a_deadline_is_read_in_any_order(text: str) -> None:
    assert days(text) == {Fact.DEADLINE: (13, 1, 2027)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Les candidatures se terminent le 13 janvier et le cours commence le 18 janvier.",
            {Fact.DEADLINE: (13, 1, None), Fact.FIRST_DAY: (18, 1, None)},
        ),
        (
            "The course runs from Monday 18 January until Sunday 28 February 2027.",
            {Fact.FIRST_DAY: (18, 1, None), Fact.LAST_DAY: (28, 2, 2027)},
        ),
        (
            "El curso va del 18 al 28 de febrero; el trabajo final se entrega el 26 de febrero.",
            {
                Fact.FIRST_DAY: (18, 2, None),
                Fact.LAST_DAY: (28, 2, None),
                Fact.WORK_DUE: (26, 2, None),
            },
        ),
        (
            "Jan. 18, 2027 – Feb. 28, 2027",
            {Fact.FIRST_DAY: (18, 1, 2027), Fact.LAST_DAY: (28, 2, 2027)},
        ),
        (
            "Le travail final est à remettre avant le 26 février.",
            {Fact.WORK_DUE: (26, 2, None)},
        ),
    ],
)
def test_several_days_keep_apart(text: str, expected: dict[Fact, object]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "fact", "low", "high"),
    [
        ("Comptez de 5 à 10 heures chaque semaine.", Fact.WORKLOAD, 5, 10),
        ("Charge hebdomadaire : 5-10 h", Fact.WORKLOAD, 5, 10),
        ("The weekly workload is 5 to 10 hours.", Fact.WORKLOAD, 5, 10),
        ("Each week takes five to ten hours", Fact.WORKLOAD, 5, 10),
        ("Semanalmente, de 5 a 10 horas.", Fact.WORKLOAD, 5, 10),
        ("7 horas semanales", Fact.WORKLOAD, 7, 7),
        ("Une durée totale de 60 heures", Fact.TOTAL, 60, 60),
        ("60 learning hours", Fact.TOTAL, 60, 60),
        ("sesenta horas en total", Fact.TOTAL, 60, 60),
        ("This six-week course", Fact.WEEKS, 6, 6),
        ("El curso dura seis semanas", Fact.WEEKS, 6, 6),
        ("Pendant 6 semaines", Fact.WEEKS, 6, 6),
        ("30 plazas", Fact.SEATS, 30, 30),
    ],
)
def test_hours_weeks_and_places_are_read(text: str, fact: Fact, low: int, high: int) -> None:
    (stated,) = read(text).stated
    assert (stated.fact, stated.token.low, stated.token.high) == (fact, low, high)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("The fee is 980 EUR.", 98_000, "EUR"),
        ("It costs €1,100.50 for each.", 110_050, "EUR"),
        ("Frais : 1 100,00 €", 110_000, "EUR"),
        ("Il faut compter 1\u202f100 euros.", 110_000, "EUR"),
        ("El precio es de 1.100 euros.", 110_000, "EUR"),
        ("USD 980", 98_000, "USD"),
    ],
)
def test_a_fee_is_read_in_any_notation(text: str, minor: int, currency: str) -> None:
    (stated,) = read(text).of(Fact.FEE)
    assert (stated.token.low, stated.token.currency) == (minor, currency)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("A fellowship covers up to 500 euros.", "up to 500 euros"),
        ("Il coûte 980 € au lieu de 1 100 €.", "1 100 €"),
        ("Every Monday at 18:30.", "Monday at 18:30"),
        ("Séance en direct le 20 janvier à 18 h.", "20 janvier"),
        ("Two weeks before, you receive a letter.", "Two weeks before"),
        ("Start: 18/01/27", "18/01/27"),
        ("In January 2027 we meet.", "January 2027"),
        ("Applications are open from 1 September.", "1 September"),
        ("Le 20 septembre.", "Le 20 septembre"),
        ("6 modules", "6 modules"),
        ("Allow 20 to 30 hours.", "20 to 30 hours"),
        ("Le 31/31/2027.", "31/31/2027"),
    ],
)
def test_what_is_not_understood_is_said_to_be_not_read(text: str, unread: str) -> None:
    assert unread in " | ".join(read(text).unread)


def test_every_figure_is_either_stated_or_not_read() -> None:
    text = "In 2027: 3 trainers, 12 countries, 98 % satisfied; 60 hours; module 4, 5 examples."
    reading = read(text)
    assert [each.words for each in reading.stated] == ["60 hours"]
    shown = " ".join(reading.unread)
    assert all(figure in shown for figure in ("2027", "3", "12", "98", "4", "5"))


def test_each_language_has_a_reading_of_its_own() -> None:
    found = rules.readings(a_plan(texts={"fr": TEXTS["fr"], "en": "See you on Tuesday."}))
    assert found["fr"].unread == []
    assert found["en"].unread == ["See you on Tuesday."]
    assert (found["es"].stated, found["es"].unread) == ([], [])


def test_a_date_that_is_no_month_s_is_found() -> None:
    findings = rules.inconsistencies(
        a_plan(texts=TEXTS | {"fr": "Le 30 février 2027, le cours commence."}),
        course_minutes=3600, today=a_plan().apply_until,
    )  # fmt: skip
    assert rules.Inconsistency.WEEKDAY in {finding.what for finding in findings}
