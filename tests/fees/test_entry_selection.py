"""Several suggestions confirmed in one act."""

import re

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.queries.balances import balance_of
from learning.fees.statement_models import BankEntry, EntryState
from tests.fees import scenes
from tests.fees.test_payment_pages import MONEY, hidden
from tests.world import World, sign_in

LIST, ACTION = f"{MONEY}/entries/", f"{MONEY}/entries/confirm"


def suggested(session: Session, world: World, name: str) -> BankEntry:
    """Return an entry with the end of the number of an invoice, which suggests it."""
    account = scenes.an_account(session, world)
    number = 500 + next(scenes.NUMBERS)
    scenes.an_invoice(session, account, number=f"INV-2026-{number:06}")
    return scenes.an_entry(session, text=f"INV {number}", counterparty=name)


def test_each_ticked_entry_is_matched_by_itself(app: Flask, session: Session, world: World) -> None:
    """One that somebody has decided meanwhile is named; a double click matches once."""
    first, second, third = (
        suggested(session, world, name) for name in ("Ada Prova", "Berto Saggio", "Carla Esempio")
    )
    scenes.an_entry(session, counterparty="Nobody Known")
    session.commit()
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    page = finance.get(LIST).text
    ticks = re.findall(r'form="selection" name="entry" value="([^"]+)"', page)
    assert len(ticks) == 3
    empty = finance.post(ACTION, data=hidden(page, ACTION))
    assert (empty.status_code, "Cochez" in finance.get(LIST).text) == (303, True)
    second.version += 1
    session.commit()
    wrong = third.uid + " 0 " + "0" * 16
    chosen = [each for each in ticks if not each.startswith(third.uid)] + [wrong, "x", "y 1 z"]
    data = hidden(finance.get(LIST).text, ACTION) | {"entry": chosen}
    for _ in range(2):
        assert finance.post(ACTION, data=data).status_code == 303
    shown = finance.get(LIST).text
    assert "1 écriture est rapprochée" in shown
    assert "Berto Saggio\N{NO-BREAK SPACE}:" in shown or "Berto Saggio:" in shown
    session.expire_all()
    states = [each.state for each in (first, second, third)]
    assert states == [EntryState.MATCHED, EntryState.UNMATCHED, EntryState.UNMATCHED]
    payment = session.scalars(select(Payment)).one()
    assert payment.bank_entry_id == first.id
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    assert 'id="selection"' not in auditor.get(LIST).text


def test_of_two_entries_for_one_account_the_second_is_looked_at_again(
    app: Flask, session: Session, world: World
) -> None:
    first = suggested(session, world, "Ada Prova")
    second = scenes.an_entry(session, text=first.text, counterparty="Berto Saggio")
    session.commit()
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    page = finance.get(LIST).text
    ticks = re.findall(r'form="selection" name="entry" value="([^"]+)"', page)
    assert len(ticks) == 2
    finance.post(ACTION, data=hidden(page, ACTION) | {"entry": ticks})
    session.expire_all()
    assert {first.state, second.state} == {EntryState.MATCHED, EntryState.UNMATCHED}
    assert session.scalar(select(func.count()).select_from(Payment)) == 1
    payment = session.scalars(select(Payment)).one()
    account = session.get_one(FeeAccount, payment.fee_account_id)
    assert balance_of(session, account).credit.minor == 0
