"""Labels of lists of people and their problems."""

from learning.enrolment.models import EnrolmentMethod
from learning.enrolment.rules import EnrolmentEvent
from learning.kit.email_addresses import EMAIL_ISSUES, EmailIssue
from learning.kit.i18n import N_
from learning.kit.labels import Labels
from learning.participants import problems
from learning.participants.list_cells import ListProblem
from learning.participants.list_columns import Column, ColumnProblem
from learning.participants.people_lists import Outcome, RowProblem

OUTCOMES = {
    Outcome.NEW_PERSON: N_("A new person is added and enrolled"),
    Outcome.KNOWN_PERSON: N_("A person we know is enrolled"),
    Outcome.RETURNS: N_("A withdrawn place is given back"),
    Outcome.ENROLLED: N_("Enrolled already, nothing changes"),
    Outcome.APPLIED: N_("Has applied to this edition: decide about the application instead"),
    Outcome.NO_SEAT: N_("No place is left for this person"),
    Outcome.BAD: N_("Cannot be carried out"),
}
ROW_PROBLEMS: dict[RowProblem, str] = {
    RowProblem.NO_EMAIL: N_("There is no e-mail address. Add it."),
    RowProblem.NO_NAME: N_("There is no name. Add it."),
    RowProblem.LONG_NAME: N_("The name is longer than 120 characters. Shorten it."),
    RowProblem.LONG_INSTITUTION: N_("The institution is longer than 200 characters. Shorten it."),
    RowProblem.BAD_LANGUAGE: N_(
        "The course is not given in this language. Write fr, en or es, or leave the cell empty."
    ),
    RowProblem.TWICE: N_("The same address is on a line above. Keep one of the two lines."),
    RowProblem.TOO_MANY_CELLS: N_(
        "This line has more cells than there are columns. Put a cell that contains the separator "
        "between quotation marks."
    ),
    RowProblem.CELL_ERROR: N_(
        "The spreadsheet shows an error in this cell. Correct its formula, or type the value."
    ),
}
LIST_PROBLEMS = {
    ListProblem.NOT_TEXT: N_(
        "This file is neither text nor a spreadsheet that can be read here. "
        "Save it as .xlsx or as “CSV UTF-8”."
    ),
    ListProblem.OLD_EXCEL: N_(
        "This is an old Excel file (.xls). Open it in your spreadsheet program and save it as "
        "“Excel workbook (.xlsx)”, then choose that file."
    ),
    ListProblem.LOCKED: N_(
        "This file is locked by a password. Save a copy without one, and choose that."
    ),
    ListProblem.MACROS: N_(
        "This workbook has macros (.xlsm or .xlsb), which are not taken. Save it as “Excel "
        "workbook (.xlsx)”, then choose that file."
    ),
    ListProblem.OPEN_DOCUMENT: N_(
        "This is an OpenDocument file (.ods). In LibreOffice, choose “Save as” and the type "
        "“Excel 2007–365 (.xlsx)”, then choose that file."
    ),
    ListProblem.WEB_PAGE: N_(
        "This file is a web page, whatever its name says. Open it in your spreadsheet program and "
        "save it as “Excel workbook (.xlsx)”, then choose that file."
    ),
    ListProblem.NOT_SPREADSHEET: N_(
        "This file is damaged, or it is not an .xlsx spreadsheet. "
        "Save it again as .xlsx or as “CSV UTF-8”."
    ),
    ListProblem.TOO_LARGE: N_(
        "This list is too large. Copy the rows and columns that count into a new spreadsheet."
    ),
    ListProblem.FORMULA: N_(
        "A cell holds a formula whose result is not in the file. "
        "Open and save it in the spreadsheet program, or paste the values."
    ),
    ListProblem.OPEN_QUOTE: N_("A quotation mark opens on this line and is never closed."),
    ListProblem.STRAY_QUOTE: N_(
        "Text follows a quotation mark that closes a cell. "
        "Put the whole cell between quotation marks, and write those inside it twice."
    ),
    ListProblem.LONG_CELL: N_("A cell of this line has more than 5,000 characters."),
    ListProblem.TOO_WIDE: N_("This line has more than 100 cells."),
    ListProblem.TOO_LONG: N_("A list may have 2,000 people at most. Cut it in two."),
    ListProblem.EMPTY: N_("There is nobody in this list. Choose a file, or paste lines."),
}
COLUMN_PROBLEMS = {
    ColumnProblem.NO_EMAIL: N_("Choose which column has the e-mail addresses."),
    ColumnProblem.NO_NAME: N_("Choose which columns have the names."),
    ColumnProblem.HALF_NAME: N_(
        "There is a column for one part of the name only. Choose the other part, or use the column "
        "as the full name."
    ),
    ColumnProblem.TWO_EQUAL: N_(
        "Two columns are used as the same thing. Choose “not used” for one of them."
    ),
}
COLUMNS = {
    Column.EMAIL: N_("E-mail address"),
    Column.NAME: N_("Name"),
    Column.WHOLE_NAME: N_("Full name"),
    Column.GIVEN: N_("First name"),
    Column.FAMILY: N_("Last name"),
    Column.LANGUAGE: N_("Language"),
    Column.INSTITUTION: N_("Institution"),
}
METHODS: dict[EnrolmentMethod, str] = {
    EnrolmentMethod.MANUAL: N_("without an application"),
    EnrolmentMethod.APPLICATION: N_("by application"),
}
CONSEQUENCES: dict[EnrolmentEvent, str] = {
    EnrolmentEvent.CLOSE: N_(
        "The enrolment ends without completion. The place stays taken, the lessons stay readable, "
        "and no e-mail is sent."
    ),
    EnrolmentEvent.MARK_NO_SHOW: N_(
        "For somebody who never came. The place stays taken, the lessons stay readable, and no "
        "e-mail is sent."
    ),
    EnrolmentEvent.REINSTATE: N_("The enrolment is active again, as if it had not been closed."),
}
"""What each change of an enrolment means, for the staff who decide."""
LABELS: Labels = {
    (EnrolmentMethod, ""): METHODS,
    **problems.LABELS,
    (Outcome, ""): OUTCOMES,
    (RowProblem, ""): ROW_PROBLEMS,
    (ListProblem, ""): LIST_PROBLEMS,
    (ColumnProblem, ""): COLUMN_PROBLEMS,
    (Column, ""): COLUMNS,
    (EmailIssue, ""): EMAIL_ISSUES,
}
