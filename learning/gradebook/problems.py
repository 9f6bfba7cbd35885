"""What the rules of the gradebook refuse, by code, with the sentence that people read."""

from learning.gradebook.rules.decisions import GradebookProblem
from learning.kit.i18n import N_
from learning.kit.labels import Labels

LABELS: Labels = {
    (GradebookProblem, ""): {
        GradebookProblem.SHORT_REASON: N_("Say why, in ten characters at least."),
        GradebookProblem.UNKNOWN_ITEM: N_("Choose one of the list."),
        GradebookProblem.NO_MARK: N_("This has no mark. An exemption is possible."),
        GradebookProblem.ALREADY_EXEMPT: N_("This person is exempt from it already."),
        GradebookProblem.SAME_MARK: N_("This is the mark that counts already."),
        GradebookProblem.NOT_OVER: N_("The edition has not ended yet."),
        GradebookProblem.SHEET_CHANGED: N_(
            "The list has changed since you opened it. Read it again, then sign."
        ),
        GradebookProblem.SAME_PERSON: N_("Two people sign. You have signed already."),
        GradebookProblem.CLOSED: N_("The edition is closed already."),
    },
}
