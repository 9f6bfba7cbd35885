"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "account closed": N_("account closed"),
    "account corrected": N_("account corrected"),
    "account reopened": N_("account reopened"),
    "email change requested": N_("change of address asked for"),
    "email changed": N_("address changed"),
    "email confirmed": N_("address confirmed"),
    "invited": N_("invited"),
    "page viewed in impersonation": N_("page viewed as somebody else"),
    "password changed": N_("password changed"),
    "person added": N_("person added"),
    "personal data deleted": N_("personal data deleted"),
    "personal data exported": N_("personal data exported"),
    "profile changed": N_("profile changed"),
    "recovery code used": N_("recovery code used"),
    "recovery codes created": N_("recovery codes created"),
    "role granted": N_("role assigned"),
    "role revoked": N_("role revoked"),
    "two-factor disabled": N_("two-step verification turned off"),
    "two-factor enabled": N_("two-step verification turned on"),
    "impersonation ended": N_("viewing as this person ended"),
    "impersonation started": N_("an administrator began to view pages as this person"),
    "signed in": N_("signed in"),
    "signed out elsewhere": N_("signed out on other devices"),
    "signed out": N_("signed out"),
}
