"""Labels of the states of translations."""

from learning.content.translation import TranslationState
from learning.kit.i18n import N_
from learning.kit.labels import Labels

STATES = {
    TranslationState.MISSING: N_("missing"),
    TranslationState.OUTDATED: N_("outdated"),
    TranslationState.TRANSLATED: N_("to review"),
    TranslationState.REVIEWED: N_("reviewed"),
}
LABELS: Labels = {(TranslationState, ""): STATES}
