"""What the kinds of jobs do, in words, on pages of staff."""

from learning.kit.i18n import N_

JOB_LABELS = {
    "accounts.email-change": N_("Send the link that confirms a new address"),
    "accounts.reset": N_("Send the link for a new password"),
    "accounts.sign-up": N_("Send the link that confirms a new account"),
    "admin.anchor": N_("Send the seal of the audit trail"),
    "admin.check": N_("Run the nightly checks"),
    "admissions.announce-change": N_("Tell people of a changed edition"),
    "admissions.expire-offers": N_("End the offers whose time is over"),
    "admissions.fill-seats": N_("Offer free seats to the waiting list"),
    "batches.run": N_("Carry out a bulk operation"),
    "catalogue.update-statuses": N_("Begin and end editions on their day"),
    "files.delete-content": N_("Delete the content of a file"),
    "fees.check-card-payments": N_("Ask the card provider about open payments"),
    "fees.issue-invoices": N_("Issue the invoices of places that wait for one"),
    "fees.remind": N_("Remind the payers of open invoices"),
    "files.purge": N_("Remove files whose retention is over"),
    "files.scan": N_("Scan a file"),
    "lessons.announce-module": N_("Tell participants of a new module"),
    "lessons.announce-open-modules": N_("Look for modules that open today"),
    "mail.send": N_("Send an e-mail"),
    "purge": N_("Remove what is kept no longer"),
    "gradebook.recompute": N_("Count again the requirements and marks of a person"),
    "gradebook.recompute-all": N_("Count again the requirements and marks of running editions"),
    "quizzes.close-attempt": N_("Submit a quiz whose time is up"),
    "tutors.assign": N_("Assign a tutor"),
    "tutors.assign-all": N_("Look for participants without a tutor"),
}
