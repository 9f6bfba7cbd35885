"""Candidates of the demonstration: their data, and the states of their applications."""

from dataclasses import dataclass

from learning.admissions.rules.states import ApplicationEvent

E = ApplicationEvent
READ = (E.SUBMIT, E.START_REVIEW)


@dataclass(frozen=True, kw_only=True)
class DemoCandidate:
    """A candidate of the demonstration.

    `work` is institution, position, constituency; `address` street, postcode, town; `scores`
    are the points of one assessor, or of two.
    """

    name: str
    email: str
    language: str
    zone: str
    country: str
    gender: str
    work: tuple[str, str, str]
    address: tuple[str, str, str]
    funding: str
    events: tuple[ApplicationEvent, ...]
    scores: tuple[int, ...] = ()
    reason: str = ""


CANDIDATES = (
    DemoCandidate(
        name="Aminata Traoré", email="candidate@example.org", language="fr",
        zone="Africa/Bamako", country="ML", gender="woman",
        work=("Conseil supérieur de la diaspora", "Chargée d’accueil", "government"),
        address=("Rue 214, Hamdallaye ACI", "", "Bamako"),
        funding="", events=(),
    ),
    DemoCandidate(
        name="Kouassi Yao", email="kouassi@example.org", language="fr",
        zone="Africa/Abidjan", country="CI", gender="man",
        work=("Agence emploi jeunes", "Conseiller emploi", "government"),
        address=("Boulevard Latrille, BP 108", "", "Abidjan"),
        funding="sponsor", events=(E.SUBMIT,),
    ),
    DemoCandidate(
        name="Rosa Huamán", email="rosa@example.org", language="es",
        zone="America/Lima", country="PE", gender="woman",
        work=("Central de Trabajadores", "Secretaria de migraciones", "workers"),
        address=("Avenida Arequipa 1420", "15046", "Lima"),
        funding="self", events=READ, scores=(4, 3),
    ),
    DemoCandidate(
        name="Mamadou Bah", email="mamadou@example.org", language="fr",
        zone="Africa/Conakry", country="GN", gender="man",
        work=("Association des migrants de retour", "Coordinateur", "civil-society"),
        address=("Avenue de la République, BP 561", "", "Conakry"),
        funding="mixed", events=(*READ, E.REQUEST_INFO), scores=(3, 3),
        reason="Quelle part du coût votre association prend-elle en charge ?",
    ),
    DemoCandidate(
        name="Grace Villanueva", email="grace@example.org", language="en",
        zone="Asia/Manila", country="PH", gender="woman",
        work=("Overseas Workers Desk, Cebu", "Case officer", "government"),
        address=("12 Osmeña Boulevard", "6000", "Cebu City"),
        funding="sponsor", events=(*READ, E.ACCEPT), scores=(4, 4),
        reason="Strong plan for returnees from the Gulf.",
    ),
    DemoCandidate(
        name="Giorgi Lomidze", email="giorgi@example.org", language="en",
        zone="Asia/Tbilisi", country="GE", gender="man",
        work=("Employers’ Association", "Policy adviser", "employers"),
        address=("5 Rustaveli Avenue", "0108", "Tbilisi"),
        funding="self", events=(*READ, E.ACCEPT, E.ACTIVATE), scores=(3, 4),
        reason="Paid by bank transfer.",
    ),
    DemoCandidate(
        name="Marie-Claire Essomba", email="marieclaire@example.org", language="fr",
        zone="Africa/Douala", country="CM", gender="woman",
        work=("Fonds national de l’emploi", "Cheffe de service", "government"),
        address=("Rue Joffre, BP 4302", "", "Douala"),
        funding="fellowship", events=(*READ, E.ACCEPT), scores=(4, 4),
        reason="Bourse du programme Retour.",
    ),
    DemoCandidate(
        name="Carlos Menjívar", email="carlos@example.org", language="es",
        zone="America/El_Salvador", country="SV", gender="man",
        work=("Alcaldía de San Miguel", "Enlace de retornados", "government"),
        address=("Calle Chaparrastique 23", "3301", "San Miguel"),
        funding="self", events=(*READ, E.WAITLIST), scores=(3, 2),
        reason="La edición está completa para esta región.",
    ),
    DemoCandidate(
        name="Thu Hà Phạm", email="thuha@example.org", language="en",
        zone="Asia/Ho_Chi_Minh", country="VN", gender="woman",
        work=("Department of Overseas Labour", "Officer", "government"),
        address=("45 Nguyễn Huệ", "700000", "Ho Chi Minh City"),
        funding="sponsor", events=(*READ, E.WAITLIST), scores=(3, 3),
        reason="The seats for this institution are taken.",
    ),
    DemoCandidate(
        name="Samir Haddad", email="samir@example.org", language="fr",
        zone="Africa/Tunis", country="TN", gender="man",
        work=("Cabinet de conseil", "Consultant", "private"),
        address=("18 avenue Habib Bourguiba", "1001", "Tunis"),
        funding="self", events=(*READ, E.DECLINE), scores=(1, 1),
        reason="Votre travail n’a pas encore de lien avec le retour ou la réintégration.",
    ),
    DemoCandidate(
        name="Blessing Eze", email="blessing@example.org", language="en",
        zone="Africa/Lagos", country="NG", gender="woman",
        work=("Nigeria Labour Congress", "Organiser", "workers"),
        address=("7 Herbert Macaulay Way", "100001", "Lagos"),
        funding="self", events=(E.SUBMIT, E.WITHDRAW), reason="I go on parental leave.",
    ),
    DemoCandidate(
        name="Youssef El Amrani", email="youssef@example.org", language="fr",
        zone="Africa/Casablanca", country="MA", gender="man",
        work=("Agence de l’emploi de l’Oriental", "Chef d’antenne", "government"),
        address=("Boulevard Mohammed V 31", "60000", "Oujda"),
        funding="sponsor", events=(*READ, E.ACCEPT, E.ACTIVATE), scores=(3, 3),
        reason="Pris en charge par l’agence.",
    ),
    DemoCandidate(
        name="Salma Bennis", email="salma@example.org", language="fr",
        zone="Africa/Casablanca", country="MA", gender="woman",
        work=("Agence de l’emploi de l’Oriental", "Conseillère", "government"),
        address=("Rue de Marrakech 9", "60000", "Oujda"),
        funding="sponsor", events=READ, scores=(3, 4),
    ),
    DemoCandidate(
        name="Kwame Boateng", email="kwame@example.org", language="en",
        zone="Africa/Accra", country="GH", gender="man",
        work=("Regional Labour Office, Kumasi", "Head of the returnee desk", "government"),
        address=("Harper Road 3", "", "Kumasi"),
        funding="fellowship", events=READ, scores=(4, 2),
    ),
    DemoCandidate(
        name="Marie-Claire Rakoto", email="marie-claire@example.org", language="fr",
        zone="Indian/Antananarivo", country="MG", gender="woman",
        work=("Union des travailleuses du textile", "Secrétaire générale", "workers"),
        address=("Lot II F 14, Isoraka", "101", "Antananarivo"),
        funding="sponsor", events=READ, scores=(3,),
    ),
)  # fmt: skip

