"""The e-mail about a change of the centre's bank data: proposed, confirmed, refused, withdrawn."""

from learning.bank_formats.accounts import grouped
from learning.fees.centre_labels import CENTRE_LABELS
from learning.fees.rules.bank_data import ProposalState
from learning.kit.i18n import N_, I18n
from learning.mail.emails import EmailContent, EmailTemplate, Params

SUBJECTS = {
    ProposalState.OPEN: N_("Bank data of the Centre: a change waits for a second person"),
    ProposalState.CONFIRMED: N_("Bank data of the Centre: the change holds"),
    ProposalState.REFUSED: N_("Bank data of the Centre: the change is refused"),
    ProposalState.WITHDRAWN: N_("Bank data of the Centre: the change is withdrawn"),
}
SENTENCES = {
    ProposalState.OPEN: N_("%(name)s proposes other bank data for the Centre:"),
    ProposalState.CONFIRMED: N_("%(name)s has confirmed other bank data for the Centre:"),
    ProposalState.REFUSED: N_("%(name)s has refused other bank data for the Centre:"),
    ProposalState.WITHDRAWN: N_("%(name)s has withdrawn a proposal of other bank data:"),
}
EFFECTS = {
    ProposalState.OPEN: N_(
        "Until a second person confirms it, invoices, reminders and refunds keep the present data."
    ),
    ProposalState.CONFIRMED: N_(
        "From now on, invoices, reminders and refunds have the new data. If you did not expect "
        "this, tell your colleagues today, by telephone."
    ),
    ProposalState.REFUSED: N_("Nothing changes."),
    ProposalState.WITHDRAWN: N_("Nothing changes."),
}


def bank_data(i18n: I18n, params: Params) -> EmailContent:
    """Return the e-mail; what changes is in it in full: it has to be compared."""
    state, before, after = ProposalState(params["state"]), params["old"], params["new"]
    changes = [
        i18n.label_and_text(
            i18n.gettext(CENTRE_LABELS[name]), f"{_shown(name, before)} → {_shown(name, after)}"
        )
        for name in after
        if before[name] != after[name]
    ]
    return EmailContent(
        subject=i18n.gettext(SUBJECTS[state]),
        lines=[
            i18n.gettext(SENTENCES[state]) % {"name": params["by"]},
            *changes,
            i18n.gettext(EFFECTS[state]),
        ],
        button=i18n.gettext("See the details of the Centre"),
        path=f"/{i18n.language}/staff/money/centre",
    )


def _shown(name: str, values: Params) -> str:
    return (grouped(values[name]) if name == "iban" else values[name]) or "–"


EMAILS: dict[str, EmailTemplate] = {"fees.bank-data": bank_data}
