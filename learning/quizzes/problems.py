"""What the rules of quizzes refuse, by code, with the sentence that people read."""

from learning.kit.i18n import N_
from learning.kit.labels import Labels
from learning.quizzes.rules.timing import StartProblem

LABELS: Labels = {
    (StartProblem, ""): {
        StartProblem.NOT_OPEN: N_("This quiz is not open yet."),
        StartProblem.CLOSED: N_("The last day for attempts is over."),
        StartProblem.IN_PROGRESS: N_("An attempt is in progress."),
        StartProblem.NO_ATTEMPTS: N_("You have used all your attempts."),
        StartProblem.WAIT: N_("The next attempt opens later."),
    },
}
