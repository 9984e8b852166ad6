"""The people who speak for a company: asked in, changed, removed, gone."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from accounts.tokens import hash_of, new_token
from companies import emails
from companies.choices import CompanyRole
from companies.models import ColleagueLetter, Company, CompanyMember
from companies.problems import CompanyProblem

LETTER_LIFE = timedelta(days=14)
LETTERS_PER_WRITER_AND_HOUR = 20


@transaction.atomic
def invite_colleague(
    *, company: Company, email: str, role: str, language: str, by: User
) -> ColleagueLetter:
    """Ask somebody in by letter. An earlier letter to the same address stops working."""
    address = email.strip().lower()
    theirs = Q(user__email__iexact=address) | Q(user__emailaddress__email__iexact=address)
    if CompanyMember.objects.filter(theirs, company=company).exists():
        raise CompanyProblem(_("%(email)s speaks for the company already.") % {"email": address})
    lately = ColleagueLetter.objects.filter(created_at__gt=timezone.now() - timedelta(hours=1))
    if lately.filter(written_by=by).count() >= LETTERS_PER_WRITER_AND_HOUR:
        raise CompanyProblem(_("You wrote twenty letters within the hour. Please wait a little."))
    waiting = company.colleague_letters.waiting().filter(email__iexact=address)
    waiting.update(withdrawn_at=timezone.now())
    token = new_token()
    letter = ColleagueLetter.objects.create(
        email=address,
        company=company,
        role=CompanyRole(role),
        language=language,
        token_hash=hash_of(token),
        written_by=by,
        expires_at=timezone.now() + LETTER_LIFE,
    )
    emails.colleague_letter(letter, token, by)
    return letter


def resend_colleague_letter(*, letter: ColleagueLetter, by: User) -> ColleagueLetter:
    """With a new link; the earlier one stops working."""
    _refuse_done(letter)
    return invite_colleague(
        company=letter.company,
        email=letter.email,
        role=letter.role,
        language=letter.language,
        by=by,
    )


@transaction.atomic
def withdraw_colleague_letter(*, letter: ColleagueLetter, by: User) -> ColleagueLetter:
    waiting = ColleagueLetter.objects.waiting().filter(pk=letter.pk)
    if not waiting.update(withdrawn_at=timezone.now()):
        letter.refresh_from_db()
        _refuse_done(letter)
    letter.refresh_from_db()
    return letter


@transaction.atomic
def accept_colleague_letter(*, letter: ColleagueLetter, by: User) -> CompanyMember:
    """Whoever holds the link has read the mailbox it was sent to. Works once, whoever is first."""
    usable = ColleagueLetter.objects.usable().filter(pk=letter.pk)
    if not usable.update(accepted_at=timezone.now()):
        letter.refresh_from_db()
        _refuse_done(letter)
        raise CompanyProblem(_("This letter is too old. Ask for a new one."))
    member, _created = CompanyMember.objects.get_or_create(
        user=by, company=letter.company, defaults={"role": letter.role}
    )
    if letter.written_by_id:
        notify(
            user_ids=[letter.written_by_id],
            kind="colleague-accepted",
            data={"person": str(by), "company": letter.company.name},
            url=reverse("companies:people", args=[letter.company.slug]),
            by=by,
        )
    return member


@transaction.atomic
def change_role(*, member: CompanyMember, role: str, by: User) -> CompanyMember:
    role = CompanyRole(role)
    if role == member.role:
        return member
    if role != CompanyRole.OWNER:
        _keep_an_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    _tell(member, "company-role-changed", by)
    return member


@transaction.atomic
def remove_person(*, member: CompanyMember, by: User) -> None:
    _keep_an_owner(member)
    member.delete()
    _tell(member, "company-person-removed", by)


@transaction.atomic
def leave(*, company: Company, by: User) -> None:
    """Speak for the company no longer. The last owner cannot."""
    member = company.members.filter(user=by).first()
    if member is not None:
        _keep_an_owner(member)
        member.delete()


@transaction.atomic
def hand_over(*, member: CompanyMember, by: User) -> CompanyMember:
    """The other person becomes an owner; whoever hands over stays as an editor."""
    own = CompanyMember.objects.filter(
        company=member.company_id, user=by, role=CompanyRole.OWNER
    ).first()
    if own is None or member.user_id == by.pk:
        raise CompanyProblem(_("Only an owner can hand over, and only to somebody else."))
    change_role(member=member, role=CompanyRole.OWNER, by=by)
    change_role(member=own, role=CompanyRole.EDITOR, by=by)
    return member


def reasons_to_stay(user: User) -> Iterator[str]:
    """For the account: the companies that would be left without an owner."""
    own = CompanyMember.objects.filter(user=user, role=CompanyRole.OWNER, company__is_active=True)
    for member in own.select_related("company"):
        try:
            _keep_an_owner(member)
        except CompanyProblem as problem:
            yield str(problem)


def _keep_an_owner(member: CompanyMember) -> None:
    """Locks the company, so that two owners cannot leave each other alone."""
    if member.role != CompanyRole.OWNER:
        return
    company = Company.objects.select_for_update().get(pk=member.company_id)
    others = company.members.filter(role=CompanyRole.OWNER).exclude(user=member.user_id)
    if company.is_active and not others.exists():
        raise CompanyProblem(
            _(
                "%(company)s would have no owner any more. Hand over to a colleague first, "
                "or delete the company."
            )
            % {"company": company.name}
        )


def _refuse_done(letter: ColleagueLetter) -> None:
    if letter.accepted_at:
        raise CompanyProblem(_("This letter has been used already."))
    if letter.withdrawn_at:
        raise CompanyProblem(_("This letter was withdrawn."))


def _tell(member: CompanyMember, kind: str, by: User) -> None:
    notify(
        user_ids=[member.user_id],
        kind=kind,
        data={"company": member.company.name},
        url=reverse("companies:list"),
        by=by,
    )
