"""The cues for days, hours and amounts in French, English and Spanish texts."""

import re
from collections.abc import Iterable

MONTHS = """
janvier january enero janv jan ene
février february febrero févr fév fevrier feb
mars march marzo mar
avril april abril avr apr abr
mai may mayo
juin june junio jun
juillet july julio juil jul
août august agosto aout aug ago
septembre september septiembre setiembre sept sep
octobre october octubre oct
novembre november noviembre nov
décembre december diciembre décem dec déc dic
"""
WEEKDAYS = """
lundi monday lunes
mardi tuesday martes
mercredi wednesday miércoles miercoles
jeudi thursday jueves
vendredi friday viernes
samedi saturday sábado sabado
dimanche sunday domingo
"""
NUMBERS = """
deux two dos
trois three tres
quatre four cuatro
cinq five cinco
six six seis
sept seven siete
huit eight ocho
neuf nine nueve
dix ten diez
onze eleven once
douze twelve doce
treize thirteen trece
quatorze fourteen catorce
quinze fifteen quince
"""


def _numbered(lists: str, first: int) -> dict[str, int]:
    lines = enumerate(lists.strip().split("\n"), start=first)
    return {name: number for number, names in lines for name in names.split()}


MONTH_OF = _numbered(MONTHS, 1)
WEEKDAY_OF = _numbered(WEEKDAYS, 0)
NUMBER_OF = _numbered(NUMBERS, 2) | {
    "vingt": 20, "twenty": 20, "veinte": 20, "trente": 30, "thirty": 30, "treinta": 30,
    "quarante": 40, "forty": 40, "cuarenta": 40, "cinquante": 50, "fifty": 50, "cincuenta": 50,
    "soixante": 60, "sixty": 60, "sesenta": 60,
}  # fmt: skip
CURRENCY_OF = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "usd": "USD", "us$": "USD",
    "$": "USD", "dollar": "USD", "dollars": "USD", "dólar": "USD", "dólares": "USD", "chf": "CHF",
    "gbp": "GBP", "£": "GBP", "xof": "XOF", "fcfa": "XOF",
}  # fmt: skip


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for one of some words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words.split())})")


FIRST = _cue(
    r"à\spartir\sd[ue] dès\sle commenc\w* débute\w* début démarr\w* premier\sjour rentrée "
    r"start\w* begin\w* first\sday from\b as\sof\b kick\w* "
    r"empiez\w* empez\w* comienz\w* comenz\w* inicia\w* inicio primer\sdía a\spartir\sde\w* "
    r"desde\b arranc\w*"
)
LAST = _cue(
    r"se\stermin\w* termin\w* fini\w* s’achèv\w* prend\sfin fin\b dernier\sjour clôtur\w* clos\w* "
    r"ends?\b ending finish\w* last\sday conclud\w* acab\w* finaliz\w* último\sdía cierr\w*"
)
LIMIT = _cue(
    r"jusqu’a\w* jusqu’à au\splus\stard avant\sle d’ici until till\b by\b no\slater not\slater "
    r"before hasta antes\sdel a\smás\stardar date\slimite deadline due\b fecha\slímite plazo "
    r"remettre remise rendre entreg\w*"
)
APPLY = _cue(
    r"candidat\w* inscri\w* postul\w* appl(?:y|ies|ication\w*|ying|icant\w*)\b regist\w* "
    r"nominat\w* solicit\w* date\slimite deadline closing\sdate fecha\slímite plazo"
)
COURSE = _cue(r"cours\b course\b curso formation formación training édition edition edición")
WORK = _cue(
    r"travail\sfinal projet\sfinal final\swork final\sproject trabajo\sfinal proyecto\sfinal"
)
ELSEWHERE = _cue(
    r"modul\w* séance en\sdirect live\b sesi[óo]n\w* en\sdirecto webin\w* atelier workshop taller "
    r"ouvert\w* ouvr\w* opens?\b abr\w* abier\w*"
)
"""Days of something smaller than the course, or of when applications are taken from."""
WEEKLY = _cue(
    r"par\ssemaine /\s?semaine chaque\ssemaine hebdomadaire\w* (?:a|per|each|every)\sweek /\s?week "
    r"weekly (?:por|a\sla|cada)\ssemana /\s?semana semanal\w*"
)
IN_ALL = _cue(
    r"en\stout au\stotal total\w* in\sall in\stotal altogether overall en\stotal d’apprentissage "
    r"of\slearning de\saprendizaje learning\shours"
)
NOT_LENGTH = _cue(
    r"après after tras después avant before antes depuis since desde dernièr\w* last últim\w* "
    r"premièr\w* first primer\w* later plus\stard más\starde dans in\b ago within sous"
)
CANCELLATION = _cue(
    r"annul\w* désist\w* cancel\w* anul\w* pénalit\w* penalt\w* penaliz\w* rembours\w* refund\w* "
    r"reembols\w* transf[eé]r\w* substitu\w* sustitu\w* remplac\w* replac\w* reemplaz\w*"
)
NOT_FEE = _cue(
    r"bours\w* scholarship\w* fellowship\w* beca\w* réduc\w* remise discount\w* descuento\w* "
    r"acompte deposit\w* anticipo voyage travel viaje hôtel hotel logement accommodation "
    r"alojamiento visa\b au\slieu instead en\slugar frais\sbancaires bank\scharge\w* "
    r"gastos\sbancarios jusqu’à up\sto hasta"
)
