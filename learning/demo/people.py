"""The participants and the staff of the demonstration."""

from dataclasses import dataclass

from learning.access.permissions import Role


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """A person of the demonstration: `share` of module 4 is done."""

    name: str
    email: str
    language: str
    zone: str
    institution: str
    share: float = 0.0


PARTICIPANTS = (
    DemoPerson(
        name="Awa Koné",
        email="awa@example.org",
        language="fr",
        zone="Africa/Abidjan",
        institution="Direction de l’emploi, Bouaké",
        share=0.4,
    ),
    DemoPerson(
        name="Luis Quispe Mamani",
        email="luis@example.org",
        language="es",
        zone="America/Lima",
        institution="Municipalidad de Arequipa",
        share=1.0,
    ),
    DemoPerson(
        name="Maria Santos",
        email="maria@example.org",
        language="en",
        zone="Asia/Manila",
        institution="Overseas Workers Desk, Iloilo",
        share=0.8,
    ),
    DemoPerson(
        name="Fatoumata Diallo",
        email="fatoumata@example.org",
        language="fr",
        zone="Africa/Conakry",
        institution="Association des migrants de retour",
        share=0.6,
    ),
    DemoPerson(
        name="Tamar Beridze",
        email="tamar@example.org",
        language="en",
        zone="Asia/Tbilisi",
        institution="Employment Agency",
        share=1.0,
    ),
    DemoPerson(
        name="José Ángel Núñez",
        email="jose@example.org",
        language="es",
        zone="America/El_Salvador",
        institution="Ministerio de Relaciones Exteriores",
        share=0.2,
    ),
    DemoPerson(
        name="Chinedu Okafor",
        email="chinedu@example.org",
        language="en",
        zone="Africa/Lagos",
        institution="Nigeria Labour Congress",
        share=0.4,
    ),
    DemoPerson(
        name="Éloïse Mbarga",
        email="eloise@example.org",
        language="fr",
        zone="Africa/Douala",
        institution="PAARDIC",
        share=0.8,
    ),
    DemoPerson(
        name="Nguyễn Thị Lan",
        email="lan@example.org",
        language="en",
        zone="Asia/Ho_Chi_Minh",
        institution="Department of Overseas Labour",
    ),
    DemoPerson(
        name="Ibrahima Sarr",
        email="ibrahima@example.org",
        language="fr",
        zone="Africa/Dakar",
        institution="Chambre de commerce de Kaolack",
        share=0.2,
    ),
    DemoPerson(
        name="Sofía Herrera",
        email="sofia@example.org",
        language="es",
        zone="America/Guatemala",
        institution="Casa del Migrante",
        share=0.6,
    ),
    DemoPerson(
        name="Yasmine Haddad",
        email="yasmine@example.org",
        language="fr",
        zone="Africa/Tunis",
        institution="Office des Tunisiens à l’étranger",
        share=1.0,
    ),
)
STAFF = (
    (Role.TUTOR, "Claire Fontaine"),
    (Role.EXPERT, "Samuel Owusu"),
    (Role.LEAD, "Lucía Ferrer"),
    (Role.REGISTRAR, "Paola Ricci"),
    (Role.FINANCE, "Marco Bianchi"),
    (Role.APPROVER, "Ingrid Larsen"),
    (Role.ADMINISTRATOR, "Pedro Alonso"),
    (Role.AUDITOR, "Hana Novak"),
)
AGREED = {Role.EXPERT, Role.LEAD}  # to be named on public pages
