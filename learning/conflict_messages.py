"""The part of the wiring for conflicts: what the slower of two requests is told."""

from learning.accounts import models as accounts
from learning.admissions import models as admissions
from learning.catalogue import models as catalogue
from learning.deadlines import models as deadlines
from learning.enrolment import models as enrolment
from learning.fees import statement_models as statements
from learning.gradebook import models as gradebook
from learning.kit.conflicts import constraint_of
from learning.kit.i18n import N_
from learning.lessons import models as lessons

CONFLICT_MESSAGES = {
    constraint_of(accounts.Person.email): N_("There is an account with this address by now."),
    constraint_of(catalogue.Edition.code): N_("There is an edition with this code by now."),
    constraint_of(catalogue.EditionText.edition_id, catalogue.EditionText.language): N_(
        "Somebody else has just saved the texts of this edition."
    ),
    constraint_of(catalogue.EditionDate.edition_id, catalogue.EditionDate.key): N_(
        "Somebody else has just saved the dates of this edition."
    ),
    constraint_of(enrolment.Enrolment.person_id, enrolment.Enrolment.edition_id): N_(
        "This person has a place in this edition by now."
    ),
    constraint_of(admissions.Application.person_id, admissions.Application.edition_id): N_(
        "There is an application of this person for this edition by now."
    ),
    constraint_of(admissions.Assessment.application_id, admissions.Assessment.assessor_id): N_(
        "Your assessment was saved in another window just now."
    ),
    constraint_of(admissions.Offer.application_id): N_("This person was offered a seat just now."),
    constraint_of(deadlines.Extension.enrolment_id, deadlines.Extension.key): N_(
        "Somebody else has just given this person more time for this."
    ),
    constraint_of(deadlines.AccommodationProfile.enrolment_id): N_(
        "Somebody else has just saved what is agreed for this person."
    ),
    constraint_of(statements.BankStatement.iban, statements.BankStatement.statement_id): N_(
        "Somebody else has just imported this statement."
    ),
    constraint_of(gradebook.Exemption.enrolment_id, gradebook.Exemption.item): N_(
        "This person is exempt from it already."
    ),
    constraint_of(lessons.ModuleOverride.enrolment_id, lessons.ModuleOverride.module): N_(
        "Somebody else has just opened this module for this person."
    ),
}
"""The message for the slower of two requests, by unique constraint (`kit.conflicts`)."""
