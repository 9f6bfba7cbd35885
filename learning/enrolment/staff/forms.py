"""Forms of the desk of applications."""

import re
from collections.abc import Mapping

from wtforms import BooleanField, HiddenField, RadioField, SelectField

from learning.enrolment.assessing import Given
from learning.enrolment.board import Wanted
from learning.enrolment.ranking import MOST_POINTS, Criterion
from learning.enrolment.rules import State
from learning.enrolment.words import (
    CONSTITUENCIES,
    CRITERIA,
    GENDERS,
    REGIONS,
    SOURCES_OF_FUNDING,
)
from learning.kit.forms import (
    AtMost,
    CreatingForm,
    Form,
    LineField,
    Needed,
    OneOf,
    TextField,
    offer,
)
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.number_fields import DayField
from learning.kit.versions import VersionedForm

LONGEST = 2000
VERSION = re.compile(r"[0-9]{1,9}")


def _filter(label: str, words: Mapping[str, str]) -> SelectField:
    """Return a choice of one of the values, or all."""
    return SelectField(
        label,
        choices=lambda: offer(
            (value, current().gettext(name)) for value, name in [("", N_("Any")), *words.items()]
        ),
        validate_choice=False,
    )


class FilterForm(Form):
    """Which applications the board shows; what is not on offer is as if it were not asked."""

    q = LineField(N_("Name, institution, address or reference"))
    gender = _filter(N_("Gender"), GENDERS)
    region = _filter(N_("Region"), REGIONS)
    constituency = _filter(N_("Works for"), CONSTITUENCIES)
    funding = _filter(N_("Who pays"), SOURCES_OF_FUNDING)
    unassessed = BooleanField(N_("Not assessed yet"))

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for at all."""
        return any(field.data for field in self)

    def values(self, state: State | None, after: int | None) -> Wanted:
        return Wanted(
            state=state,
            gender=self.gender.data if self.gender.data in GENDERS else "",
            region=self.region.data if self.region.data in REGIONS else "",
            constituency=self.constituency.data if self.constituency.data in CONSTITUENCIES else "",
            funding=self.funding.data if self.funding.data in SOURCES_OF_FUNDING else "",
            text=(self.q.data or "")[:100],
            unassessed=bool(self.unassessed.data),
            after=after,
        )


class DecisionForm(Form):
    """Why something is decided; `seen` is the reason that stood in the letter shown before."""

    reason = TextField(N_("Reason"), [AtMost(LONGEST)])
    version = HiddenField()
    seen = TextField()

    @property
    def known_version(self) -> int:
        """Return the version of the page, one that no application has if that is unreadable."""
        text = self.version.data or ""
        return int(text) if VERSION.fullmatch(text) else -1


class PassingForm(DecisionForm):
    """Where a place goes, and since when one knows; `shown` is whose letters stood on the page."""

    to = SelectField(
        "", [Needed(N_("Choose where the place goes.")), OneOf()], validate_choice=False
    )
    noticed_on = DayField(N_("Notice received on"))
    shown = TextField()


class CancellingForm(Form):
    """Why an edition is cancelled; its code, typed once more, says that one means it."""

    reason = TextField(
        N_("Reason"),
        [Needed(N_("Say why; it is kept with the application.")), AtMost(LONGEST)],
    )
    code = LineField(N_("Code of the edition, to be sure"))


class BulkForm(CreatingForm):
    """Why something is decided about many at once; `seen` as in DecisionForm."""

    reason = TextField(N_("Reason"), [AtMost(LONGEST)])
    seen = TextField()


def _points(criterion: Criterion) -> RadioField:
    return RadioField(
        CRITERIA[criterion],
        [Needed(N_("Give 0 to 4 points for each criterion.")), OneOf()],
        choices=offer((str(n), str(n)) for n in range(MOST_POINTS + 1)),
        validate_choice=False,
    )


class AssessForm(VersionedForm, Form):
    """What one assessor gives: 0 to 4 by criterion."""

    function = _points(Criterion.FUNCTION)
    influence = _points(Criterion.INFLUENCE)
    motivation = _points(Criterion.MOTIVATION)
    use = _points(Criterion.USE)
    remark = TextField(N_("Remark, for the other assessor and the registrar"), [AtMost(LONGEST)])

    @property
    def criteria(self) -> list[RadioField]:
        return [self.function, self.influence, self.motivation, self.use]

    def values(self) -> Given:
        points = {criterion: int(self[criterion].data) for criterion in Criterion}
        return Given(points=points, remark=self.remark.data or "")
