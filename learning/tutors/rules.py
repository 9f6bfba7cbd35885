"""What somebody covers, and which tutor a participant gets.

What somebody covers are pairs of a module and a language, "" for all modules, all languages.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

ALL = ""
Cover = tuple[str, str]
"""A module by its key and a language by its code; `ALL` for either."""
ASSIGNED_WITHIN = timedelta(days=2)  # from the enrolment on, everybody should have a tutor


@dataclass(frozen=True, kw_only=True)
class TutorLoad:
    """A tutor of an edition by id: the languages they teach in, their number of participants."""

    tutor_id: int
    languages: frozenset[str]
    participants: int


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Somebody who needs a tutor: their enrolment and themselves by id, and their language."""

    enrolment_id: int
    person_id: int
    language: str


def simplest(covers: Iterable[Cover], languages: Collection[str]) -> list[Cover]:
    """Return the fewest covers that say the same, in order.

    Every language of a module is all languages; what all modules have, none has of its own.
    """
    values = set(covers)
    for module in {module for module, _ in values}:
        if (module, ALL) in values or all((module, each) in values for each in languages):
            values = {cover for cover in values if cover[0] != module} | {(module, ALL)}
    return sorted(cover for cover in values if not _is_implied(cover, values))


def _is_implied(cover: Cover, values: Collection[Cover]) -> bool:
    module, language = cover
    return module != ALL and ((ALL, ALL) in values or (ALL, language) in values)


def spelled_out(covers: Iterable[Cover], languages: Sequence[str]) -> list[Cover]:
    """Return covers with each language by itself, as a form has them."""
    return [
        (module, each)
        for module, language in covers
        for each in (languages if language == ALL else [language])
    ]


def teaching_languages(
    covers: Iterable[Cover], languages_read: Iterable[str], languages: Sequence[str]
) -> frozenset[str]:
    """Return the languages of what somebody covers; if they cover nothing, those they read."""
    stated = frozenset(language for _, language in spelled_out(covers, languages))
    return stated or frozenset(languages_read)


def balance(participants: Iterable[Participant], tutors: Sequence[TutorLoad]) -> Mapping[int, int]:
    """Return the tutor of each participant by id, by their enrolment.

    Of the tutors who teach in that language it is the one with the fewest participants, then with
    the lowest id; of all tutors, if nobody teaches in it. Nobody is their own tutor: who is the
    only one gets none, as everybody does without tutors.
    """
    counts = {each.tutor_id: each.participants for each in tutors}
    chosen: dict[int, int] = {}
    for participant in participants:
        others = [each for each in tutors if each.tutor_id != participant.person_id]
        fitting = [each for each in others if participant.language in each.languages] or others
        ids = [each.tutor_id for each in fitting]
        if ids:
            tutor_id = min(ids, key=lambda each: (counts[each], each))
            counts[tutor_id] += 1
            chosen[participant.enrolment_id] = tutor_id
    return chosen
