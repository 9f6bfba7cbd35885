"""The words around a number that say what it counts, by fact and language.

In a cue `#` is the number itself, `@` any other number, and a space any white space. A fact is read
in the document of its own subject (`home`) or in a sentence with its subject; of two facts with the
same cue the one with the nearer subject is meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cues = Mapping[str, Sequence[str]]

SUBJECTS: Mapping[str, Mapping[str, str]] = {
    "quiz": {"fr": "questionnaires?", "en": "quiz(?:zes)?", "es": "cuestionarios?"},
    "peer": {
        "fr": "pairs|page 4|lectures?",
        "en": "peers?|page 4|reviews?",
        "es": "pares|página 4|lecturas?",
    },
    "group": {"fr": "groupe", "en": "group", "es": "grupo"},
    "project": {
        "fr": "(?:travail|projet) final",
        "en": "final (?:project|work)",
        "es": "(?:trabajo|proyecto) final",
    },
    "live": {"fr": "séances?", "en": "sessions?", "es": "sesi(?:ón|ones)"},
    "discussion": {"fr": "forum|module", "en": "forum|module", "es": "foro|módulo"},
    "minutes": {"fr": "min", "en": "min", "es": "min"},
    "course": {"fr": "cours", "en": "course", "es": "curso"},
}
PASS: Cues = {
    "fr": ("il faut # %", "au moins # %", "à partir de # %", "seuil (?:est )?de # %"),
    "en": ("need #%", "at least #%", "from #%", "pass mark (?:of|is) #%"),
    "es": ("se necesita un # %", "al menos un # %", "a partir del # %", "mínima (?:del|es el) # %"),
}
WEIGHT: Cues = {
    "fr": ("# % de la note du cours",),
    "en": ("#% of the course grade",),
    "es": ("# % de la nota del curso",),
}


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A number that prose states: its path in course.toml, its subject, and its cues."""

    fact: str
    subject: str
    cues: Cues
    at_home: bool = False  # read in the document of its subject only


def _pass_and_weight(subject: str, weight: str) -> Sequence[Stated]:
    entry = f"{subject}.pass_percent"
    own = Stated(fact=f"weights.{weight}", subject=subject, cues=WEIGHT)
    if subject == "group":
        return (own,)
    return (Stated(fact=entry, subject=subject, cues=PASS), own)


def _at_home(fact: str, *by_language: Sequence[str]) -> Stated:
    cues = dict(zip(("fr", "en", "es"), by_language, strict=True))
    return Stated(fact=fact, subject=fact.partition(".")[0], cues=cues, at_home=True)


def _in_weekly_table(name: str, *rows: str) -> Stated:
    """Return the minutes in a row of the table with a busy and an ordinary week."""
    cues = {
        language: (rf"\| {row} \| # min", rf"\| {row} \| [^|]+ \| # min")
        for language, row in zip(("fr", "en", "es"), rows, strict=True)
    }
    return Stated(fact=f"module_minutes.{name}", subject="minutes", cues=cues)


