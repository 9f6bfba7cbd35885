"""Several suggestions at once: those that a person has ticked on the list."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands.matching_selection import (
    MAX_ENTRIES,
    ShownEntry,
    confirm_selection,
)
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.entries import seal_of
from learning.fees.pages.staff.payment_forms import ConfirmForm
from learning.fees.queries.matching import open_candidates, suggestions_for
from learning.fees.statement_models import BankEntry, EntryState
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import message_of
from learning.kit.time import now
from learning.kit.versions import version_number

PARTS = 3  # of what is sent of an entry: uid, version, seal


@bp.post("/entries/confirm", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def confirm_ticked() -> ResponseReturnValue:
    """Match the ticked entries as suggested, and say what became of each."""
    form, words = ConfirmForm(request.form), current_i18n()
    ticked = _ticked()
    if not form.validate() or not ticked:
        message = form.error_list[0][1] if form.error_list else words.gettext(N_("Tick an entry."))
        flash(message)
        return redirect(url_for("money.show_entries"), 303)
    waiting = [each for each, _, _ in ticked if each.state is EntryState.UNMATCHED]
    suggestions = suggestions_for(waiting, open_candidates(db()))
    shown = [
        ShownEntry(
            entry=entry,
            version=version,
            is_same=entry.id in suggestions and seal_of(suggestions[entry.id]) == seal,
        )
        for entry, version, seal in ticked
    ]
    results = confirm_selection(db(), shown, suggestions, by=current_person_id(), now=now())
    done = sum(each.violation is None for each in results)
    text = words.ngettext("%(num)s entry is matched.", "%(num)s entries are matched.", done)
    flash(text % {"num": words.number(done)})
    for each in results:
        if each.violation is not None:
            name = each.entry.counterparty or words.gettext(N_("Name not passed on"))
            flash(f"{name}: {message_of(each.violation)}")
    return redirect(url_for("money.show_entries"), 303)


def _ticked() -> list[tuple[BankEntry, int, str]]:
    """Return what was ticked, as entry, version and seal: at most `MAX_ENTRIES`, each once."""
    parts = [each.split() for each in request.form.getlist("entry")]
    sent = {each[0]: (version_number(each[1]), each[2]) for each in parts if len(each) == PARTS}
    uids = list(sent)[:MAX_ENTRIES]
    rows = db().scalars(select(BankEntry).where(BankEntry.uid.in_(uids)).order_by(BankEntry.id))
    return [(each, *sent[each.uid]) for each in rows]
