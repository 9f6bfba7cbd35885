"""Why the forms of a request do not validate, whatever was typed: too many tries, or a rule.

The view then shows its form again, as it does after any mistake (docs/decisions/0053).
"""

from flask import g, has_request_context

from learning.kit.errors import RuleViolation


def reject_forms(violation: str | RuleViolation) -> None:
    """Let no form of this request validate: each says this, and its page shows it again."""
    g.form_violation = violation


def current_violation() -> str | RuleViolation | None:
    """Return why no form of this request validates; None if that depends on what was typed."""
    violation: str | RuleViolation | None = (
        g.get("form_violation") if has_request_context() else None
    )
    return violation
