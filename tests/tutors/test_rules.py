"""What somebody covers, as stored and as a form has it; which tutor a participant gets."""

from datetime import timedelta

import pytest

from learning.tutors.rules import (
    ASSIGNED_WITHIN,
    Participant,
    TutorLoad,
    balance,
    simplest,
    spelled_out,
    teaching_languages,
)

LANGUAGES = ("fr", "en", "es")


@pytest.mark.parametrize(
    ("covers", "stored"),
    [
        ([], []),
        ([("m4", "fr")], [("m4", "fr")]),
        ([("m5", "en"), ("m4", "fr"), ("m5", "en")], [("m4", "fr"), ("m5", "en")]),
        ([("m4", "fr"), ("m4", "en"), ("m4", "es")], [("m4", "")]),
        ([("m4", ""), ("m4", "fr")], [("m4", "")]),
        ([("", "fr"), ("m4", "fr"), ("m4", "en")], [("", "fr"), ("m4", "en")]),
        ([("", "fr"), ("", "en"), ("", "es"), ("m4", "fr"), ("m5", "")], [("", "")]),
        ([("", "fr"), ("m4", "fr"), ("m4", "en"), ("m4", "es")], [("", "fr"), ("m4", "")]),
    ],
)
def test_the_same_is_said_in_the_fewest_rows(covers, stored) -> None:
    assert simplest(covers, LANGUAGES) == stored
    assert simplest(stored, LANGUAGES) == stored


def test_a_form_has_each_language_by_itself() -> None:
    assert spelled_out([("", "fr"), ("m4", "")], LANGUAGES) == [
        ("", "fr"), ("m4", "fr"), ("m4", "en"), ("m4", "es"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("covers", "read", "languages"),
    [
        ([("m4", "fr"), ("", "en")], ["es"], {"fr", "en"}),
        ([("m4", "")], ["es"], {"fr", "en", "es"}),
        ([], ["es", "en"], {"es", "en"}),
    ],
)
def test_tutors_teach_in_what_they_cover_or_else_in_what_they_read(covers, read, languages) -> None:
    assert teaching_languages(covers, read, LANGUAGES) == languages


def load(tutor_id: int, languages: str, participants: int = 0) -> TutorLoad:
    own = frozenset(languages.split())
    return TutorLoad(tutor_id=tutor_id, languages=own, participants=participants)


@pytest.mark.parametrize(
    ("participants", "tutors", "chosen"),
    [
        ([(1, "fr")], [], {}),
        ([], [load(7, "fr")], {}),
        ([(1, "fr")], [load(7, "en", 0), load(8, "fr", 9)], {1: 8}),
        ([(1, "fr")], [load(7, "fr", 3), load(8, "fr", 2)], {1: 8}),
        ([(1, "fr")], [load(8, "fr", 2), load(7, "fr", 2)], {1: 7}),
        ([(1, "es")], [load(7, "fr", 3), load(8, "en", 2)], {1: 8}),
        ([(1, "fr"), (2, "fr"), (3, "fr")], [load(7, "fr"), load(8, "fr")], {1: 7, 2: 8, 3: 7}),
        ([(1, "fr"), (2, "fr"), (3, "fr")], [load(7, "fr"), load(8, "fr", 1)], {1: 7, 2: 7, 3: 8}),
        (
            [(1, "fr"), (2, "en"), (3, "fr"), (4, "es")],
            [load(7, "fr en", 1), load(8, "fr")],
            {1: 8, 2: 7, 3: 8, 4: 7},
        ),
    ],
    ids=[
        "no-tutor",
        "nobody",
        "language",
        "fewest",
        "lowest",
        "none-fits",
        "in-turn",
        "catching-up",
        "mixed",
    ],
)
def test_participants_get_the_tutor_of_their_language_with_the_fewest_participants(
    participants, tutors, chosen
) -> None:
    needing = [
        Participant(enrolment_id=number, person_id=100 + number, language=language)
        for number, language in participants
    ]
    assert balance(needing, tutors) == chosen


@pytest.mark.parametrize(
    ("tutors", "chosen"),
    [
        ([load(7, "fr")], {}),
        ([load(7, "fr"), load(8, "fr", 9)], {1: 8}),
        ([load(7, "fr"), load(8, "es", 9)], {1: 8}),
    ],
    ids=["only-one", "another", "none-fits"],
)
def test_nobody_is_their_own_tutor(tutors, chosen) -> None:
    own = Participant(enrolment_id=1, person_id=7, language="fr")
    assert balance([own], tutors) == chosen


def test_everybody_should_have_a_tutor_two_days_after_they_enrol() -> None:
    assert timedelta(days=2) == ASSIGNED_WITHIN
