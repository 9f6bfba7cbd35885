"""The e-mails of administration."""

from learning.kit.i18n import I18n
from learning.mail.emails import EmailContent, EmailTemplate, Params


def audit_anchor(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Seal of the audit trail"),
        lines=[
            i18n.gettext("The audit trail has %(count)s sealed rows. The seal of the last one is:")
            % {"count": i18n.number(params["number"])},
            params["hash"],
            i18n.gettext(
                "Keep this e-mail. It shows whether rows were removed or rewritten since. On the "
                "server, type:"
            ),
            f"learning verify-audit --anchor {params['number']}:{params['hash']}",
        ],
    )


EMAILS: dict[str, EmailTemplate] = {"admin.audit-anchor": audit_anchor}
