"""The letters of administration."""

from learning.kit.i18n import I18n
from learning.mail.letters import Letter, LetterWriter, Params


def audit_anchor(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("Seal of the audit trail"),
        lines=[
            i18n.gettext("The audit trail has %(count)s sealed rows. The seal of the last one is:")
            % {"count": i18n.number(params["number"])},
            params["hash"],
            i18n.gettext(
                "Keep this e-mail. With it anybody can find out whether rows were cut off or "
                "written anew since. On the server, type:"
            ),
            f"learning audit --anchor {params['number']}:{params['hash']}",
        ],
    )


WRITERS: dict[str, LetterWriter] = {"admin.audit-anchor": audit_anchor}
