"""The e-mails of accounts."""

from learning.kit.i18n import N_, I18n
from learning.mail.emails import EmailContent, EmailTemplate, Params

CORRECTED_FIELDS = {
    "name": N_("Name"),
    "email": N_("E-mail address"),
    "institution": N_("Institution"),
}
IF_NOT_YOU = N_(
    "If this was not you, set a new password at once and look at the list of your devices."
)


def sign_up(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Confirm your address"),
        lines=[
            i18n.gettext("Somebody, probably you, wants to create an account with this address.")
        ],
        button=i18n.gettext("Confirm my address"),
        path=_path(i18n, params),
        after=[
            i18n.gettext("The link works once, within a day. If it was not you, do nothing."),
        ],
    )


def account_exists(i18n: I18n, _params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("You have an account already"),
        lines=[
            i18n.gettext("Somebody, probably you, wanted to create an account with this address."),
            i18n.gettext("There is an account with it, so nothing was changed."),
        ],
        button=i18n.gettext("Sign in, or set a new password"),
        path=f"/{i18n.language}/account/sign-in",
    )


def reset(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Set a new password"),
        lines=[i18n.gettext("Somebody, probably you, has forgotten the password of this account.")],
        button=i18n.gettext("Set a new password"),
        path=_path(i18n, params),
        after=[
            i18n.gettext(
                "The link works once, within half an hour. If it was not you, do nothing: "
                "your password stays as it is."
            )
        ],
    )


def password_changed(i18n: I18n, _params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Your password was changed"),
        lines=[
            i18n.gettext("Your password was changed, and every device has to sign in again."),
            i18n.gettext(IF_NOT_YOU),
        ],
        button=i18n.gettext("Set a new password"),
        path=f"/{i18n.language}/account/password-reset",
    )


def email_change(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Confirm your new address"),
        lines=[
            i18n.gettext("The training centre has noted this as the new address of your account.")
            if params.get("by_staff")
            else i18n.gettext("You asked to use this address from now on.")
        ],
        button=i18n.gettext("Confirm my address"),
        path=_path(i18n, params),
        after=[i18n.gettext("The link works once, within a day. If it was not you, do nothing.")],
    )


def email_changing(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Your address is about to change"),
        lines=[
            (
                i18n.gettext("The training centre has noted %(address)s as your new address.")
                if params.get("by_staff")
                else i18n.gettext(
                    "Somebody, probably you, wants to use %(address)s for this account."
                )
            )
            % {"address": params["address"]},
            i18n.gettext(IF_NOT_YOU),
        ],
        button=i18n.gettext("Set a new password"),
        path=f"/{i18n.language}/account/password-reset",
    )


def corrected(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Your account was corrected"),
        lines=[
            i18n.gettext("The training centre has corrected your account:"),
            *(_correction(i18n, **change) for change in params["changes"]),
            i18n.gettext("If that is not right, change it in your profile or answer this e-mail."),
        ],
        button=i18n.gettext("Open my profile"),
        path=f"/{i18n.language}/account/profile",
    )


def email_changed(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Your address was changed"),
        lines=[
            i18n.gettext("This account now uses %(address)s. No more e-mails come here.")
            % {"address": params["address"]},
            i18n.gettext("If this was not you, answer this e-mail."),
        ],
    )


def _correction(i18n: I18n, field: str, before: str, after: str) -> str:
    name = CORRECTED_FIELDS[field]
    words = {"field": i18n.gettext(name), "before": before or "–", "after": after or "–"}
    return i18n.gettext("%(field)s: “%(before)s” is now “%(after)s”.") % words


def invitation(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("You are invited"),
        lines=[
            i18n.gettext("An account is ready for you on the platform of the course."),
            i18n.gettext("Choose a password, and you can begin."),
        ],
        button=i18n.gettext("Choose my password"),
        path=_path(i18n, params),
        after=[i18n.gettext("The link works once, within two weeks.")],
    )


def new_device(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("A new device signed in"),
        lines=[
            i18n.gettext("Somebody, probably you, signed in with %(device)s.")
            % {"device": params["device"] or i18n.gettext("Unknown device")},
            i18n.gettext(IF_NOT_YOU),
        ],
        button=i18n.gettext("Where I am signed in"),
        path=f"/{i18n.language}/account/devices",
    )


def two_factor(i18n: I18n, params: Params) -> EmailContent:
    if params["on"]:
        what = i18n.gettext("Signing in to your account now also takes a code from your phone.")
    else:
        what = i18n.gettext("Signing in to your account does not take a code any more.")
    return EmailContent(
        subject=i18n.gettext("Your two-step verification was changed"),
        lines=[
            what,
            i18n.gettext("Your other devices have to sign in again."),
            i18n.gettext(IF_NOT_YOU),
        ],
        button=i18n.gettext("Check my account security"),
        path=f"/{i18n.language}/account/security",
    )


def data_deleted(i18n: I18n, _params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Your account and your data are being deleted"),
        lines=[
            i18n.gettext("As requested, we are deleting your account and your personal data."),
            i18n.gettext(
                "We keep only what we must: what was agreed about fees, and records that name you "
                "by a number."
            ),
            i18n.gettext("You can no longer sign in, and this is the last e-mail from us."),
        ],
        after=[i18n.gettext("If you did not ask for this, answer this e-mail at once.")],
    )


def _path(i18n: I18n, params: Params) -> str:
    return f"/{i18n.language}{params['path']}"


EMAILS: dict[str, EmailTemplate] = {
    "accounts.sign-up": sign_up,
    "accounts.account-exists": account_exists,
    "accounts.reset": reset,
    "accounts.password-changed": password_changed,
    "accounts.email-change": email_change,
    "accounts.email-changing": email_changing,
    "accounts.email-changed": email_changed,
    "accounts.corrected": corrected,
    "accounts.invitation": invitation,
    "accounts.new-device": new_device,
    "accounts.two-factor": two_factor,
    "accounts.data-deleted": data_deleted,
}
