"""Forms of quizzes; the answers themselves are read by question (`views.sent`)."""

from wtforms import SelectField

from learning.kit.forms import (
    AnyOf,
    CreateForm,
    MaxLength,
    Required,
    SingleLineField,
    with_empty_choice,
)
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n

ACCEPT, REFUSE = "accept", "refuse"
DECISIONS = ((ACCEPT, N_("They count")), (REFUSE, N_("They do not count")))
CHOOSE_DECISION = N_("Choose a decision.")
MAX_REASON = 300


class StartForm(CreateForm):
    """The button that begins an attempt."""


class SubmitForm(CreateForm):
    """The button that submits an attempt."""


class ReleaseForm(CreateForm):
    """One more attempt for one person."""

    reason = SingleLineField(
        N_("Reason"), [Required(N_("Say why there is one more attempt.")), MaxLength(MAX_REASON)]
    )


class LateForm(CreateForm):
    """What is decided about the late answers of an attempt."""

    decision = SelectField(
        N_("Decision"),
        [Required(CHOOSE_DECISION), AnyOf()],
        choices=lambda: with_empty_choice(
            ((value, current_i18n().gettext(name)) for value, name in DECISIONS), CHOOSE_DECISION
        ),
        validate_choice=False,
    )
    late_reason = SingleLineField(
        N_("Reason"), [Required(N_("Say why you decide this.")), MaxLength(MAX_REASON)]
    )


class RegradeForm(CreateForm):
    """Mark the attempts at a quiz again."""

    reason = SingleLineField(
        N_("Reason"), [Required(N_("Say what was corrected.")), MaxLength(MAX_REASON)]
    )
