"""Forms of the staff pages of applications."""

from collections.abc import Collection

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.admissions.commands.assessments import AssessmentScores
from learning.admissions.labels import (
    CRITERIA,
)
from learning.admissions.rules.ranking import MAX_POINTS, Criterion
from learning.catalogue.cancellation import NoticeError
from learning.catalogue.labels import NOTICE_ERRORS
from learning.kit.forms import (
    AnyOf,
    CreateForm,
    Form,
    MaxLength,
    MultiLineField,
    Required,
    SingleLineField,
    select_choices,
)
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.number_fields import CalendarDateField
from learning.kit.versions import VersionedForm
from learning.participants.forms import ChangeForm

MAX_REASON_LENGTH = 2000


class DecisionForm(ChangeForm):
    """The reason for a decision; `seen` is the `preview_key` of the e-mail shown before."""

    seen = MultiLineField()

    @property
    def preview_key(self) -> str:
        """What the previewed e-mail depends on; it is sent only if this has not changed."""
        return self.reason.data or ""


class CancelForm(DecisionForm):
    """The reason for a cancellation, and when the written notice was received.

    `cost_key` is that of the cost if it was received on that day; `day_error` why the day is
    impossible.
    """

    received_on = CalendarDateField(N_("Notice received on"))

    cost_key = ""
    day_error: NoticeError | None = None

    def validate_received_on(self, field: Field) -> None:
        if self.day_error:
            raise ValidationError(field.gettext(NOTICE_ERRORS[self.day_error]))

    @property
    def preview_key(self) -> str:
        day = self.received_on.data
        return f"{day.isoformat() if day else ''} {self.cost_key} {self.reason.data or ''}"


CHOOSE_TARGET = N_("Choose the edition or the person.")


class TransferForm(DecisionForm):
    """The target of a transfer or substitution, and the day of the notice.

    `shown` is the target of the preview, `cost` the key of the price that it showed.
    """

    to = SelectField("", [Required(CHOOSE_TARGET), AnyOf()], validate_choice=False)
    received_on = CalendarDateField(N_("Notice received on"))
    shown = MultiLineField()
    cost = HiddenField()


class CancelEditionForm(Form):
    """The reason for cancelling an edition, and its code as confirmation."""

    reason = MultiLineField(
        N_("Reason"),
        [Required(N_("Say why; it is kept with the application.")), MaxLength(MAX_REASON_LENGTH)],
    )
    code = SingleLineField(N_("Code of the edition, to be sure"))


class BulkForm(CreateForm):
    """The reason for a bulk decision, or one for each language; `seen` as in DecisionForm."""

    reason = MultiLineField(N_("Reason"), [MaxLength(MAX_REASON_LENGTH)])
    reason_fr = MultiLineField(N_("Reason, in French"), [MaxLength(MAX_REASON_LENGTH)])
    reason_en = MultiLineField(N_("Reason, in English"), [MaxLength(MAX_REASON_LENGTH)])
    reason_es = MultiLineField(N_("Reason, in Spanish"), [MaxLength(MAX_REASON_LENGTH)])
    seen = MultiLineField()

    @property
    def reasons(self) -> dict[str, str]:
        """Return the reasons by language, of the languages in which something was typed."""
        typed = {language: self[f"reason_{language}"].data for language in LANGUAGES}
        return {language: text for language, text in typed.items() if text}

    def fields_of(self, languages: Collection[str]) -> list[Field]:
        """Return the fields of the languages in which e-mails repeat the reason."""
        return [self[f"reason_{language}"] for language in LANGUAGES if language in languages]

    @property
    def preview_key(self) -> str:
        return "\n".join(filter(None, [self.reason.data, *self.reasons.values()]))


def _points(criterion: Criterion) -> RadioField:
    return RadioField(
        CRITERIA[criterion],
        [Required(N_("Score each criterion from 0 to 4.")), AnyOf()],
        choices=select_choices((str(n), str(n)) for n in range(MAX_POINTS + 1)),
        validate_choice=False,
    )


class AssessForm(VersionedForm, Form):
    """One assessor's scores: 0 to 4 by criterion."""

    function = _points(Criterion.FUNCTION)
    influence = _points(Criterion.INFLUENCE)
    motivation = _points(Criterion.MOTIVATION)
    use = _points(Criterion.USE)
    remark = MultiLineField(N_("Remark for colleagues"), [MaxLength(MAX_REASON_LENGTH)])

    @property
    def criteria(self) -> list[RadioField]:
        return [self.function, self.influence, self.motivation, self.use]

    def values(self) -> AssessmentScores:
        points = {criterion: int(self[criterion].data) for criterion in Criterion}
        return AssessmentScores(scores=points, remark=self.remark.data or "")
