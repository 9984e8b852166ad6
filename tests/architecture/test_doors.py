"""Every address, asked by every kind of person: tests/architecture/matrix.csv says who gets in.

A cell holds `in`, `login` (to the sign-in page), or the status of the refusal. The sign-in library
and Django's admin decide for themselves and are left out.
"""

import csv
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.middleware import TRUSTED_MODULES, Doorkeeper, who_may
from applications.actions import attach, start_draft, submit
from clusters.choices import MemberRole
from companies.choices import ImportState, Source, Visibility
from companies.models import Claim, MemberList
from invitations.models import Invitation
from invitations.tokens import hash_of
from mail.actions import queue_ready_made
from mail.letters import stop_url
from matching.models import Match
from runner.checkout import ROOT
from tests.factories import (
    AccountFactory,
    AdministratorFactory,
    ChallengeFactory,
    ClusterMembershipFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    CompanyMemberFactory,
    LivingLabFactory,
    MembershipFactory,
    NetworkFactory,
    ReferenceFactory,
    SiteFactory,
    SolutionFactory,
)

MATRIX = ROOT / "tests/architecture/matrix.csv"
ROLES = (
    "visitor",
    "stranger",
    "other_company",
    "other_manager",
    "partner",
    "company",
    "manager",
    "administrator",
)
LET_IN = {200, 204, 302, 409, 410, 422}


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if getattr(entry, "namespace", "") == "admin":
            continue
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner)
        elif not entry.callback.__module__.startswith(TRUSTED_MODULES):
            yield f"{namespace}{entry.name}", entry


def methods_of(view) -> list[str]:
    door = getattr(view, "view_class", None)
    if door is None:
        return ["get"]
    return [
        name for name in ("get", "post") if name in door.http_method_names and hasattr(door, name)
    ]


def written() -> dict[tuple[str, str], dict[str, str]]:
    with MATRIX.open(newline="") as file:
        return {(row.pop("address"), row.pop("method")): row for row in csv.DictReader(file)}


ADDRESSES = dict(addresses(get_resolver()))


def test_every_address_says_who_may():
    assert [name for name, entry in ADDRESSES.items() if who_may(entry.callback) is None] == []


def test_a_view_that_says_nothing_is_refused(rf):
    def silent(request):
        raise AssertionError

    with pytest.raises(PermissionDenied):
        Doorkeeper(silent).process_view(rf.get("/"), silent, (), {})


def test_every_address_has_its_line():
    doors = {(name, how) for name, it in ADDRESSES.items() for how in methods_of(it.callback)}

    missing = [
        ",".join([*door, *("?" for _role in ROLES)]) for door in sorted(doors - set(written()))
    ]
    assert missing == []
    assert sorted(set(written()) - doors) == []


@pytest.mark.django_db
def test_everybody_gets_in_where_the_matrix_says_and_nowhere_else(settings, tmp_path):
    settings.OUTBOX_OPEN = False
    settings.MEDIA_ROOT = tmp_path
    people, nouns = two_organisations()
    clients = {role: signed_in(people.get(role)) for role in ROLES}
    differing = []

    for (name, how), expected in written().items():
        url = reverse(name, kwargs=kwargs_of(name, nouns))
        found = {role: asked(clients[role], how, url, nouns["body"].get(name)) for role in ROLES}
        if found != expected:
            differing.append(
                (name, how, {r: (expected[r], found[r]) for r in ROLES if expected[r] != found[r]})
            )

    assert not differing, "\n".join(map(str, differing))


def signed_in(user) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def asked(client: Client, how: str, url: str, body: dict[str, str] | None) -> str:
    """What became of the question; whatever it changed is taken back."""
    with transaction.atomic():
        response = getattr(client, how)(url, body if how == "post" else None)
        transaction.set_rollback(True)
    if response.streaming:
        response.getvalue()
    if response.status_code == 302 and response.url.startswith(reverse("account_login")):
        return "login"
    return "in" if response.status_code in LET_IN else str(response.status_code)


def kwargs_of(name: str, nouns) -> dict[str, object]:
    """The nouns of the first organisation, under the names the address gives them."""
    pattern = ADDRESSES[name].pattern
    own = nouns.get(name, {})
    room = nouns[name.partition(":")[0]] if ":" in name else {}
    return {key: own.get(key, room.get(key)) for key in pattern.converters}


