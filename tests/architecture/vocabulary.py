"""Words that may not come back, each with the word to use instead.

`tests/architecture/test_vocabulary.py` looks for them. The decision about names and the old table
are in docs/decisions. A new exception needs its reason beside it.
"""

FORBIDDEN_IN_NAMES = {
    "asked": "query, request, or what was requested",
    "applying": "applications",
    "assessing": "assessments",
    "beside": "what it stands next to",
    "cancelling": "cancellation",
    "crossing": "csrf",
    "deciding": "decisions",
    "deed": "transition, action",
    "deeds": "transitions, actions",
    "desk": "staff area",
    "doctor": "health checks",
    "exporting": "export",
    "fault": "error, problem, issue",
    "faults": "errors, problems, issues",
    "fewest": "min",
    "gate": "publication check",
    "gauge": "chart",
    "gauges": "charts",
    "given": "values, arguments, or what was given",
    "heir": "substitute, successor",
    "heirs": "substitutes, successors",
    "holder": "recipient, owner",
    "holders": "recipients, owners",
    "hopeless": "permanent failure",
    "house": "application, sender",
    "joining": "registration",
    "lineup": "waitlist",
    "least": "min",
    "mended": "fixed",
    "meter": "counts",
    "most": "max",
    "outlook": "next steps",
    "papers": "documents, nomination letter",
    "patience": "timeout, rate limit",
    "receiving": "uploads",
    "refusal": "violation, rejection",
    "refusals": "violations, rejections",
    "room": "blueprint, package",
    "rooms": "blueprints, packages",
    "said": "statement, answers, message",
    "shelf": "registry",
    "sponsoring": "sponsorships",
    "standing": "state",
    "taken": "occupied, claimed, accepted",
    "timetable": "schedule",
    "told": "notified, message",
    "traveller": "participant",
    "tries": "attempts",
    "wanted": "request, filter",
    "ways": "transitions, paths",
    "whoever": "the person",
}
"""One part of a name, in lower case: of `snake_case`, of `CamelCase`, of a path."""

FORBIDDEN_IN_PROSE = {
    "a letter goes out": "an e-mail is sent",
    "deed": "transition, action",
    "deeds": "transitions, actions",
    "desk": "staff area",
    "heir": "substitute, successor",
    "heirs": "substitutes, successors",
    "rooms": "packages, blueprints",
    "the room of": "the package, the blueprint of",
    "this room": "this package",
    "second step": "two-factor authentication, second factor",
    "the doctor": "the health checks",
    "the gate": "the publication check",
    "the house": "the application",
    "timetable": "schedule",
    "whoever": "people who, a person who",
}
"""Words and phrases of docstrings, comments and documents."""

ALLOWED_NAMES = {
    "ADDRESS_TAKEN": "the usual name of this error",
    "CODE_TAKEN": "the usual name of this error",
    "GIVEN": "a given name, in a list of people",
    "holder_name": "the name of an account’s holder, as banks and ISO 20022 call it",
    "SEATS_TAKEN": "the usual name of this error",
    "meter": "the HTML element",
    "doctor": "the command keeps the name that brew and flutter use",
    "run_doctor": "the function of that command",
    "taken": "a placeholder of a translated message",
}
"""Names that may keep a forbidden part, with the reason."""

ALLOWED_FILES = {
    "docs/decisions": "decision records may quote what was renamed",
    "CHANGELOG.md": "it tells what was renamed",
    "docs/words.md": "it lists the words that the interface does not use",
    "tests/architecture/vocabulary.py": "it lists the words",
    "tests/architecture/test_vocabulary.py": "it writes each kind of violation",
}
"""Files, or folders of files, that may quote old words."""