STATED: Sequence[Stated] = (
    *_pass_and_weight("quiz", "quizzes"),
    *_pass_and_weight("peer", "peer"),
    *_pass_and_weight("group", "group"),
    *_pass_and_weight("project", "project"),
    Stated(
        fact="quiz.attempts",
        subject="quiz",
        cues={"fr": ("# tentatives?",), "en": ("# attempts?",), "es": ("# intentos?",)},
    ),
    Stated(
        fact="quizzes",
        subject="quiz",
        cues={
            "fr": ("les # questionnaires",),
            "en": ("all # quizzes",),
            "es": ("los # cuestionarios",),
        },
    ),
    Stated(
        fact="requirements.live.sessions",
        subject="live",
        cues={
            "fr": ("# (?:séances|semaines) sur @",),
            "en": ("# of the @ live sessions", "# (?:sessions|weeks) out of @"),
            "es": ("# de las @ sesiones", "# (?:sesiones|semanas) de @"),
        },
    ),
    Stated(
        fact="live sessions",
        subject="live",
        cues={
            "fr": ("@ (?:séances|semaines) sur #", "les # séances en direct"),
            "en": ("the # live sessions", "@ (?:sessions|weeks) out of #"),
            "es": ("las # sesiones", "@ (?:sesiones|semanas) de #"),
        },
    ),
    Stated(
        fact="requirements.discussions.contributions",
        subject="discussion",
        cues={
            "fr": ("# contributions? et @ réponses?",),
            "en": ("# contributions? and @ repl(?:y|ies)",),
            "es": ("# contribuci(?:ón|ones) y @ respuestas?",),
        },
    ),
    Stated(
        fact="requirements.discussions.replies",
        subject="discussion",
        cues={
            "fr": ("@ contributions? et # réponses?",),
            "en": ("@ contributions? and # repl(?:y|ies)",),
            "es": ("@ contribuci(?:ón|ones) y # respuestas?",),
        },
    ),
    Stated(
        fact="total_minutes / 60",
        subject="course",
        cues={
            "fr": ("cours représente # heures",),
            "en": ("course (?:amounts|comes) to # hours",),
            "es": ("curso supone # horas",),
        },
    ),
    Stated(
        fact="peer.reviews",
        subject="peer",
        cues={
            "fr": ("lue par # pairs", "(?:mes|vos) # lectures", "# lectures, exercice de groupe"),
            "en": ("read by # peers", "(?:my|your) # reviews", "# reviews, group exercise"),
            "es": ("leída por # pares", "(?:mis|sus) # lecturas", "# lecturas, ejercicio en grupo"),
        },
    ),
    _at_home(
        "peer.reviews",
        ("vos # lecteurs", "(?:lire|puis|lecture de) # pages"),
        ("your # readers", "(?:reading|then|reading of) # pages"),
        ("sus # lectores", "(?:leer|después|lectura de) # páginas"),
    ),
    _at_home(
        "peer.review_hours", ("reste # heures",), ("yours for # hours",), ("durante # horas",)
    ),
    _at_home(
        "peer.reminder_hours",
        ("rappel arrive au bout de #",),
        ("reminder comes after #",),
        ("a las # llega un recordatorio",),
    ),
    _at_home(
        "peer.extensions",
        ("prolonger # fois",),
        ("extend #(?: times)?",),
        ("prolongarse # (?:vez|veces)",),
    ),
    _at_home(
        "peer.extra_reviews",
        ("# lectures? de plus",),
        ("# further reviews?",),
        ("# lecturas? más",),
    ),
    _at_home(
        "peer.min_reviews",
        ("reçu moins de #",),
        ("received fewer than #",),
        ("recibido menos de #",),
    ),
    _at_home(
        "peer.min_words",
        ("# mots (?:de raisons )?au moins", "au moins # mots"),
        ("at least # words",),
        ("al menos # palabras", "# palabras de razones como mínimo"),
    ),
    _at_home(
        "peer.appeal_days",
        (r"les # jours suivants, jusqu",),
        (r"the # days after, until",),
        (r"los # días siguientes, hasta",),
    ),
    _at_home(
        "group.min_size",
        ("à #, la présidence",),
        ("with # people, the chair",),
        ("si son #, la presidencia",),
    ),
    _at_home(
        "group.max_size",
        ("à #, @ personnes se partagent",),
        ("with #, @ share",),
        ("si son #, @ personas comparten",),
    ),
    _at_home(
        "group.other_criteria",
        ("au moins # des @ autres",),
        ("at least # of the other @",),
        ("al menos # de las otras @",),
    ),
    _at_home(
        "group.returns",
        ("le rend # fois",),
        ("returns it #(?: times)?",),
        ("lo devuelve # (?:vez|veces)",),
    ),
    Stated(
        fact="extra_minutes.group_exercise / 60",
        subject="group",
        cues={"fr": ("comptez # heures",), "en": ("allow # hours",), "es": ("calculen # horas",)},
        at_home=True,
    ),
    _at_home(
        "project.resubmissions",
        ("seconde fois, et # seule",),
        ("second time, and # only",),
        ("segunda vez, y solo #",),
    ),
    _in_weekly_table("lessons", "cinq leçons", "five lessons", "cinco lecciones"),
    _in_weekly_table("quiz", "questionnaire", "quiz", "cuestionario"),
    _in_weekly_table("file", "page du dossier", "page of the file", "página del expediente"),
    _in_weekly_table("discussion", "discussion", "discussion", "debate"),
    _in_weekly_table("readings", "lectures guidées", "guided readings", "lecturas guiadas"),
    _in_weekly_table(
        "live", "séance en direct[^|]*", "live session[^|]*", "sesión en directo[^|]*"
    ),
    Stated(
        fact="module_minutes.live",
        subject="live",
        cues={"fr": ("# min de plus",), "en": ("# min more",), "es": ("# min más",)},
    ),
)