def two_organisations():
    network = NetworkFactory()
    own = ClusterOrganisationFactory()
    partner = ClusterOrganisationFactory()
    own.networks.add(network)
    partner.networks.add(network)
    elsewhere = ClusterOrganisationFactory()
    elsewhere.networks.add(NetworkFactory())
    LivingLabFactory(cluster=elsewhere)
    company = CompanyFactory(visibility=Visibility.CLUSTER)
    ClusterMembershipFactory(company=company, cluster=own)
    people = {
        "stranger": AccountFactory(),
        "other_company": CompanyMemberFactory(user=AccountFactory()).user,
        "other_manager": member(elsewhere, MemberRole.MANAGER),
        "partner": member(partner, MemberRole.PARTNER),
        "company": CompanyMemberFactory(user=AccountFactory(), company=company).user,
        "manager": member(own, MemberRole.MANAGER),
        "administrator": AdministratorFactory(),
    }
    return people, nouns_of(network, own, company, people)


def member(organisation, role):
    return MembershipFactory(user=AccountFactory(), organisation=organisation, role=role).user


def nouns_of(network, own, company, people):
    lab = LivingLabFactory(cluster=own)
    challenge = ChallengeFactory(open=True, lab=lab)
    match = Match.objects.create(
        challenge=challenge,
        company=company,
        total=400,
        parts=[100, 100, 100, 100, 0, 0, 0, 0],
        is_eligible=True,
        engine_version="1",
        weights_version="1",
        brief_revision=1,
        profile_revision=1,
        scored_at=timezone.now(),
    )
    invitation = Invitation.objects.create(
        challenge=challenge,
        company=company,
        status="sent",
        letter_id="00000000-0000-4000-8000-000000000000",
        token_hash=hash_of("a-token"),
    )
    free = CompanyFactory(source=Source.IMPORTED)
    ClusterMembershipFactory(company=free, cluster=own)
    claim = Claim.objects.create(
        company=free, user=people["stranger"], asks_manager=True, expires_at=timezone.now()
    )
    member_list = MemberList.objects.create(
        cluster=own, file_name="members.csv", columns=["Name"], state=ImportState.CHECKED
    )
    letter = queue_ready_made(kind="code", to="post@kabelro.example", title="A code", blocks=[])
    application, file = applied(challenge, company, people["company"])
    slug, site = challenge.slug, SiteFactory(lab=lab)
    return {
        "dashboard": {},
        "accounts": {"token": "unknown", "role": "company"},
        "clusters": {"slug": own.slug, "token": "unknown"},
        "labs": {"slug": lab.slug, "pk": site.pk},
        "companies": {
            "slug": company.slug,
            "section": "work",
            "token": "unknown",
            "pk": member_list.pk,
        },
        "challenges": {"slug": slug, "step": "need"},
        "matching": {"slug": slug, "match": match.pk, "kind": "csv"},
        "invitations": {
            "slug": slug,
            "match": match.pk,
            "pk": invitation.pk,
            "token": "a-token",
        },
        "applications": {
            "slug": slug,
            "application": application.public_id,
            "file": file.public_id,
            "kind": "csv",
        },
        "mail": {
            "pk": letter.pk,
            "token": stop_url(address_hash="0" * 64, list_name="").rstrip("/").split("/")[-1],
        },
        "clusters:network": {"slug": network.slug},
        "clusters:join_network": {"slug": network.slug},
        "clusters:quit_network": {"slug": network.slug},
        "companies:claim_company": {"slug": free.slug},
        "companies:claim_decide": {"pk": claim.pk},
        "companies:solution_edit": {"pk": (solution := SolutionFactory(company=company)).pk},
        "companies:solution_remove": {"pk": solution.pk},
        "companies:reference_edit": {"pk": (reference := ReferenceFactory(company=company)).pk},
        "companies:reference_remove": {"pk": reference.pk},
        "matching:for_company": {"slug": company.slug},
        "matching:company_match": {"slug": company.slug, "challenge": slug},
        "body": {
            "accounts:language": {"language": "en"},
            "clusters:quit_network": {"organisation": own.slug},
            "clusters:people": {"verb": "add"},
            "companies:people": {"verb": "add"},
            "companies:claim_company": {"way": "letter"},
            "companies:claim_decide": {"answer": "refuse"},
            "companies:end_membership": {"cluster": own.slug},
        },
    }


def applied(challenge, company, user):
    draft = start_draft(challenge=challenge, company=company, by=user)
    content = {
        "pitch": "Ears on every cable",
        "approach": "We listen.",
        "pilot_plan": "Week 1: ears.",
        "contact_name": "Freja Holm",
        "contact_email": "freja@kabelro.example",
    }
    now = timezone.now()
    upload = SimpleUploadedFile(
        "plan.pdf", b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
    )
    file = attach(application=draft, upload=upload, arrived_at=now, by=user)
    return submit(application=draft, content=content, arrived_at=now, by=user), file
