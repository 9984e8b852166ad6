"""The send-gate: who may be asked, on what ground. Pure.

One function, `judge`, says of one recipient whether a letter of invitation, a reminder, the news of
a challenge, a nomination or a digest may leave: allowed, refused, or relayed, that is passed on by
a cluster organisation the company knows. Every verdict carries its reason as a code with data.
The rules of countries are an argument: rows that an administrator edits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from matching.scoring import Reason


class Kind(StrEnum):
    """What sort of address it is."""

    PERSONAL = "personal"
    GENERIC = "generic"


class Rule(StrEnum):
    """What the law of a country wants before the first letter; the least first."""

    FREE = "free"
    COMPANIES = "companies"
    PUBLISHED = "published"
    REQUEST = "request"


class Effect(StrEnum):
    ALLOW = "allow"
    REFUSE = "refuse"
    RELAY = "relay"


@dataclass(frozen=True)
class CountryRule:
    """A row of the table: what is wanted there, and since when we hold it for true."""

    rule: Rule
    since: date | None = None


Table = Mapping[tuple[str, Kind], CountryRule]


@dataclass(frozen=True)
class Recipient:
    """What is on record of somebody a letter is meant for.

    `asked_on` is the day of a recorded request or consent, `published_on` that of a proof that
    the address was published for such letters; `objection` is the code of what stands against all
    letters, if anything does. `relay` is the cluster organisation that could pass a letter on:
    one that vouches for the company, or that nominated it.
    """

    country: str
    address: str
    is_own_member: bool = False
    asked_on: date | None = None
    published_on: date | None = None
    objection: str = ""
    is_one_person: bool = False
    relay: int | None = None


# Why the law of a country keeps us from writing first.
WANTING = ("no_rule", "needs_request", "needs_proof", "one_person")


@dataclass(frozen=True)
class Verdict:
    effect: Effect
    reason: Reason
    relay: int | None = None

    @property
    def is_allowed(self) -> bool:
        return self.effect == Effect.ALLOW

    @property
    def refusal(self) -> str:
        """The code why no letter of ours leaves, or nothing."""
        return "" if self.is_allowed else self.reason.code

    @property
    def is_for_want_of_request(self) -> bool:
        """Nothing stands against it but that nobody asked."""
        return self.reason.code in WANTING

    @property
    def is_relayed(self) -> bool:
        return self.effect == Effect.RELAY


def judge(recipient: Recipient, table: Table) -> Verdict:
    """Whoever objected gets nothing; whoever asked gets letters; else the country's rule decides.

    Where there is no rule, silence is no permission.
    """
    if recipient.objection:
        return Verdict(Effect.REFUSE, Reason(str(recipient.objection)))
    if not recipient.address:
        return Verdict(Effect.REFUSE, Reason("no_address"))
    if recipient.asked_on is not None:
        return _asked(recipient.asked_on)
    if recipient.is_own_member:
        return Verdict(Effect.ALLOW, Reason("own_member"))
    return _by_country(recipient, table)


@lru_cache(maxsize=1000)
def _asked(on: date) -> Verdict:
    """Of thousands with a request many made it on one day: they share their verdict."""
    return Verdict(Effect.ALLOW, Reason("asked", on=on.isoformat()))


def _by_country(recipient: Recipient, table: Table) -> Verdict:
    kind = kind_of(recipient.address)
    facts = {"country": recipient.country, "kind": str(kind)}
    found = table.get((recipient.country, kind))
    if found is None:
        return _not_by_us(recipient, Reason("no_rule", **facts))
    alone = recipient.is_one_person or is_private(recipient.address)
    if found.rule == Rule.FREE or (found.rule == Rule.COMPANIES and not alone):
        return Verdict(Effect.ALLOW, Reason("free", **facts))
    if found.rule == Rule.PUBLISHED and recipient.published_on is not None:
        on = recipient.published_on.isoformat()
        return Verdict(Effect.ALLOW, Reason("published", on=on, **facts))
    code = {
        Rule.COMPANIES: "one_person",
        Rule.PUBLISHED: "needs_proof",
        Rule.REQUEST: "needs_request",
    }[found.rule]
    return _not_by_us(recipient, Reason(code, **facts))


def _not_by_us(recipient: Recipient, reason: Reason) -> Verdict:
    effect = Effect.REFUSE if recipient.relay is None else Effect.RELAY
    return Verdict(effect, reason, recipient.relay)


def kind_of(address: str) -> Kind:
    """A mailbox of an office is generic; whatever might be somebody's name is personal."""
    local, _at, _domain = address.lower().partition("@")
    name = local.partition("+")[0]
    words = [word for word in name.replace("-", ".").replace("_", ".").split(".") if word]
    offices = bool(words) and all(word in OFFICES for word in words)
    return Kind.GENERIC if offices and not is_private(address) else Kind.PERSONAL


def is_private(address: str) -> bool:
    """A mailbox at a provider for everybody belongs to a person, whatever it is called."""
    return address.lower().rpartition("@")[2] in PROVIDERS


# What offices call their mailboxes in the languages of the countries of the table.
_OFFICES = """
info information infos kontakt contact contacts contacto contatti contato contattaci post posta
postmottak postkasse mail email epost mailbox office buero buro kontor kontoret toimisto hello
hallo hola hey salut bonjour ciao moin sales salg verkauf vertrieb ventas ventes vendite
forsaljning myynti verkoop commercial comercial commerciale kommerciel business bizdev partner
partners partnership partnerships support service services kundeservice kundenservice kundtjanst
helpdesk help hjelp hilfe admin administration administracion amministrazione verwaltung
sekretariat secretariat secretary reception resepsjon reception empfang segreteria secretaria
firmapost firma company team group innovation research projects project projekt tender tenders
press presse media marketing jobs job career careers order orders bestilling bestellung general
enquiries inquiries enquiry inquiry webmaster
"""
# Mailboxes that anybody can have.
_PROVIDERS = """
gmail.com googlemail.com outlook.com outlook.dk hotmail.com hotmail.co.uk hotmail.dk hotmail.fr
hotmail.se hotmail.no hotmail.es hotmail.it live.com live.dk live.no live.se live.nl msn.com
yahoo.com yahoo.co.uk yahoo.dk yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.no yahoo.se icloud.com
me.com mac.com proton.me protonmail.com pm.me gmx.de gmx.net gmx.at gmx.ch web.de t-online.de
freenet.de mail.de posteo.de mailbox.org aol.com orange.fr wanadoo.fr free.fr laposte.net sfr.fr
libero.it virgilio.it tiscali.it alice.it mail.dk jubii.dk stofanet.dk online.no broadpark.no
telia.com comhem.se bredband.net spray.se ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl
telenet.be skynet.be telefonica.net btinternet.com sky.com virginmedia.com bluewin.ch wp.pl
o2.pl onet.pl interia.pl seznam.cz centrum.cz mail.com
"""
OFFICES = frozenset(_OFFICES.split())
PROVIDERS = frozenset(_PROVIDERS.split())
