"""Forms of administration."""

from wtforms import HiddenField, SelectField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.access.permissions import EDITION_ROLES, SITE_ROLES, Role
from learning.accounts.actions import NewPerson
from learning.accounts.corrections import AccountDetails
from learning.accounts.forms import email_field, name_field
from learning.accounts.models import Person
from learning.admin.labels import ROLE_LABELS
from learning.kit.forms import (
    AnyOf,
    CreateForm,
    Form,
    MaxLength,
    Required,
    SingleLineField,
    language_field,
    with_empty_choice,
)
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.versions import VersionedForm, version_number

CHOOSE_ROLE = N_("Choose a role.")
ASSIGNABLE_ROLES = sorted((SITE_ROLES | EDITION_ROLES) - {Role.PARTICIPANT})
"""The roles that staff give; participants have theirs from their enrolment."""


REASON_REQUIRED = Required(N_("Say why; it is kept in the audit trail."))


class AccountForm(Form):
    """The reason for a decision about an account; stored in the audit trail.

    `version` is that of the account's credentials when the page was rendered.
    """

    reason = SingleLineField(N_("Reason"), [REASON_REQUIRED, MaxLength(300)], id="why")
    version = HiddenField()

    @property
    def known_version(self) -> int:
        """Return the version of the page, an impossible one if it is unreadable."""
        return version_number(self.version.data)


class RoleForm(Form):
    """A role for a person, and the reason; stored in the audit trail."""

    reason = SingleLineField(N_("Reason"), [REASON_REQUIRED, MaxLength(300)])
    role = SelectField(
        N_("Role"),
        [Required(CHOOSE_ROLE), AnyOf()],
        choices=lambda: with_empty_choice(
            ((str(role), current_i18n().gettext(ROLE_LABELS[role])) for role in ASSIGNABLE_ROLES),
            CHOOSE_ROLE,
        ),
        validate_choice=False,
    )
    edition = SelectField(N_("In the edition"), choices=[], validate_choice=False)

    def validate_edition(self, field: Field) -> None:
        of_edition = self.role.data in {str(role) for role in EDITION_ROLES}
        offered = {value for value, *_ in self.edition.iter_choices()}
        if of_edition and (not field.data or field.data not in offered):
            raise ValidationError(field.gettext(N_("Choose the edition that this role is for.")))


class CorrectionForm(VersionedForm, Form):
    """What staff correct in an account, and why."""

    never_filled = frozenset({"reason"})

    name = name_field()
    email = email_field(required=N_("Write the e-mail address."))
    institution = SingleLineField(N_("Institution"), [MaxLength(200)])
    reason = SingleLineField(
        N_("Reason"), [REASON_REQUIRED, MaxLength(300)], id="correction-reason"
    )

    @classmethod
    def of(cls, person: Person) -> "CorrectionForm":
        """Return the form with what is stored."""
        return cls(
            data={"name": person.name, "email": person.email, "institution": person.institution}
        )

    def values(self) -> AccountDetails:
        return AccountDetails(
            name=self.name.data or "",
            email=self.email.data or "",
            institution=self.institution.data or "",
        )


class InviteForm(CreateForm, RoleForm):
    name = name_field()
    email = email_field()
    language = language_field()

    def values(self) -> NewPerson:
        return NewPerson(
            email=self.email.data or "", name=self.name.data or "", language=self.language.data
        )
