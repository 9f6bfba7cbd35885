"""Forms of the house."""

from wtforms import HiddenField, SelectField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.access.permissions import EDITION_ROLES, SITE_ROLES, Role
from learning.accounts.actions import NewPerson
from learning.accounts.forms import email_field, name_field
from learning.admin.words import ROLES
from learning.kit.forms import (
    AtMost,
    CreatingForm,
    LineField,
    Needed,
    OneOf,
    language_field,
    unchosen,
)
from learning.kit.i18n import N_
from learning.kit.languages import current

CHOOSE_ROLE = N_("Choose a role.")
GIVEN = sorted((SITE_ROLES | EDITION_ROLES) - {Role.PARTICIPANT})  # places make participants


NEEDED = Needed(N_("Say why; it is kept in the audit trail."))


class AccountForm(CreatingForm):
    """Why something is done to somebody's account; kept in the trail.

    `version` is that of the account's credentials when the page was made.
    """

    reason = LineField(N_("Reason"), [NEEDED, AtMost(300)], id="why")
    version = HiddenField()


class RoleForm(CreatingForm):
    """A role for somebody, and why; kept in the trail."""

    reason = LineField(N_("Reason"), [NEEDED, AtMost(300)])
    role = SelectField(
        N_("Role"),
        [Needed(CHOOSE_ROLE), OneOf()],
        choices=lambda: unchosen(
            ((str(role), current().gettext(ROLES[role])) for role in GIVEN), CHOOSE_ROLE
        ),
        validate_choice=False,
    )
    edition = SelectField(N_("In the edition"), choices=[], validate_choice=False)

    def validate_edition(self, field: Field) -> None:
        of_edition = self.role.data in {str(role) for role in EDITION_ROLES}
        offered = {value for value, *_ in self.edition.iter_choices()}
        if of_edition and (not field.data or field.data not in offered):
            raise ValidationError(field.gettext(N_("Choose the edition that this role is for.")))


class InviteForm(RoleForm):
    name = name_field()
    email = email_field()
    language = language_field()

    def values(self) -> NewPerson:
        return NewPerson(
            email=self.email.data or "", name=self.name.data or "", language=self.language.data
        )
