"""Whoever meets a unique constraint late reads a sentence (learning/kit/conflicts.py)."""

from learning import wiring
from learning.kit.conflicts import uniques

NEVER_LATE = {
    # random and long enough to be nobody else's
    "files": {
        "pending_uploads.slug", "pending_uploads.part", "stored_files.slug", "stored_files.key",
    },
    "tokens": {
        "mails.token", "subscriptions.token", "links.token_hash", "sign_ins.token_hash",
        "recovery_codes.code_hash", "sponsorships.token_hash", "applications.reference",
        "batch_operations.uid",
    },
    # inserted with “on conflict do nothing”, or updated
    "insert_new": {
        "addresses.email", "file_owners.owner_id", "form_keys.owner, form_keys.key", "jobs.once",
        "rate_limits.key", "regular_runs.name, regular_runs.due_at", "workers.name",
        "subscriptions.email, subscriptions.category", "studies.enrolment_id",
        "role_grants.person_id, role_grants.role, role_grants.edition_id",
        "role_grants.person_id, role_grants.role", "check_results.name",
        "check_answers.enrolment_id, check_answers.lesson, check_answers.check_key",
        "lesson_progress.enrolment_id, lesson_progress.lesson",
        "notes.enrolment_id, notes.lesson, notes.block",
        "nominations.sponsorship_id, nominations.email",
    },
    # written by one process at a time: the worker's seal, the command that indexes
    "alone": {"audit_entries.number", "search_revisions.course"},
}  # fmt: skip


def test_every_unique_constraint_has_its_sentence_or_is_never_met_late() -> None:
    found = {
        name
        for table in wiring.TABLES.tables
        for name in uniques(table).values()
        if name != f"{table}.id"
    }
    never = set().union(*NEVER_LATE.values())
    assert never.isdisjoint(wiring.CONFLICTS)
    assert found == never | set(wiring.CONFLICTS)
