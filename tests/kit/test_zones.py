"""The names of time zones in lists."""

import pytest

from learning.kit.folding import sort_key
from learning.kit.time import time_zone_names
from learning.kit.zones import time_zone_choices


@pytest.mark.parametrize(
    ("language", "cairo", "addis", "mauritius"),
    [
        ("fr", "Le Caire (UTC+2)", "Addis-Abeba (UTC+3)", "Maurice (UTC+4)"),
        ("en", "Cairo (UTC+2)", "Addis Ababa (UTC+3)", "Mauritius (UTC+4)"),
        ("es", "El Cairo (UTC+2)", "Adís Abeba (UTC+3)", "Mauricio (UTC+4)"),
    ],
)
def test_cities_are_named_in_the_reader_s_language(language, cairo, addis, mauritius) -> None:
    named = dict(time_zone_choices(language))
    assert named["Africa/Cairo"] == cairo
    assert named["Africa/Addis_Ababa"] == addis
    assert named["Indian/Mauritius"] == mauritius
    assert sorted(named) == sorted(time_zone_names()), (
        "what a browser says can be chosen, old or new"
    )


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_they_stand_in_the_order_of_that_language(language) -> None:
    labels = [sort_key(label) for _, label in time_zone_choices(language)][:-1]
    assert labels == sorted(labels)


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Africa/Abidjan", "Abidjan (UTC+0)"),
        ("Europe/Rome", "Rome (UTC+1)"),
        ("Asia/Kolkata", "Kolkata (UTC+5:30)"),
        ("Asia/Calcutta", "Kolkata (UTC+5:30, Asia/Calcutta)"),
        ("America/Lima", "Lima (UTC-5)"),
        ("America/Santiago", "Santiago (UTC-4)"),
    ],
)
def test_the_standard_time_stands_beside_the_city(zone: str, label: str) -> None:
    assert dict(time_zone_choices("en"))[zone] == label


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_no_two_zones_look_alike(language: str) -> None:
    labels = [label for _, label in time_zone_choices(language)]
    assert len(set(labels)) == len(labels)
