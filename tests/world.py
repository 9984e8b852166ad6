"""Every address, and two organisations with one of every noun, for tests that ask every door."""

import csv
from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.middleware import TRUSTED_MODULES
from applications.actions import attach, start_draft, submit
from challenges.models import Question
from clusters.choices import MemberRole
from companies.choices import GroundKind, ImportState, Source, Visibility
from companies.models import Claim, MemberList
from invitations.models import Invitation, Nomination, Relay
from invitations.tokens import hash_of
from mail.actions import queue_ready_made
from mail.letters import stop_url
from mail.models import Objection
from matching.models import Contest, Match
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


def signed_in(user) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


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
        findings=[
            {
                "criterion": criterion,
                "weight_tenths": 250,
                "tenths": 100,
                "share": 0.4,
                "reason": {"code": f"{criterion}_not_stated", "data": {}},
                "quotes": [],
            }
            for criterion in ("text", "capabilities", "theme", "trl")
        ],
        is_eligible=True,
        engine_version="1",
        weights_version="1",
        brief_revision=1,
        profile_revision=1,
        scored_at=timezone.now(),
    )
    contest = Contest.objects.create(
        challenge=challenge,
        company=company,
        criterion="trl",
        statement="It has run in Esbjerg for a year.",
        link="https://kabelro.example/esbjerg",
        made_by=people["company"],
    )
    invitation = Invitation.objects.create(
        challenge=challenge,
        company=company,
        status="sent",
        letter_id="00000000-0000-4000-8000-000000000000",
        token_hash=hash_of("a-token"),
    )
    nomination = Nomination.objects.create(
        invitation=invitation, kind="colleague", name="Bo", email="bo@kabelro.example"
    )
    question = Question.objects.create(challenge=challenge, text="May we see the site?")
    relay = Relay.objects.create(
        invitation=invitation, cluster=own, why={"code": "own_member", "data": {}}
    )
    free = CompanyFactory(source=Source.IMPORTED)
    ClusterMembershipFactory(company=free, cluster=own)
    objection = Objection.objects.create(
        address_hash="0" * 64, heard_on=timezone.localdate(), recorded_by=people["administrator"]
    )
    known = CompanyFactory(asked=False)
    known.grounds.create(kind=GroundKind.NOMINATED, cluster=own)
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
            "section": "offer",
            "token": "unknown",
            "name": "0" * 16,
            "pk": member_list.pk,
        },
        "challenges": {"slug": slug, "step": "need", "pk": question.pk},
        "matching": {"slug": slug, "match": match.pk, "kind": "csv"},
        "invitations": {
            "slug": slug,
            "match": match.pk,
            "pk": invitation.pk,
            "token": "a-token",
            "name": "0" * 16,
            "network": network.slug,
            "nomination": nomination.pk,
            "country": "DK",
            "kind": "personal",
        },
        "applications": {
            "slug": slug,
            "application": application.public_id,
            "file": file.public_id,
            "kind": "csv",
        },
        "mail": {
            "pk": letter.pk,
            "name": "0" * 16,
            "token": stop_url(address_hash="0" * 64, list_name="").rstrip("/").split("/")[-1],
        },
        "clusters:network": {"slug": network.slug},
        "clusters:join_network": {"slug": network.slug},
        "clusters:quit_network": {"slug": network.slug},
        "companies:claim_company": {"slug": free.slug},
        "companies:know": {"slug": free.slug},
        "companies:claim_decide": {"pk": claim.pk},
        "companies:solution_edit": {"pk": (solution := SolutionFactory(company=company)).pk},
        "companies:solution_remove": {"pk": solution.pk},
        "companies:reference_edit": {"pk": (reference := ReferenceFactory(company=company)).pk},
        "companies:reference_remove": {"pk": reference.pk},
        "companies:reference_confirm": {"pk": reference.pk},
        "matching:companies_like": {"slug": company.slug},
        "matching:for_company": {"slug": company.slug},
        "matching:rescoring": {"slug": company.slug},
        "matching:company_data": {"slug": company.slug, "challenge": slug},
        "matching:company_match": {"slug": company.slug, "challenge": slug},
        "matching:company_texts": {"slug": company.slug, "challenge": slug},
        "matching:choose_weights": {"slug": network.slug},
        "matching:contest": {"pk": contest.pk},
        "matching:contest_finding": {
            "slug": company.slug,
            "challenge": slug,
            "criterion": "text",
        },
        "matching:quality": {"slug": network.slug},
        "matching:reconsider_contest": {"pk": contest.pk},
        "matching:withdraw_contest": {"slug": company.slug, "challenge": slug, "pk": contest.pk},
        "invitations:relay": {"pk": relay.pk},
        "invitations:take_back_nomination": {"slug": known.slug},
        "invitations:objection_mistake": {"pk": objection.pk},
        "body": {
            "invitations:relay": {"do": "decline"},
            "invitations:take_back_nomination": {"cluster": own.slug},
            "accounts:language": {"language": "en"},
            "clusters:quit_network": {"organisation": own.slug},
            "clusters:people": {"verb": "add"},
            "companies:people": {"verb": "add"},
            "companies:reference_confirm": {"organisation": own.slug},
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
