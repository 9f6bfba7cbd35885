"""Forms of accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, PasswordField
from wtforms import Form as WTForm
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.accounts import passwords
from learning.accounts.actions import Profile
from learning.kit.email_addresses import (
    EMAIL_FAULTS,
    EmailFault,
    email_fault,
    is_email,
    normal_email,
)
from learning.kit.forms import AtMost, Form, LineField, Needed, language_field, zone_field
from learning.kit.i18n import N_
from learning.kit.names import PlainName
from learning.kit.versions import VersionedForm


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What somebody signs in with."""

    email: str
    password: str
    shared: bool


class IsEmail:
    """An address that mail can be sent to, or the reason why it is none."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Field) -> None:
        fault = email_fault(field.data or "")
        if fault:
            raise ValidationError(field.gettext(EMAIL_FAULTS[fault]))


class LooksLikeEmail:
    """Something around an @: an address that is looked for may be older than our rules."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Field) -> None:
        local, _, domain = (field.data or "").rpartition("@")
        if not (local and domain):
            raise ValidationError(field.gettext(EMAIL_FAULTS[EmailFault.INCOMPLETE]))


class EmailField(LineField):
    """An address in its normal form; what is none stays as it was typed."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data and is_email(self.data):
            self.data = normal_email(self.data)


def email_field(
    label: str = N_("E-mail address"), needed: str = N_("Write your e-mail address.")
) -> EmailField:
    """Return a field for an address that mail will be sent to."""
    return EmailField(label, [Needed(needed), IsEmail()])


def known_email_field() -> EmailField:
    """Return a field for an address that is looked for."""
    return EmailField(
        N_("E-mail address"),
        [Needed(N_("Write your e-mail address.")), AtMost(254), LooksLikeEmail()],
    )


def name_field() -> LineField:
    return LineField(
        N_("Name shown to others"),
        [Needed(N_("Write the name that others will see.")), AtMost(120), PlainName()],
    )


class SignInForm(Form):
    email = known_email_field()
    password = PasswordField(N_("Password"), [Needed(N_("Write your password."))])
    shared = BooleanField(N_("Other people use this device"))

    def values(self) -> Credentials:
        return Credentials(
            email=self.email.data or "",
            password=self.password.data or "",
            shared=bool(self.shared.data),
        )


class CodeForm(Form):
    """The second step of signing in."""

    code = LineField(
        N_("Code from your phone, or a recovery code"), [Needed(N_("Write the code."))]
    )


class PasswordForm(Form):
    """The password once more, before something that matters."""

    password = PasswordField(N_("Password"), [Needed(N_("Write your password."))])


class NewPasswordForm(Form):
    """A new password, shown to whoever writes it, so that it need not be written twice."""

    password = PasswordField(N_("New password"), [Needed(N_("Write the new password."))])

    def check(self, *about: str) -> bool:
        """Whether the password will do for somebody of whom this is known: name, address."""
        if not self.validate():
            return False
        fault = passwords.fault_of(self.password.data or "", *about)
        if fault:
            self.refuse(fault)
        return fault is None


class AddressForm(Form):
    """A new address."""

    email = email_field()


class ResetForm(Form):
    """The address of an account whose password is forgotten."""

    email = known_email_field()


class SignUpForm(Form):
    """Who wants to join; the password waits until the address is proven."""

    name = name_field()
    email = email_field()


class FirstPasswordForm(NewPasswordForm):
    """What the owner of a proven address chooses; somebody else may have typed the name."""

    name = name_field()


class ProfileForm(VersionedForm, Form):
    name = name_field()
    language = language_field()
    zone = zone_field()
    institution = LineField(N_("Institution"), [AtMost(200)])

    def values(self) -> Profile:
        return Profile(
            name=self.name.data or "",
            language=self.language.data,
            zone=self.zone.data,
            institution=self.institution.data or "",
        )
