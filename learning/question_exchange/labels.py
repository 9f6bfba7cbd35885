"""What the notes of a conversion, and the problems of a file, are called on pages."""

from learning.kit.i18n import N_
from learning.kit.labels import Labels
from learning.question_exchange.bank_export import ExportFormat
from learning.question_exchange.notes import FileProblem, NoteKind, Severity

NOTES = {
    NoteKind.ESSAY: N_("Essay: a bank has no open questions"),
    NoteKind.DESCRIPTION: N_("Description: it asks nothing"),
    NoteKind.UNKNOWN_TYPE: N_("A type that a bank does not have"),
    NoteKind.BRACES: N_("A brace is missing, or stands in the wrong place"),
    NoteKind.SEVERAL_BLANKS: N_("Several pairs of braces in one question"),
    NoteKind.NO_ANSWERS: N_("There are too few answers"),
    NoteKind.NO_RIGHT_ANSWER: N_("No answer is fully right"),
    NoteKind.SEVERAL_RIGHT: N_("More than one answer is fully right where a bank takes one"),
    NoteKind.NOT_A_NUMBER: N_("The answer is not a number"),
    NoteKind.RELATIVE_TOLERANCE: N_("The tolerance is relative; a bank takes an absolute one"),
    NoteKind.SEVERAL_UNITS: N_("Several units, or one with a multiplier"),
    NoteKind.NO_PAIR: N_("A pair is not complete"),
    NoteKind.GAP_TYPE: N_("A gap without choices"),
    NoteKind.NO_GAPS: N_("The text has no gaps"),
    NoteKind.LONG_TEXT: N_("A text has more than 10,000 characters"),
    NoteKind.CATEGORY: N_("Category: a bank has none"),
    NoteKind.TAGS: N_("Tags that a bank does not have"),
    NoteKind.MARKS: N_("Shares of the mark: a bank weighs all parts alike"),
    NoteKind.POINTS: N_("Points: each question of a bank counts one"),
    NoteKind.ONE_RIGHT: N_("Several answers allowed, but one is right: now a single choice"),
    NoteKind.WILDCARD: N_("An answer with a wildcard (*)"),
    NoteKind.CASE: N_("Upper and lower case: a bank does not tell them apart"),
    NoteKind.OTHER_ANSWERS: N_("An answer that is not fully right"),
    NoteKind.FEEDBACK: N_("Further feedback, where a bank has one text for all"),
    NoteKind.GENERAL_FEEDBACK: N_("Feedback on the whole answer"),
    NoteKind.HINTS: N_("Hints"),
    NoteKind.MARKUP: N_("Markup: a bank has plain sentences"),
    NoteKind.FILES: N_("Files"),
    NoteKind.SETTINGS: N_("Settings that a bank does not have"),
    NoteKind.KEY: N_("The name was made a key"),
    NoteKind.LANGUAGES_DIFFER: N_("The answers are not those of the first file: language left out"),
    NoteKind.PLACES_DIFFER: N_("The first file says something else"),
    NoteKind.NO_LANGUAGE: N_("The question is missing in a language"),
    NoteKind.NO_PLACE: N_("Lesson, objective or difficulty is missing"),
    NoteKind.NO_PROMPT: N_("The question has no sentence before its text"),
    NoteKind.NO_FEEDBACK: N_("Feedback is missing"),
    NoteKind.NO_EXPLANATION: N_("The explanation is missing"),
}
SEVERITIES = {
    Severity.LEFT_OUT: N_("Not converted"),
    Severity.LOST: N_("Not kept"),
    Severity.TO_ADD: N_("To add"),
}
FILE_PROBLEMS = {
    FileProblem.EMPTY: N_("There is no text in it. Choose a file, or paste its text."),
    FileProblem.NOT_TEXT: N_("This is not a text file. Choose a GIFT or a Moodle XML file."),
    FileProblem.TOO_LARGE: N_(
        "The file is too large. Export fewer questions at a time, without pictures."
    ),
    FileProblem.TOO_MANY: N_("There are more than 1,000 questions. Export fewer at a time."),
    FileProblem.NOT_WELL_FORMED: N_("The XML is damaged here. Export the file again."),
    FileProblem.UNSAFE_XML: N_(
        "The XML has parts that are not read: a document type, or no end of levels. "
        "Export the file again from Moodle."
    ),
    FileProblem.NOT_MOODLE_XML: N_(
        "This XML is not a question file of Moodle: it does not begin with <quiz>."
    ),
    FileProblem.NO_QUESTIONS: N_("There is no question in it. Choose another file."),
}
FORMATS = {ExportFormat.MOODLE_XML: N_("Moodle XML"), ExportFormat.GIFT: N_("GIFT")}
LABELS: Labels = {
    (NoteKind, ""): NOTES,
    (Severity, ""): SEVERITIES,
    (FileProblem, ""): FILE_PROBLEMS,
    (ExportFormat, ""): FORMATS,
}
