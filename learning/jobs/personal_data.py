"""What jobs keep of a person (`extension_points.personal_data`)."""

from learning.extension_points.personal_data import OnForget, PersonalTable, names_email
from learning.jobs.models import Job, JobState

TABLES = (
    PersonalTable(
        model=Job,
        about=lambda person: (
            names_email(Job.payload, Job.created_at, person) & (Job.state != JobState.RUNNING)
        ),
        on_forget=OnForget.DELETE,
        hidden=frozenset({"worker", "lease_until", "unique_key"}),
    ),
)
