"""Networks, organisations, and the people in them."""

from accounts.actions import make_demonstration_person, mark_read
from accounts.models import Notice, User
from clusters.actions import add_to_network, create_network, create_organisation, join
from clusters.models import ClusterOrganisation
from demo.reading import Entry, entries

ORGANISATION_FIELDS = ("slug", "name", "kind", "country", "city", "language", "description")
LAST_UNREAD = 3


def load_organisations() -> dict[str, ClusterOrganisation]:
    """Organisations by slug, each in its networks."""
    networks = {
        entry["slug"]: create_network(
            name=entry["name"],
            description=entry["description"],
            shows_quality=entry.get("shows_quality", False),
            by=None,
        )
        for entry in entries("networks.toml", "network")
    }
    found = {}
    for entry in entries("organisations.toml", "organisation"):
        fields = {name: entry[name] for name in ORGANISATION_FIELDS}
        fields |= {"website": entry.get("website", ""), "is_demonstration": True}
        organisation = create_organisation(fields=fields, by=None)
        for slug in entry["networks"]:
            add_to_network(network=networks[slug], organisation=organisation, by=None)
        found[entry["slug"]] = organisation
    return found


def load_people(organisations: dict[str, ClusterOrganisation]) -> dict[str, User]:
    """Owners of companies by the slug of the company; everybody joins their organisations."""
    owners = {}
    for entry in entries("people.toml", "person"):
        person = _person(entry)
        for membership in entry.get("memberships", []):
            if "organisation" in membership:
                organisation = organisations[membership["organisation"]]
                join(user=person, organisation=organisation, role=membership["role"], by=None)
        if "company" in entry:
            owners[entry["company"]] = person
    return owners


def _person(entry: Entry) -> User:
    roles = {membership["role"] for membership in entry.get("memberships", [])}
    return make_demonstration_person(
        email=entry["email"],
        name=entry["name"],
        language=entry["language"],
        one_click=entry.get("one_click", ""),
        is_administrator="platform_administrator" in roles,
        by=None,
    )


def read_old_notices() -> None:
    """Everybody has read their notices but the last few."""
    for person in User.objects.filter(is_demonstration=True):
        unread = Notice.objects.of(person).unread()
        old = [notice.pk for notice in unread[LAST_UNREAD:]]
        mark_read(user=person, notice_ids=old, by=person)
