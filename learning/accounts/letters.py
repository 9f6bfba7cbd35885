"""The letters of accounts."""

from learning.kit.i18n import N_, I18n
from learning.mail.letters import Letter, LetterWriter, Params

IF_NOT_YOU = N_(
    "If this was not you, set a new password at once and look at the list of your devices."
)


def sign_up(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("Confirm your address"),
        lines=[i18n.gettext("Somebody, probably you, wants to sign up with this address.")],
        button=i18n.gettext("Confirm my address"),
        path=_path(i18n, params),
        after=[
            i18n.gettext("The link works once, within a day. If it was not you, do nothing."),
        ],
    )


def known(i18n: I18n, _params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("You have an account already"),
        lines=[
            i18n.gettext("Somebody, probably you, wanted to sign up with this address."),
            i18n.gettext("There is an account with it, so nothing was changed."),
        ],
        button=i18n.gettext("Sign in, or set a new password"),
        path=f"/{i18n.language}/account/sign-in",
    )


def reset(i18n: I18n, params: Params) -> Letter:
    return Letter(
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


def password_changed(i18n: I18n, _params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("Your password was changed"),
        lines=[
            i18n.gettext("Your password was changed, and every device has to sign in again."),
            i18n.gettext(IF_NOT_YOU),
        ],
        button=i18n.gettext("Set a new password"),
        path=f"/{i18n.language}/account/forgotten",
    )


def new_address(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("Confirm your new address"),
        lines=[i18n.gettext("You asked to use this address from now on.")],
        button=i18n.gettext("Confirm my address"),
        path=_path(i18n, params),
        after=[i18n.gettext("The link works once, within a day. If it was not you, do nothing.")],
    )


def address_changing(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("Your address is about to change"),
        lines=[
            i18n.gettext("Somebody, probably you, wants to use %(address)s for this account.")
            % {"address": params["address"]},
            i18n.gettext(IF_NOT_YOU),
        ],
        button=i18n.gettext("Set a new password"),
        path=f"/{i18n.language}/account/forgotten",
    )


def address_changed(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("Your address was changed"),
        lines=[
            i18n.gettext("This account now uses %(address)s. No more e-mails come here.")
            % {"address": params["address"]},
            i18n.gettext("If this was not you, answer this e-mail."),
        ],
    )


def invitation(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("You are invited"),
        lines=[
            i18n.gettext("An account is ready for you on the platform of the course."),
            i18n.gettext("Choose a password, and you can begin."),
        ],
        button=i18n.gettext("Choose my password"),
        path=_path(i18n, params),
        after=[i18n.gettext("The link works once, within two weeks.")],
    )


def new_device(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("A new device signed in"),
        lines=[
            i18n.gettext("Somebody, probably you, signed in with %(device)s.")
            % {"device": params["device"] or i18n.gettext("Unknown device")},
            i18n.gettext(IF_NOT_YOU),
        ],
        button=i18n.gettext("Where I am signed in"),
        path=f"/{i18n.language}/account/devices",
    )


def second_factor(i18n: I18n, params: Params) -> Letter:
    if params["on"]:
        what = i18n.gettext("Signing in to your account now also takes a code from your phone.")
    else:
        what = i18n.gettext("Signing in to your account does not take a code any more.")
    return Letter(
        subject=i18n.gettext("Your second step was changed"),
        lines=[
            what,
            i18n.gettext("Your other devices have to sign in again."),
            i18n.gettext(IF_NOT_YOU),
        ],
        button=i18n.gettext("Look at my security"),
        path=f"/{i18n.language}/account/security",
    )


def _path(i18n: I18n, params: Params) -> str:
    return f"/{i18n.language}{params['path']}"


WRITERS: dict[str, LetterWriter] = {
    "accounts.sign-up": sign_up,
    "accounts.known": known,
    "accounts.reset": reset,
    "accounts.password-changed": password_changed,
    "accounts.new-address": new_address,
    "accounts.address-changing": address_changing,
    "accounts.address-changed": address_changed,
    "accounts.invitation": invitation,
    "accounts.new-device": new_device,
    "accounts.second-factor": second_factor,
}
