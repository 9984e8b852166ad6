"""Living labs with their sites and partners."""

from clusters.models import ClusterOrganisation
from demo.reading import entries
from labs.actions import LAB_FIELDS, SITE_FIELDS, add_site, create_lab, set_partners
from labs.models import LivingLab


def load_labs(organisations: dict[str, ClusterOrganisation]) -> dict[str, LivingLab]:
    """Labs by slug."""
    found = {}
    for entry in entries("labs.toml", "lab"):
        lab = create_lab(
            cluster=organisations[entry["cluster"]],
            fields={name: entry[name] for name in LAB_FIELDS if name in entry},
            slug=entry["slug"],
            is_demonstration=True,
            by=None,
        )
        for site in entry["site"]:
            fields = {name: site[name] for name in SITE_FIELDS if name in site}
            add_site(lab=lab, fields=fields, by=None)
        set_partners(lab=lab, partners=entry["partners"], by=None)
        found[entry["slug"]] = lab
    return found
