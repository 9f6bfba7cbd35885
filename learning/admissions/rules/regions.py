"""Countries by region, as the International Labour Organization groups its member States."""

AFRICA = """
    DZ AO BJ BW BF BI CM CV CF TD KM CG CD CI DJ EG GQ ER SZ ET GA GM GH GN GW KE LS LR LY MG MW ML
    MR MU MA MZ NA NE NG RW ST SN SC SL SO ZA SS SD TZ TG TN UG ZM ZW
"""
AMERICAS = """
    AG AR BS BB BZ BO BR CA CL CO CR CU DM DO EC SV GD GT GY HT HN JM MX NI PA PY PE KN LC VC SR TT
    US UY VE
"""
ARAB_STATES = "BH IQ JO KW LB OM PS QA SA SY AE YE"
ASIA_PACIFIC = """
    AF AU BD BT BN KH CN CK FJ HK IN ID IR JP KI KP KR LA MO MY MV MH FM MN MM NR NP NZ NU PK PW PG
    PH WS SG SB LK TW TH TL TO TV VU VN
"""
EUROPE_CENTRAL_ASIA = """
    AL AD AM AT AZ BY BE BA BG HR CY CZ DK EE FI FR GE DE GR HU IS IE IL IT KZ KG LV LI LT LU MK MT
    MD MC ME NL NO PL PT RO RU SM RS SK SI ES SE CH TJ TM TR UA GB UZ VA XK
"""
REGIONS: dict[str, tuple[str, ...]] = {
    "africa": tuple(AFRICA.split()),
    "americas": tuple(AMERICAS.split()),
    "arab-states": tuple(ARAB_STATES.split()),
    "asia-pacific": tuple(ASIA_PACIFIC.split()),
    "europe-central-asia": tuple(EUROPE_CENTRAL_ASIA.split()),
}
OF_COUNTRY = {country: region for region, known in REGIONS.items() for country in known}
COUNTRIES = tuple(sorted(OF_COUNTRY))


def region_of(country: str) -> str:
    """Return the region of a country by its ISO 3166 code; "" for an unknown one."""
    return OF_COUNTRY.get(country, "")
