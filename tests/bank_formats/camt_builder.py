"""Writes CAMT.053 files for tests, as banks write them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape

OWN_IBAN = "IT60X0542811101000000123456"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.{version}"


@dataclass(kw_only=True)
class Tx:
    """One `TxDtls`; `amount` in minor units, None where it names none; `iban` "" likewise."""

    amount: int | None = None
    direction: str = ""
    name: str = "Akua Mensah"
    iban: str = "GB29NWBK60161331926819"
    end_to_end_id: str = "NOTPROVIDED"
    lines: Sequence[str] = ()
    references: Sequence[str] = ()
    reason: str = ""
    charges: int = 0
    code: str = ""
    roles_of_return: bool = False
    own_reference: str = ""


@dataclass(kw_only=True)
class Ntry:
    """One `Ntry`; `amount` in minor units, negative for a debit."""

    amount: int
    details: Sequence[Tx] = ()
    booked_on: date | None = date(2026, 11, 24)
    value_on: date | None = date(2026, 11, 24)
    reference: str = ""
    status: str = "BOOK"
    is_reversal: bool = False
    text: str = ""
    code: str = ""
    charges: int = 0
    currency: str = ""


@dataclass(kw_only=True)
class Stmt:
    entries: Sequence[Ntry] = ()
    opening: int = 100_000
    closing: int | None = None  # what the booked entries make of it, unless it is said
    statement_id: str = "2026-231"
    sequence: int | None = 231
    iban: str = OWN_IBAN
    currency: str = "EUR"
    from_on: date = date(2026, 11, 23)
    until_on: date = date(2026, 11, 27)
    balances: Sequence[str] = field(default=("OPBD", "CLBD"))


def camt(*statements: Stmt, version: str = "053.001.08") -> bytes:
    """Return a file with statements, in one version of the message."""
    space = NAMESPACE.format(version=version)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{space}">\n<BkToCstmrStmt>\n'
        "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-28T06:00:00+01:00</CreDtTm></GrpHdr>\n"
        f"{''.join(_statement(each, version) for each in statements)}"
        "</BkToCstmrStmt>\n</Document>\n"
    ).encode()


def _statement(each: Stmt, version: str) -> str:
    booked = sum(entry.amount for entry in each.entries if entry.status == "BOOK")
    closing = each.opening + booked if each.closing is None else each.closing
    days = {"OPBD": each.from_on, "PRCD": each.from_on, "CLBD": each.until_on}
    sums = {"OPBD": each.opening, "PRCD": each.opening, "CLBD": closing}
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_amount(sums[kind], each.currency)}"
        f"<Dt><Dt>{days[kind]}</Dt></Dt></Bal>\n"
        for kind in each.balances
    )
    sequence = f"<ElctrncSeqNb>{each.sequence}</ElctrncSeqNb>" if each.sequence else ""
    entries = "".join(_entry(entry, each, version) for entry in each.entries)
    return (
        f"<Stmt><Id>{each.statement_id}</Id>{sequence}"
        f"<CreDtTm>2026-11-28T06:00:00+01:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{each.from_on}T00:00:00</FrDtTm>"
        f"<ToDtTm>{each.until_on}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{each.iban}</IBAN></Id><Ccy>{each.currency}</Ccy></Acct>\n"
        f"{balances}{entries}</Stmt>\n"
    )


def _amount(minor: int, currency: str) -> str:
    return f"{_unsigned(minor, currency)}<CdtDbtInd>{'CRDT' if minor >= 0 else 'DBIT'}</CdtDbtInd>"


def _unsigned(minor: int, currency: str) -> str:
    return f'<Amt Ccy="{currency}">{abs(minor) // 100}.{abs(minor) % 100:02}</Amt>'


def _entry(entry: Ntry, statement: Stmt, version: str) -> str:
    currency = entry.currency or statement.currency
    status = f"<Cd>{entry.status}</Cd>" if version >= "053.001.08" else entry.status
    booked = f"<BookgDt><Dt>{entry.booked_on}</Dt></BookgDt>" if entry.booked_on else ""
    value = f"<ValDt><DtTm>{entry.value_on}T00:00:00</DtTm></ValDt>" if entry.value_on else ""
    reversal = "<RvslInd>true</RvslInd>" if entry.is_reversal else ""
    reference = f"<AcctSvcrRef>{entry.reference}</AcctSvcrRef>" if entry.reference else ""
    details = "".join(_details(each, entry, currency, version) for each in entry.details)
    text = f"<AddtlNtryInf>{escape(entry.text)}</AddtlNtryInf>" if entry.text else ""
    wrapped = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f"<Ntry>{_amount(entry.amount, currency)}{reversal}<Sts>{status}</Sts>{booked}{value}"
        f"{reference}{_code(entry.code)}{_charges(entry.charges, currency, version)}"
        f"{wrapped}{text}</Ntry>\n"
    )


def _code(code: str) -> str:
    """Return a bank transaction code: `PMNT/RCDT/ESCT`."""
    if not code:
        return ""
    domain, family, sub = code.split("/")
    return (
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd>"
        "</Fmly></Domn></BkTxCd>"
    )


def _charges(minor: int, currency: str, version: str) -> str:
    if not minor:
        return ""
    amount = _unsigned(minor, currency)
    record = amount if version == "053.001.02" else f"<Rcrd>{amount}</Rcrd>"
    return f"<Chrgs>{record}</Chrgs>"


def _details(each: Tx, entry: Ntry, currency: str, version: str) -> str:
    own = "" if each.amount is None else _unsigned(each.amount, currency)
    direction = f"<CdtDbtInd>{each.direction}</CdtDbtInd>" if each.direction else ""
    amount = f"{own}{direction}"
    if version == "053.001.02" and own:
        amount = f"<AmtDtls><TxAmt>{own}</TxAmt></AmtDtls>"
    turned = (entry.is_reversal or bool(each.reason)) and not each.roles_of_return
    is_debtor = (entry.amount > 0) != turned
    other, own_role = ("Dbtr", "Cdtr") if is_debtor else ("Cdtr", "Dbtr")
    name = f"<Nm>{escape(each.name)}</Nm>"
    party = f"<Pty>{name}</Pty>" if version >= "053.001.08" else name
    account = f"<Id><IBAN>{each.iban}</IBAN></Id>" if each.iban else ""
    parties = {
        other: f"<{other}>{party}</{other}>"
        + (f"<{other}Acct>{account}</{other}Acct>" if account else ""),
        own_role: f"<{own_role}Acct><Id><IBAN>{OWN_IBAN}</IBAN></Id></{own_role}Acct>",
    }
    lines = "".join(f"<Ustrd>{escape(line)}</Ustrd>" for line in each.lines)
    references = "".join(
        "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{reference}</Ref></CdtrRefInf></Strd>"
        for reference in each.references
    )
    remittance = f"<RmtInf>{lines}{references}</RmtInf>" if lines or references else ""
    reason = f"<RtrInf><Rsn><Cd>{each.reason}</Cd></Rsn></RtrInf>" if each.reason else ""
    account_reference = (
        f"<AcctSvcrRef>{each.own_reference}</AcctSvcrRef>" if each.own_reference else ""
    )
    return (
        f"<TxDtls><Refs>{account_reference}<EndToEndId>{each.end_to_end_id}</EndToEndId></Refs>"
        f"{amount}{_code(each.code)}{_charges(each.charges, currency, version)}"
        f"<RltdPties>{parties['Dbtr']}{parties['Cdtr']}</RltdPties>{remittance}{reason}</TxDtls>"
    )
