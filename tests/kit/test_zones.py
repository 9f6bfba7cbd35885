"""The names of time zones in lists."""

import pytest

from learning.kit.folding import sort_key
from learning.kit.time import zone_names
from learning.kit.zones import zone_choices


@pytest.mark.parametrize(
    ("language", "cairo", "addis", "mauritius"),
    [
        ("fr", "Afrique / Le Caire", "Afrique / Addis-Abeba", "Océan Indien / Maurice"),
        ("en", "Africa / Cairo", "Africa / Addis Ababa", "Indian Ocean / Mauritius"),
        ("es", "África / El Cairo", "África / Adís Abeba", "Océano Índico / Mauricio"),
    ],
)
def test_cities_are_named_in_the_reader_s_language(language, cairo, addis, mauritius) -> None:
    named = dict(zone_choices(language))
    assert named["Africa/Cairo"] == cairo
    assert named["Africa/Addis_Ababa"] == addis
    assert named["Indian/Mauritius"] == mauritius
    assert sorted(named) == sorted(zone_names()), "what a browser says can be chosen, old or new"


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_they_stand_in_the_order_of_that_language(language) -> None:
    labels = [sort_key(label) for _, label in zone_choices(language)][:-1]
    assert labels == sorted(labels)
