"""The centre's details, as invoices and transfers take them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.fees.centre_models import CentreDetails, CentreTaxSentence
from learning.fees.rules.centre import CentreValues, missing_details
from learning.kit.i18n import LANGUAGES

ONLY_ROW = 1


def centre_details(session: Session) -> CentreDetails | None:
    """Return the centre's details, None while nobody has entered them."""
    return session.get(CentreDetails, ONLY_ROW)


def tax_sentences(session: Session) -> dict[str, str]:
    """Return the sentences about taxes by language."""
    return {row.language: row.sentence for row in session.scalars(select(CentreTaxSentence))}


def tax_sentence(session: Session, language: str) -> str:
    """Return the sentence about taxes in a language, "" while there is none."""
    row = session.get(CentreTaxSentence, language)
    return row.sentence if row else ""


def centre_values(session: Session) -> CentreValues:
    """Return the details as plain values, empty ones while nobody has entered them."""
    row = centre_details(session)
    if row is None:
        return CentreValues()
    return CentreValues(
        legal_name=row.legal_name,
        line1=row.line1,
        line2=row.line2,
        postcode=row.postcode,
        town=row.town,
        country=row.country,
        vat_id=row.vat_id,
        iban=row.iban,
        bic=row.bic,
        bank_name=row.bank_name,
        signatory_name=row.signatory_name,
        signatory_title=row.signatory_title,
        tax_sentences=tax_sentences(session),
    )


def missing_centre_details(session: Session) -> list[str]:
    """Return what is missing before an invoice can be issued, none if nothing is."""
    return missing_details(centre_values(session), tuple(LANGUAGES))


def is_centre_complete(session: Session) -> bool:
    """Whether invoices can be issued."""
    return not missing_centre_details(session)