DEBTORS = (
    DemoCandidate(
        name="Sunita Gurung",
        email="sunita@example.org",
        language="en",
        zone="Asia/Kathmandu",
        country="NP",
        gender="woman",
        work=("Returnee Service Centre", "Counsellor", "government"),
        address=("Naxal 12", "44600", "Kathmandu"),
        funding="self",
        events=(*READ, E.ACCEPT),
        scores=(4, 3),
        reason="Good plan.",
    ),
    DemoCandidate(
        name="Modibo Keïta",
        email="modibo@example.org",
        language="fr",
        zone="Africa/Bamako",
        country="ML",
        gender="man",
        work=("Office du travail, Bamako", "Chef de bureau", "government"),
        address=("Avenue de l’Indépendance, BP 251", "", "Bamako"),
        funding="sponsor",
        events=(*READ, E.ACCEPT),
        scores=(3, 4),
        reason="Institution bien placée.",
    ),
)
"""Who was accepted for the edition that runs by now, and has not paid."""
PAYERS = (
    DemoCandidate(
        name="Nana Japaridze",
        email="nana@example.org",
        language="en",
        zone="Asia/Tbilisi",
        country="GE",
        gender="woman",
        work=("Migration Office", "Programme officer", "government"),
        address=("8 Chavchavadze Avenue", "0179", "Tbilisi"),
        funding="self",
        events=(*READ, E.ACCEPT),
        scores=(4, 4),
        reason="Good plan.",
    ),
    DemoCandidate(
        name="Joseph Okafor",
        email="joseph@example.org",
        language="en",
        zone="Africa/Lagos",
        country="NG",
        gender="man",
        work=("Returnee Support Network", "Coordinator", "civil-society"),
        address=("21 Awolowo Road", "101233", "Lagos"),
        funding="self",
        events=(*READ, E.ACCEPT),
        scores=(4, 3),
        reason="Good plan.",
    ),
)
"""Who pays the invoice for the next edition: all and more, or a part."""
