"""A person who meets a unique constraint late reads a sentence (learning/kit/conflicts.py)."""

from learning import wiring
from learning.conflict_messages import CONFLICT_MESSAGES
from learning.kit.conflicts import unique_constraints

NEVER_LATE = {
    # random and long enough to be nobody else's
    "files": {
        "pending_uploads.slug",
        "pending_uploads.part_key",
        "stored_files.slug",
        "stored_files.key",
    },
    "tokens": {
        "outgoing_emails.token",
        "subscriptions.token",
        "account_tokens.token_hash",
        "sessions.token_hash",
        "recovery_codes.code_hash",
        "sponsorships.token_hash",
        "applications.reference",
        "batch_operations.uid",
        "people.uid",
        "enrolments.uid",
        "bank_data_proposals.uid",
        "bank_entries.uid",
        "bank_statements.uid",
        "fee_accounts.uid",
        "fee_settlements.uid",
        "invoice_links.token_hash",
        "invoices.uid",
        "payments.uid",
        "refund_batches.message_id",
        "refund_batches.uid",
        "refunds.uid",
        "card_sessions.uid",
        "joint_invoices.uid",
        "provider_events.uid",
        "quotes.uid",
        "transfer_overrides.uid",
        "transfer_proofs.uid",
    },
    # it has the primary key in it: there for foreign keys to point to
    "wider_keys": {"enrolments.id, enrolments.edition_id"},
    # inserted with “on conflict do nothing”, or updated
    "insert_if_absent": {
        "email_bounces.email",
        "file_owners.owner_id",
        "former_emails.person_id, former_emails.email, former_emails.changed_at",
        "idempotency_keys.scope, idempotency_keys.key",
        "jobs.unique_key",
        "rate_limits.key",
        "scheduled_runs.name, scheduled_runs.due_at",
        "worker_heartbeats.name",
        "subscriptions.email, subscriptions.category, subscriptions.topic",
        "email_copies.email_id",
        "learner_states.enrolment_id",
        "role_grants.person_id, role_grants.role, role_grants.edition_id",
        "role_grants.person_id, role_grants.role",
        "check_results.name",
        "course_titles.course, course_titles.language",
        "content_snapshots.sha256",
        "check_answers.enrolment_id, check_answers.lesson, check_answers.check_key",
        "lesson_progress.enrolment_id, lesson_progress.lesson",
        "document_progress.enrolment_id, document_progress.document",
        "notes.enrolment_id, notes.lesson, notes.block",
        "quiz_answers.attempt_id, quiz_answers.position, quiz_answers.idempotency_key",
        "nominations.sponsorship_id, nominations.email",
        "provider_events.provider, provider_events.event_id",
        "sponsor_billings.sponsorship_id",
    },
    # written under the lock of the edition whose seats, dates, agreements or tutors they are, or
    # of the enrolment whose states they are
    "locked": {
        "closing_sheets.edition_id",
        "completion_states.enrolment_id",
        "item_results.enrolment_id, item_results.item",
        "requirement_states.enrolment_id, requirement_states.requirement",
        "fee_agreements.application_id",
        "fee_agreements.continues_id",
        "seat_reservations.kind, seat_reservations.key",
        "tutor_assignments.enrolment_id",
        "transfer_overrides.application_id",
    },
    # written under the lock of the fee account or of the sponsor that they belong to, or of the
    # row of their series
    "money": {
        "card_refunds.provider, card_refunds.provider_refund_id",
        "card_refunds.reference",
        "card_sessions.invoice_id",
        "card_sessions.payment_id",
        "card_sessions.provider, card_sessions.provider_session_id",
        "card_sessions.request_key",
        "fee_accounts.fee_agreement_id",
        "fee_cancellations.fee_agreement_id",
        "invoice_reminders.invoice_id, invoice_reminders.step",
        "invoices.credits_id",
        "invoices.number",
        "invoices.reference",
        "joint_invoices.number",
        "joint_invoices.reference",
        "ledger_transactions.key",
        "ledger_transactions.reverses_id",
        "number_series.key",
        "payment_allocations.payment_id, payment_allocations.invoice_id",
        "payments.method, payments.source_key",
        "refunds.bank_entry_id",
        "quotes.number",
        "quotes.sponsorship_id",
        "refunds.number",
    },
    # written under the lock of the enrolment, or of the attempt, that they belong to
    "attempts": {
        "quiz_late_decisions.answer_id",
        "quiz_answers.attempt_id, quiz_answers.sequence",
        "quiz_attempt_questions.attempt_id, quiz_attempt_questions.position",
        "quiz_attempts.enrolment_id, quiz_attempts.module",
        "quiz_attempts.enrolment_id, quiz_attempts.module, quiz_attempts.number",
    },
    # replaced as a whole under the lock of the person, or written for an edition made just now
    "replaced": {
        "centre_tax_sentences.language",
        "competences.person_id, competences.edition_id, competences.module, competences.language",
    },
    # written together with the new row that they belong to
    "part of a new row": {
        "bank_entries.statement_id, bank_entries.position",
        "email_attachments.email_id, email_attachments.position",
    },
    # written by one process at a time: the worker's seal, the command that indexes, the migration
    "alone": {"audit_entries.number", "search_revisions.course", "cancellation_policies.version"},
}


def test_every_unique_constraint_has_its_sentence_or_is_never_met_late() -> None:
    found = {
        name
        for table in wiring.TABLES.tables
        for name in unique_constraints(table).values()
        if name != f"{table}.id"
    }
    never = set().union(*NEVER_LATE.values())
    assert never.isdisjoint(CONFLICT_MESSAGES)
    assert found == never | set(CONFLICT_MESSAGES)
