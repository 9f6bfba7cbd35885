"""Balances: by payer, from rows, in a fixed number of statements; the accounts themselves."""

from sqlalchemy.orm import Session

from learning.fees.invoice_models import InvoiceKind
from learning.fees.models import Payer
from learning.fees.queries import balances
from learning.fees.queries.accounts import (
    account_by_uid,
    account_of,
    account_of_agreement,
    accounts_of,
    agreements_of_account,
    lock_account,
)
from learning.kit.money import Money
from tests.admissions.factories import NOW
from tests.fees import scenes
from tests.world import World

P, S = Payer.PARTICIPANT, Payer.SPONSOR


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def test_balances_from_rows(session: Session, world: World) -> None:
    both = scenes.an_account(session, world, sponsor_percent=60)
    empty = scenes.an_account(session, world)
    before = balances.balances_of(session, [both.id])[both.id]
    invoice = scenes.an_invoice(session, both, 38000)
    scenes.an_invoice(session, both, 38000, credited=invoice)
    scenes.an_invoice(session, both, 1000, kind=InvoiceKind.CANCELLATION_CHARGE)
    scenes.a_payment_row(session, both, 60000, payer=S, refunded_minor=500)
    reversed_payment = scenes.a_payment_row(session, both, 777)
    reversed_payment.reversed_at = NOW
    session.flush()
    found = balances.balances_of(session, [both.id, empty.id])
    assert found[both.id].of(P).balance - before.of(P).balance == euros(1000)
    assert found[both.id].of(S).balance - before.of(S).balance == euros(500 - 60000)
    assert set(found) == {both.id, empty.id}


def test_statements_stay_the_same(session: Session, world: World, queries: list[str]) -> None:
    few = [scenes.an_account(session, world)]
    many = few + [scenes.an_account(session, world) for _ in range(4)]
    for account in many:
        scenes.a_payment_row(session, account)

    def statements(accounts: list[int]) -> int:
        del queries[:]
        balances.balances_of(session, accounts)
        balances.invoices_of(session, accounts)
        balances.payments_of(session, accounts)
        return len(queries)

    session.flush()
    assert statements([few[0].id]) == statements([each.id for each in many]) == 3


def test_the_balance_of_an_invoice(session: Session, world: World) -> None:
    account = scenes.an_account(session, world)
    invoice = scenes.an_invoice(session, account, 500)
    (shown,) = [
        each for each in balances.invoices_of(session, [account.id]) if each.invoice is invoice
    ]
    assert (shown.open, shown.is_credited) == (euros(500), False)
    note = scenes.an_invoice(session, account, credited=invoice)
    again = {each.invoice.id: each for each in balances.invoices_of(session, [account.id])}
    assert again[invoice.id].is_credited
    assert again[invoice.id].open == again[note.id].open == euros(0)


def test_accounts_are_found(session: Session, world: World) -> None:
    application = scenes.accepted(session, world)
    account = scenes.the_account(session, application)
    assert account_of(session, application.id) is account
    assert accounts_of(session, [application.id]) == {application.id: account}
    assert account_by_uid(session, account.uid) is account
    assert account_by_uid(session, "0" * 16) is None
    assert account_of_agreement(session, account.fee_agreement_id) is account
    assert account_of_agreement(session, None) is None
    assert lock_account(session, account.id) is account
    (agreement,) = agreements_of_account(session, account)
    assert agreement.application_id == application.id
