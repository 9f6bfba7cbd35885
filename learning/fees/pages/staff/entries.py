"""Entries of the bank: those that match nothing yet, with suggestions; one entry and its way."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.bank_formats.accounts import masked_iban
from learning.fees import limits
from learning.fees.commands import matching
from learning.fees.commands.matching import MatchAction
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.payment_forms import (
    AssignForm,
    ConfirmForm,
    PayoutForm,
    ReasonForm,
    SuggestionForm,
)
from learning.fees.payment_models import Payment
from learning.fees.problems import MatchProblem
from learning.fees.queries.accounts import account_uids
from learning.fees.queries.card_payments import holds_cards, payout_of
from learning.fees.queries.matching import (
    entries_in,
    entry_by_uid,
    numbered_candidates,
    open_candidates,
    payments_of_entry,
    receipt_of,
    suggestions_for,
)
from learning.fees.rules.matching import Suggestion, same_amount, shares_of
from learning.fees.statement_models import BankEntry, EntryState
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.pages import Page, render_page
from learning.kit.time import now

ROWS = 200  # entries on the list; those booked last


@dataclass(frozen=True, kw_only=True)
class EntriesPage(Page):
    """The list; `suggestions` by the id of the entry, `accounts` uids by the id of the account.

    `forms` confirm a suggestion, by the id of the entry; none for a reader who may not.
    """

    template: ClassVar[str] = "fees/entries.html"

    entries: Sequence[BankEntry]
    ignored: bool
    suggestions: Mapping[int, Suggestion]
    accounts: Mapping[int, str]
    same_amounts: Mapping[int, int]
    forms: Mapping[int, SuggestionForm]
    selection: ConfirmForm | None

    def difference(self, entry: BankEntry) -> Money:
        """Return what a suggestion leaves over or open, without its sign."""
        return Money(abs(self.suggestions[entry.id].difference), entry.amount.currency)


@dataclass(frozen=True, kw_only=True)
class EntryPage(Page):
    """One entry; the forms are None for a reader who may not use them, or in another state."""

    template: ClassVar[str] = "fees/entry.html"

    entry: BankEntry
    suggestion: Suggestion | None
    seal: str
    payments: Sequence[Payment]
    accounts: Mapping[int, str]
    confirm: SuggestionForm | None
    assign: AssignForm | None
    payout: PayoutForm | None
    ignore: ReasonForm | None
    undo: SuggestionForm | None
    is_payout: bool

    @property
    def masked_iban(self) -> str:
        """The account of the payer, masked as on every page."""
        return masked_iban(self.entry.counterparty_iban)


@bp.get("/entries/", needs=Permission.READ_FINANCES)
def show_entries() -> ResponseReturnValue:
    ignored = request.args.get("state") == EntryState.IGNORED
    state = EntryState.IGNORED if ignored else EntryState.UNMATCHED
    entries, pool = entries_in(db(), state, limit=ROWS), open_candidates(db())
    suggestions = {} if ignored else suggestions_for(entries, pool)
    ids = {each.account_id for one in suggestions.values() for each in one.invoices}
    may_confirm = current_actor().may(Permission.MANAGE_FINANCES)
    page = EntriesPage(
        entries=sorted(entries, key=lambda each: each.id not in suggestions),
        ignored=ignored,
        suggestions=suggestions,
        accounts=account_uids(db(), ids),
        same_amounts={each.id: same_amount(receipt_of(each), pool) for each in entries},
        selection=ConfirmForm() if may_confirm else None,
        forms={
            each.id: _suggestion_form(each, suggestions[each.id])
            for each in entries
            if may_confirm and each.id in suggestions and suggestions[each.id].shares
        },
    )
    return render_page(page)


@bp.get("/entries/<entry_uid>", needs=Permission.READ_FINANCES)
def show_entry(entry_uid: str) -> ResponseReturnValue:
    return render_page(_page(_entry(entry_uid)))


@bp.post("/entries/<entry_uid>/confirm", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def confirm_suggestion(entry_uid: str) -> ResponseReturnValue:
    """Record what was suggested, if the suggestion is still the one that was shown."""
    entry, form = _entry(entry_uid), SuggestionForm(request.form)
    suggestion = _suggestion(entry)
    if not form.validate():
        return render_page(_page(entry, confirm=form)), 422
    if suggestion is None or form.seal.data != seal_of(suggestion):
        raise RuleViolation(MatchProblem.DECIDED)
    matching.assign_entry(db(), entry, suggestion.shares, _action(form.known_version))
    return _done(N_("The entry is matched."))


@bp.post("/entries/<entry_uid>/assign", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def assign(entry_uid: str) -> ResponseReturnValue:
    """Record the entry for the invoices whose numbers a person typed."""
    entry, form = _entry(entry_uid), AssignForm(request.form)
    if not form.validate():
        return render_page(_page(entry, assign=form)), 422
    candidates = numbered_candidates(db(), form.numbers.data or "")
    if not candidates:
        raise RuleViolation(MatchProblem.NOT_FOUND, field="numbers")
    shares = shares_of(receipt_of(entry), candidates)
    matching.assign_entry(db(), entry, shares, _action(form.known_version))
    return _done(N_("The entry is matched."))


@bp.post("/entries/<entry_uid>/payout", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def record_payout(entry_uid: str) -> ResponseReturnValue:
    """Record the entry as a payout of the card provider."""
    entry, form = _entry(entry_uid), PayoutForm(request.form)
    if not form.validate():
        return render_page(_page(entry, payout=form)), 422
    charge = Money(form.charge.data.minor, entry.amount.currency)
    matching.match_payout(db(), entry, charge, _action(form.known_version))
    return _done(N_("The entry is matched."))


@bp.post("/entries/<entry_uid>/ignore", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def ignore(entry_uid: str) -> ResponseReturnValue:
    """Say that the entry is not about fees, with the reason."""
    entry, form = _entry(entry_uid), ReasonForm(request.form)
    if not form.validate():
        return render_page(_page(entry, ignore=form)), 422
    matching.ignore_entry(db(), entry, form.reason.data or "", _action(form.known_version))
    return _done(N_("The entry is put aside."))


@bp.post("/entries/<entry_uid>/undo", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def undo(entry_uid: str) -> ResponseReturnValue:
    """Take back what was decided about the entry."""
    entry, form = _entry(entry_uid), SuggestionForm(request.form)
    if not form.validate():
        return render_page(_page(entry)), 422
    matching.undo_match(db(), entry, _action(form.known_version))
    flash(current_i18n().gettext(N_("Undone: the entry waits again.")))
    return redirect(url_for("money.show_entry", entry_uid=entry.uid), 303)


def seal_of(suggestion: Suggestion) -> str:
    """Return what names a suggestion as it is now: another one is not confirmed by an old page."""
    return hashlib.sha256(repr(suggestion.shares).encode()).hexdigest()[:16]


def _suggestion_form(entry: BankEntry, suggestion: Suggestion) -> SuggestionForm:
    """Return the form that confirms a suggestion as it is now."""
    return SuggestionForm(data={"version": str(entry.version), "seal": seal_of(suggestion)})


def _entry(uid: str) -> BankEntry:
    return entry_by_uid(db(), uid) or abort(404)


def _suggestion(entry: BankEntry) -> Suggestion | None:
    if entry.state is not EntryState.UNMATCHED:
        return None
    return suggestions_for([entry], open_candidates(db())).get(entry.id)


def _action(version: int) -> MatchAction:
    return MatchAction(by=current_person_id(), now=now(), version=version)


def _done(message: str) -> ResponseReturnValue:
    flash(current_i18n().gettext(message))
    return redirect(url_for("money.show_entries"), 303)


def _page(
    entry: BankEntry,
    *,
    confirm: SuggestionForm | None = None,
    assign: AssignForm | None = None,
    payout: PayoutForm | None = None,
    ignore: ReasonForm | None = None,
) -> EntryPage:
    manages = current_actor().may(Permission.MANAGE_FINANCES)
    waits = manages and entry.state is EntryState.UNMATCHED
    suggestion, payments = _suggestion(entry), payments_of_entry(db(), entry)
    is_payout = entry.state is EntryState.MATCHED and payout_of(db(), entry.id) is not None
    is_paid = entry.state is EntryState.MATCHED and not all(each.reversed_at for each in payments)
    can_undo = manages and (is_paid or is_payout or entry.state is EntryState.IGNORED)
    ids = {each.fee_account_id for each in payments}
    if suggestion is not None:
        ids |= {each.account_id for each in suggestion.invoices}
    can_confirm = waits and suggestion is not None and bool(suggestion.shares)
    is_receipt = waits and entry.amount.minor > 0
    return EntryPage(
        entry=entry,
        suggestion=suggestion,
        seal=seal_of(suggestion) if suggestion else "",
        payments=payments,
        accounts=account_uids(db(), ids),
        confirm=(confirm or SuggestionForm()) if can_confirm else None,
        assign=(assign or AssignForm()) if is_receipt else None,
        payout=(payout or PayoutForm()) if is_receipt and holds_cards(db()) else None,
        ignore=(ignore or ReasonForm()) if waits else None,
        is_payout=is_payout,
        undo=SuggestionForm() if can_undo else None,
    )
