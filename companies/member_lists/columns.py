"""What the columns of a list mean, guessed from their names and from what stands in them. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

LIKELY = 84

# In Danish, Norwegian, Swedish, German, Dutch, Spanish and English; no accents, no capitals.
WORDS: dict[str, tuple[str, ...]] = {
    "name": (
        "company", "company name", "name", "organisation", "member", "virksomhed",
        "virksomhedsnavn", "navn", "firma", "firmanavn", "bedrift", "bedriftsnavn", "selskap",
        "medlem", "foretag", "foretagsnamn", "namn", "bolag", "unternehmen", "firmenname",
        "unternehmensname", "mitglied", "bedrijf", "bedrijfsnaam", "naam", "onderneming", "lid",
        "empresa", "nombre", "razon social", "nombre de la empresa", "socio",
    ),
    "registry_number": (
        "registry number", "registration number", "company number", "vat", "vat number", "vat id",
        "cvr", "cvr nummer", "cvr nr", "cvrnr", "orgnr", "org nr", "organisasjonsnummer",
        "organisationsnummer", "momsnummer", "handelsregisternummer", "handelsregister", "hrb",
        "ust id", "ustid", "umsatzsteuer id", "kvk", "kvk nummer", "btw nummer", "cif", "nif",
        "numero de registro",
    ),
    "email": (
        "email", "e mail", "mail", "email address", "mail address", "contact email", "epost",
        "e post", "epostadresse", "e postadress", "mailadresse", "kontaktmail", "correo",
        "correo electronico", "e mailadres",
    ),
    "website": (
        "website", "web", "url", "homepage", "web page", "hjemmeside", "nettside", "nettsted",
        "hemsida", "webbplats", "webseite", "internetseite", "webadresse", "site", "sitio web",
        "pagina web",
    ),
    "street": (
        "street", "address", "street address", "adresse", "vej", "gade", "gateadresse", "adress",
        "gatuadress", "strasse", "strasse hausnummer", "anschrift", "adres", "straat", "direccion",
        "calle", "domicilio",
    ),
    "postal_code": (
        "postal code", "postcode", "zip", "zip code", "postnr", "postnummer", "plz",
        "postleitzahl", "codigo postal", "cp",
    ),
    "city": (
        "city", "town", "place", "by", "poststed", "sted", "stad", "ort", "postort", "stadt",
        "plaats", "woonplaats", "vestigingsplaats", "ciudad", "municipio", "localidad",
        "poblacion", "kommune",
    ),
    "country": ("country", "land", "pais", "landekode", "country code", "landcode", "staat"),
    "founded": (
        "founded", "year founded", "founding year", "stiftet", "etableret", "etablert",
        "grundat", "grundlagt", "gegrundet", "grundungsjahr", "opgericht", "oprichtingsjaar",
        "fundada", "ano de fundacion", "fundacion",
    ),
    "staff": (
        "staff", "employees", "number of employees", "people", "fte", "headcount", "ansatte",
        "antal ansatte", "antall ansatte", "medarbejdere", "anstallda", "antal anstallda",
        "medarbetare", "mitarbeiter", "beschaftigte", "anzahl mitarbeiter", "medewerkers",
        "aantal medewerkers", "werknemers", "empleados", "numero de empleados", "trabajadores",
        "plantilla",
    ),
    "turnover_meur": (
        "turnover", "revenue", "sales", "turnover meur", "omsaetning", "omsetning", "omsattning",
        "umsatz", "omzet", "facturacion", "ventas", "volumen de negocio",
    ),
    "balance_meur": (
        "balance", "balance sheet", "total assets", "balance sheet total", "aktiver",
        "balancesum", "balanse", "eiendeler", "balansomslutning", "tillgangar", "bilanzsumme",
        "bilanz", "balanstotaal", "activo", "activo total", "balance total",
    ),
    "summary": (
        "summary", "in one sentence", "tagline", "short description", "kort beskrivelse",
        "kort beskrivning", "kurzbeschreibung", "korte omschrijving", "resumen",
    ),
    "description": (
        "description", "about", "what they do", "activity", "beskrivelse", "om", "aktivitet",
        "beskrivning", "verksamhet", "beschreibung", "tatigkeit", "leistungen", "omschrijving",
        "beschrijving", "activiteiten", "descripcion", "actividad", "sector",
    ),
}  # fmt: skip

FOLDS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ß": "ss", "đ": "d", "œ": "oe"})


def plain(text: str) -> str:
    """Small letters and numbers without accents, and single spaces."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(FOLDS))
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", letters))


def guess_columns(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """A field for each column it is likely for; no field twice, the likelier column first."""
    likely = [
        (likeness, -number, field)
        for number, name in enumerate(columns)
        for field, likeness in _likeness(name, [row[number] for row in rows]).items()
        if likeness >= LIKELY
    ]
    found: dict[int, str] = {}
    for _likeness_found, number, field in sorted(likely, reverse=True):
        if -number not in found and field not in found.values():
            found[-number] = field
    return dict(sorted(found.items()))


def _likeness(name: str, cells: Sequence[str]) -> Mapping[str, float]:
    """How much a column's name, without what stands in brackets, is like the words of a field."""
    asked = plain(re.sub(r"\(.*?\)", " ", name)) or plain(name)
    found = {field: max(fuzz.ratio(asked, w) for w in words) for field, words in WORDS.items()}
    filled = [cell for cell in cells if cell]
    if filled and sum("@" in cell for cell in filled) > len(filled) / 2:
        found["email"] = max(found["email"], 99.0)
    return found
