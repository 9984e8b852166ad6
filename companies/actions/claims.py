"""Claims of imported companies: proved by letter, or confirmed by a manager. Never otherwise."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from accounts.tokens import hash_of, new_token
from clusters.choices import MemberRole
from clusters.models import Membership
from companies import emails
from companies.actions.ledger import write_down
from companies.choices import ClaimState, CompanyRole, GroundKind
from companies.models import Claim, Company, CompanyMember
from companies.problems import CompanyProblem

LINK_LIFE = timedelta(days=3)
REQUEST_LIFE = timedelta(days=60)
LETTERS_PER_COMPANY_AND_DAY = 3
CLAIMS_PER_PERSON_AND_DAY = 5


@transaction.atomic
def claim_by_letter(*, company: Company, by: User) -> Claim:
    """Mail a link to the address on file. An earlier link of this person stops working."""
    company = _free(company, by)
    _refuse_eager(company, by)
    if not company.email:
        raise CompanyProblem(
            _("We have no address of this company on file. Ask its cluster organisation instead.")
        )
    _refuse_flood(company)
    token = new_token()
    claim = _waiting_claim(company, by)
    claim.token_hash = hash_of(token)
    claim.letter_sent_at = timezone.now()
    claim.expires_at = timezone.now() + LINK_LIFE
    claim.save()
    emails.claim_link(claim, token)
    return claim


@transaction.atomic
def claim_by_manager(*, company: Company, message: str, by: User) -> Claim:
    """Ask the managers of the cluster organisations that list the company."""
    company = _free(company, by)
    _refuse_eager(company, by)
    managers = Membership.objects.filter(
        role=MemberRole.MANAGER, organisation__company_memberships__company=company
    ).exclude(user=by)
    if not managers.exists():
        raise CompanyProblem(
            _("No cluster organisation lists this company. Ask for a letter to it instead.")
        )
    claim = _waiting_claim(company, by)
    claim.message = message
    claim.asks_manager = True
    if claim.token_hash is None:
        claim.expires_at = timezone.now() + REQUEST_LIFE
    claim.save()
    notify(
        user_ids=managers.values_list("user_id", flat=True),
        kind="claim-waiting",
        data={"person": str(by), "company": company.name},
        url=reverse("companies:claims"),
        by=by,
    )
    return claim


@transaction.atomic
def prove_claim(*, claim: Claim, by: User) -> CompanyMember:
    """The person who claimed opened the link that went to the address on file. Works once."""
    if claim.user_id != by.pk:
        raise CompanyProblem(
            _("This link belongs to somebody else's account. Sign in with that one to use it.")
        )
    usable = Claim.objects.usable().filter(pk=claim.pk)
    if not usable.update(
        state=ClaimState.CONFIRMED, decided_at=timezone.now(), token_hash=None, decided_by=by
    ):
        raise CompanyProblem(_("This link has been used or is too old. Ask for a new one."))
    return _make_owner(claim)


@transaction.atomic
def confirm_claim(*, claim: Claim, by: User) -> CompanyMember:
    """A manager of a cluster organisation that lists the company knows the person."""
    _decide(claim, ClaimState.CONFIRMED, by)
    member = _make_owner(claim)
    _tell(claim, "claim-confirmed", by)
    return member


@transaction.atomic
def refuse_claim(*, claim: Claim, by: User) -> Claim:
    _decide(claim, ClaimState.REFUSED, by)
    _tell(claim, "claim-refused", by)
    return claim


def _decide(claim: Claim, state: ClaimState, by: User) -> None:
    if not Claim.objects.for_manager(by).filter(pk=claim.pk).exists():
        raise CompanyProblem(
            _("Only another manager of a cluster organisation that lists the company can decide.")
        )
    waiting = Claim.objects.waiting().filter(pk=claim.pk)
    if not waiting.update(state=state, decided_at=timezone.now(), decided_by=by, token_hash=None):
        raise CompanyProblem(_("Somebody decided about this claim already."))


def _free(company: Company, person: User) -> Company:
    """Locked, so that two claims cannot both find it free."""
    company = Company.objects.select_for_update().get(pk=company.pk)
    if company.members.filter(user=person).exists():
        raise CompanyProblem(_("You speak for this company already."))
    if company.members.exists() or not company.is_active:
        raise CompanyProblem(
            _("Somebody speaks for this company already. Ask your colleagues to add you.")
        )
    return company


def _refuse_eager(company: Company, by: User) -> None:
    since = timezone.now() - timedelta(days=1)
    others = Claim.objects.filter(user=by, created_at__gt=since).exclude(company=company)
    if others.count() >= CLAIMS_PER_PERSON_AND_DAY:
        raise CompanyProblem(_("You claimed five companies within a day. Please wait a little."))


def _refuse_flood(company: Company) -> None:
    since = timezone.now() - timedelta(days=1)
    if company.claims.filter(letter_sent_at__gt=since).count() >= LETTERS_PER_COMPANY_AND_DAY:
        raise CompanyProblem(
            _("This company got three such letters within a day. Please try again tomorrow.")
        )


def _waiting_claim(company: Company, by: User) -> Claim:
    claim = Claim.objects.waiting().filter(company=company, user=by).first()
    return claim or Claim(company=company, user=by, expires_at=timezone.now())


def _make_owner(claim: Claim) -> CompanyMember:
    """Other claims of the company are answered by this."""
    company = _free(claim.company, claim.user)
    member = CompanyMember.objects.create(company=company, user=claim.user, role=CompanyRole.OWNER)
    write_down(company_ids=[company.pk], kind=GroundKind.CLAIMED, by=claim.user)
    company.claims.filter(state=ClaimState.WAITING).update(
        state=ClaimState.REFUSED, decided_at=timezone.now(), token_hash=None
    )
    return member


def _tell(claim: Claim, kind: str, by: User) -> None:
    notify(
        user_ids=[claim.user_id],
        kind=kind,
        data={"company": claim.company.name},
        url=reverse("companies:mine"),
        by=by,
    )
