"""What is kept of who covers what and of who is whose tutor (`extension_points.personal_data`)."""

from learning.catalogue.queries import edition_code
from learning.enrolment.personal_data import is_own
from learning.extension_points.personal_data import OnForget, PersonalTable
from learning.tutors.models import Competence, TutorAssignment

TABLES = (
    PersonalTable(
        model=Competence,
        about=lambda person: Competence.person_id == person.id,
        on_forget=OnForget.DELETE,
        added={"edition": edition_code(Competence.edition_id)},
    ),
    PersonalTable(
        model=TutorAssignment,
        about=lambda person: is_own(TutorAssignment.enrolment_id, person),
        on_forget=OnForget.DELETE,
        hidden=frozenset({"tutor_id"}),
        added={"edition": edition_code(TutorAssignment.edition_id)},
    ),
    PersonalTable(
        model=TutorAssignment,
        about=lambda person: TutorAssignment.tutor_id == person.id,
        on_forget=OnForget.DELETE,
        hidden=frozenset({"enrolment_id"}),
        added={"edition": edition_code(TutorAssignment.edition_id)},
    ),
)
