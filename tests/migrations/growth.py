"""A migration to be thrown away: it adds an application's state, an enrolment's status, a role."""

from collections.abc import Iterable
from pathlib import Path

from alembic.script import ScriptDirectory

from learning.admissions.rules.states import ApplicationState
from learning.admissions.rules.transitions import state_pairs
from learning.enrolment.rules import TRANSITIONS, EnrolmentStatus
from tests.migrations.rows import config

GROWN = {  # the CHECK constraints that take more, and of which column
    "ck_applications_applicationstate": ("applications", "state"),
    "ck_application_transitions_before": ("application_transitions", "before"),
    "ck_application_transitions_applicationstate": ("application_transitions", "after"),
    "ck_enrolments_enrolmentstatus": ("enrolments", "status"),
    "ck_enrolment_transitions_before": ("enrolment_transitions", "before"),
    "ck_enrolment_transitions_enrolmentstatus": ("enrolment_transitions", "after"),
    "ck_role_grants_scope": ("role_grants", "role"),
}
MIGRATION = """
from alembic import op

revision, down_revision = "growth", {head!r}
STATES, STATUSES = {states!r}, {statuses!r}
STEPS, CHANGES = {steps!r}, {changes!r}
MORE_STEPS = STEPS | {{
    "under_review": (*STEPS["under_review"], "deferred"),
    "deferred": ("under_review", "withdrawn"),
}}
MORE_CHANGES = CHANGES | {{"active": (*CHANGES["active"], "suspended"), "suspended": ("active",)}}
ROLES = "'expert', 'lead', 'participant', 'tutor'"
MORE_ROLES = "'expert', 'lead', 'observer', 'participant', 'tutor'"


def upgrade():
    take((*STATES, "deferred"), (*STATUSES, "suspended"), MORE_ROLES)
    op.replace_transitions("applications", "state", MORE_STEPS)
    op.replace_transitions("enrolments", "status", MORE_CHANGES)


def downgrade():
    take(STATES, STATUSES, ROLES)
    op.replace_transitions("applications", "state", STEPS)
    op.replace_transitions("enrolments", "status", CHANGES)


def take(states, statuses, roles):
    for name, (table, column) in {columns!r}.items():
        values = statuses if table.startswith("enrolment") else states
        op.replace_values(table, column, name, values)
    condition = f"(edition_id IS NOT NULL) = (role IN ({{roles}}))"
    op.replace_check("role_grants", "ck_role_grants_scope", condition)
"""


def write_growth(folder: Path) -> Path:
    """Write the migration on top of the newest one; return its folder."""
    changes = (
        (before, rule.after)
        for rule in TRANSITIONS
        for before in rule.before
        if before not in {None, rule.after}
    )
    text = MIGRATION.format(
        head=ScriptDirectory.from_config(config()).get_current_head(),
        states=tuple(map(str, ApplicationState)),
        statuses=tuple(map(str, EnrolmentStatus)),
        steps=_grouped(state_pairs()),
        changes=_grouped(changes),
        columns={name: where for name, where in GROWN.items() if where[0] != "role_grants"},
    )
    (folder / "growth.py").write_text(text)
    return folder


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    every = sorted({(str(before), str(after)) for before, after in pairs})
    return {before: tuple(b for a, b in every if a == before) for before, _ in every}
