"""Why a file of statements is refused, and what finance can do about it."""

from enum import StrEnum

from learning.bank_formats.statements import StatementProblem
from learning.kit.i18n import N_
from learning.kit.labels import Labels


class ImportProblem(StrEnum):
    """Why statements that were read are not stored, or not booked."""

    NO_FILE = "no_file"
    NO_ACCOUNT = "no_account"  # the centre's IBAN is not entered
    OTHER_ACCOUNT = "other_account"
    OTHER_CURRENCY = "other_currency"
    SAME_FILE = "same_file"
    SAME_STATEMENT = "same_statement"
    DOES_NOT_FOLLOW = "does_not_follow"
    NOT_OPEN = "not_open"  # booked, being booked or put aside meanwhile
    EARLIER_NOT_BOOKED = "earlier_not_booked"
    LATER_EXISTS = "later_exists"


DOWNLOAD_AGAIN = N_(
    "Download the statement again from the bank’s portal. If it comes out the same, tell the bank."
)
CHOOSE_CAMT = N_("Choose the format CAMT.053, version 2, 4 or 8, in the bank’s portal.")
CHOOSE_ACCOUNT = N_("Choose the statement of the centre’s account in the bank’s portal.")

LABELS: Labels = {
    (StatementProblem, ""): {
        StatementProblem.TOO_LARGE: N_(
            "The file is larger, or has more elements, than statements have."
        ),
        StatementProblem.NOT_XML: N_("The file is not XML, so it is no CAMT.053 statement."),
        StatementProblem.DOCTYPE: N_(
            "The file brings its own definitions (a document type). Bank files never need them, "
            "and such definitions can be used to read other files or to fill the memory."
        ),
        StatementProblem.TRUNCATED: N_("The file ends before it is complete."),
        StatementProblem.BROKEN: N_("The file is damaged: it is not well-formed XML."),
        StatementProblem.NOT_CAMT053: N_("The file is XML, but no CAMT.053 statement."),
        StatementProblem.UNKNOWN_VERSION: N_(
            "The file is CAMT.053 in a version that is not read here."
        ),
        StatementProblem.NO_STATEMENT: N_("There is no statement in the file."),
        StatementProblem.MISSING_ELEMENT: N_("An element is missing in the file: %(element)s."),
        StatementProblem.INVALID_VALUE: N_("An element has a value that is none: %(element)s."),
        StatementProblem.MIXED_CURRENCIES: N_("The statement mixes currencies."),
        StatementProblem.BALANCE_MISMATCH: N_(
            "The entries do not add up: with them the closing balance is %(expected)s, and the "
            "file says %(found)s."
        ),
    },
    (StatementProblem, "advice"): {
        StatementProblem.TOO_LARGE: N_("Download the statement in parts, a week or a day each."),
        StatementProblem.NOT_XML: CHOOSE_CAMT,
        StatementProblem.NOT_CAMT053: CHOOSE_CAMT,
        StatementProblem.UNKNOWN_VERSION: CHOOSE_CAMT,
        StatementProblem.NO_STATEMENT: CHOOSE_CAMT,
        StatementProblem.DOCTYPE: DOWNLOAD_AGAIN,
        StatementProblem.TRUNCATED: DOWNLOAD_AGAIN,
        StatementProblem.BROKEN: DOWNLOAD_AGAIN,
        StatementProblem.MISSING_ELEMENT: DOWNLOAD_AGAIN,
        StatementProblem.INVALID_VALUE: DOWNLOAD_AGAIN,
        StatementProblem.MIXED_CURRENCIES: DOWNLOAD_AGAIN,
        StatementProblem.BALANCE_MISMATCH: DOWNLOAD_AGAIN,
    },
    (ImportProblem, ""): {
        ImportProblem.NO_FILE: N_("Choose a file."),
        ImportProblem.NO_ACCOUNT: N_("The details of the centre have no IBAN yet."),
        ImportProblem.OTHER_ACCOUNT: N_(
            "The statement is of another account, %(iban)s, not of the centre’s."
        ),
        ImportProblem.OTHER_CURRENCY: N_(
            "The statement is in %(currency)s; the centre’s account is kept in %(expected)s."
        ),
        ImportProblem.SAME_FILE: N_("This file was imported before: statement %(statement)s."),
        ImportProblem.SAME_STATEMENT: N_(
            "Statement %(statement)s was imported before, from another file."
        ),
        ImportProblem.DOES_NOT_FOLLOW: N_(
            "The statement does not follow the last one: that closed with %(expected)s, and this "
            "opens with %(found)s."
        ),
        ImportProblem.NOT_OPEN: N_("This statement has been booked or put aside meanwhile."),
        ImportProblem.EARLIER_NOT_BOOKED: N_("Book the earlier statements first."),
        ImportProblem.LATER_EXISTS: N_(
            "A later statement was imported already. Put that one aside first."
        ),
    },
    (ImportProblem, "advice"): {
        ImportProblem.NO_ACCOUNT: N_("Enter the IBAN in the details of the centre."),
        ImportProblem.OTHER_ACCOUNT: CHOOSE_ACCOUNT,
        ImportProblem.OTHER_CURRENCY: CHOOSE_ACCOUNT,
        ImportProblem.SAME_FILE: N_("Nothing is left to do."),
        ImportProblem.SAME_STATEMENT: N_("Nothing is left to do."),
        ImportProblem.DOES_NOT_FOLLOW: N_(
            "A statement is missing in between. Import that one first."
        ),
    },
}
"""Each sentence, and what helps against it."""
