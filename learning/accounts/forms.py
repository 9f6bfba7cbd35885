"""Forms of accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wtforms import BooleanField, PasswordField
from wtforms import Form as WTForm
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.accounts import passwords, rules
from learning.accounts.profiles import Profile
from learning.kit.email_addresses import (
    EMAIL_ISSUES,
    EmailIssue,
    email_issue,
    is_email,
    normal_email,
)
from learning.kit.forms import (
    CheckboxesField,
    Form,
    MaxLength,
    PlainName,
    Required,
    SingleLineField,
    language_field,
    select_choices,
    time_zone_field,
)
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.versions import VersionedForm

SHARED_DEVICE = N_("Other people use this device")
PRINTED_NAME_MESSAGE = N_("Write the name in letters, without the signs <, > and &.")


@dataclass(frozen=True, kw_only=True)
class SignInData:
    """The e-mail address and the password of a sign-in."""

    email: str
    password: str
    shared: bool


class EmailAddress:
    """Validates an address that mail can be sent to."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Field) -> None:
        issue = email_issue(field.data or "")
        if issue:
            raise ValidationError(field.gettext(EMAIL_ISSUES[issue]))


class ContainsAt:
    """Requires text around an @; a stored address may be older than today's rules."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Field) -> None:
        local, _, domain = (field.data or "").rpartition("@")
        if not (local and domain):
            raise ValidationError(field.gettext(EMAIL_ISSUES[EmailIssue.INCOMPLETE]))


class EmailField(SingleLineField):
    """An address in its normal form; invalid input stays as it was typed."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data and is_email(self.data):
            self.data = normal_email(self.data)


def email_field(
    label: str = N_("E-mail address"),
    required: str = N_("Write your e-mail address."),
    id: str | None = None,  # noqa: A002 WTForms has it
) -> EmailField:
    """Return a field for an address that mail is sent to."""
    return EmailField(label, [Required(required), EmailAddress()], id=id)


def known_email_field() -> EmailField:
    """Return a field for an address that is looked up."""
    return EmailField(
        N_("E-mail address"),
        [Required(N_("Write your e-mail address.")), MaxLength(254), ContainsAt()],
    )


def name_field(
    label: str = N_("Name shown to others"),
    required: str = N_("Write the name that others will see."),
    id: str | None = None,  # noqa: A002 WTForms has it
) -> SingleLineField:
    return SingleLineField(label, [Required(required), MaxLength(120), PlainName()], id=id)


class SignInForm(Form):
    email = known_email_field()
    password = PasswordField(N_("Password"), [Required(N_("Write your password."))])
    shared = BooleanField(SHARED_DEVICE)

    def values(self) -> SignInData:
        return SignInData(
            email=self.email.data or "",
            password=self.password.data or "",
            shared=bool(self.shared.data),
        )


class CodeForm(Form):
    """The code of two-factor authentication."""

    code = SingleLineField(
        N_("Code from your phone, or a recovery code"), [Required(N_("Write the code."))]
    )


class PasswordForm(Form):
    """The password once more, before a sensitive change."""

    password = PasswordField(N_("Password"), [Required(N_("Write your password."))])


class NewPasswordForm(Form):
    """A new password; it can be shown, so it is typed once."""

    password = PasswordField(N_("New password"), [Required(N_("Write the new password."))])

    def check(self, *about: str) -> bool:
        """Whether the password is strong enough for a person with this name and address."""
        if not self.validate():
            return False
        error = passwords.password_error(self.password.data or "", *about)
        if error:
            self.add_error(error)
        return error is None


class EmailForm(Form):
    """A new address."""

    email = email_field()


class ResetForm(Form):
    """The address of an account whose password is forgotten."""

    email = known_email_field()


class SignUpForm(Form):
    """A sign-up; the password is chosen once the address is confirmed.

    It may stand on one page with the form for signing in, so its ids are its own.
    """

    name = name_field(id="new-name")
    email = email_field(id="new-email")


class FirstPasswordForm(NewPasswordForm):
    """Name and password, chosen by the owner of a confirmed address.

    Another person may have typed the name.
    """

    name = name_field()
    shared = BooleanField(SHARED_DEVICE)


class Printable:
    """A name that can be printed as it is, if there is one."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Field) -> None:
        if field.data and not rules.can_be_printed(field.data):
            raise ValidationError(field.gettext(PRINTED_NAME_MESSAGE))


class ProfileForm(VersionedForm, Form):
    name = name_field()
    certificate_name = SingleLineField(
        N_("Name on certificates"), [MaxLength(120), PlainName(), Printable()]
    )
    language = language_field()
    reading_languages = CheckboxesField(N_("Languages you read"), select_choices(LANGUAGES.items()))
    zone = time_zone_field()
    institution = SingleLineField(N_("Institution"), [MaxLength(200)])
    public_profile = BooleanField(N_("Show my name on the public pages of the courses I teach"))

    @classmethod
    def of(cls, profile: Profile) -> "ProfileForm":
        """Return the form with what is stored."""
        return cls(data=asdict(profile))

    def values(self) -> Profile:
        return Profile(
            name=self.name.data or "",
            language=self.language.data,
            zone=self.zone.data,
            institution=self.institution.data or "",
            certificate_name=self.certificate_name.data or "",
            reading_languages=self.reading_languages.data or (),
            public_profile=bool(self.public_profile.data),
        )
