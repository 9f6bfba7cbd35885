"""What people say of themselves, and how they change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.audit.actions import record
from learning.kit.folding import sort_key


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The profile that people edit themselves."""

    name: str
    language: str
    zone: str
    institution: str
    certificate_name: str = ""
    reading_languages: Sequence[str] = ()
    public_profile: bool = False


def profile_of(person: Person) -> Profile:
    """Return what somebody says of themselves now."""
    return Profile(
        name=person.name,
        language=person.language,
        zone=person.zone,
        institution=person.institution,
        certificate_name=person.certificate_name,
        reading_languages=person.reading_languages.split(),
        public_profile=person.public_profile,
    )


def change_profile(session: Session, person: Person, new: Profile, *, now: datetime) -> None:
    person.name = new.name
    person.sort_key = sort_key(new.name)
    person.language = new.language
    person.zone = new.zone
    person.institution = new.institution
    person.institution_key = sort_key(new.institution)
    person.certificate_name = new.certificate_name
    person.reading_languages = " ".join(new.reading_languages)
    consent = {} if new.public_profile == person.public_profile else {"public": new.public_profile}
    person.public_profile = new.public_profile
    person.version += 1
    record(session, "profile changed", f"person {person.id}", by=person.id, now=now, **consent)
