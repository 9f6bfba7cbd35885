"""What the texts of an edition say of cancelling is compared with its rules."""

from learning.catalogue import rules, statements
from learning.catalogue.statements import Fact
from tests.catalogue.test_publication import TEXTS, a_plan, found

RULES = {
    "fr": "Annulation : 14 jours ou plus avant le début, pas de pénalité ; de 8 à 13 jours, "
    "pénalité de 50 % ; 7 jours ou moins avant le début, pénalité de 100 %.",
    "en": "To transfer, write 14 days before the start; cancel later and 50 percent is refunded.",
    "es": "Reembolso del 50 % si se cancela de 8 a 13 días antes del inicio.",
}


def test_texts_that_name_the_rules_for_cancelling_pass() -> None:
    plan = a_plan(texts={code: f"{TEXTS[code]}\n{RULES[code]}" for code in TEXTS})
    assert found(plan) == set()
    text = rules.readings(plan)
    assert [len(text[code].of(Fact.NOTICE)) for code in TEXTS] == [3, 1, 1]
    assert [len(text[code].of(Fact.SHARE)) for code in TEXTS] == [2, 1, 1]


def test_days_and_shares_of_something_else_are_not_read_as_cancelling() -> None:
    text = statements.read("A live session lasts 3 days. 80% of the answers are right.")
    assert text.of(Fact.NOTICE) == text.of(Fact.SHARE) == []
    assert len(text.unread) == 2
