"""Writing down why a company may be written to, or may not. Entries are added, never changed."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Platform
from clusters.models import ClusterOrganisation
from companies.choices import RECORDED_BY_HAND, GroundKind
from companies.contacts import contacts_of, traces_of
from companies.models import ClusterMembership, Company, CompanyMember, LawfulGround
from companies.problems import CompanyProblem
from mail.actions import suppress, trust_again
from mail.choices import StopReason
from mail.models import hash_of


def write_down(
    *,
    company_ids: Iterable[int],
    kind: str,
    since: date | None = None,
    proof: str = "",
    source: str = "",
    cluster: ClusterOrganisation | None = None,
    by: User | None,
) -> None:
    """The same entry for each of the companies, of the address it has now."""
    ids = list(company_ids)
    traces = traces_of(ids)
    LawfulGround.objects.bulk_create(
        [
            LawfulGround(
                company_id=pk,
                kind=kind,
                since=since or timezone.localdate(),
                proof=proof,
                source=source,
                cluster=cluster,
                address_hash=traces[pk],
                recorded_by=by,
            )
            for pk in ids
        ],
        batch_size=1000,
    )


@transaction.atomic
def record_ground(
    *,
    company: Company,
    cluster: ClusterOrganisation | None,
    kind: str,
    since: date,
    proof: str,
    by: User,
) -> LawfulGround:
    """What a cluster manager or an administrator heard: it asked, agreed, published or objected.

    `cluster` is the organisation it was said to, none where an administrator heard it. An objection
    stops every list at once and for good; it is kept by the address's hash, so that erasing the
    company does not undo it.
    """
    if kind not in RECORDED_BY_HAND:
        raise CompanyProblem(_("This is written down by itself when it happens."))
    _refuse_strangers(company, cluster, kind, by)
    if since > timezone.localdate():
        raise CompanyProblem(_("The day lies in the future."))
    ground = LawfulGround.objects.create(
        company=company,
        kind=kind,
        since=since,
        proof=proof.strip(),
        source=cluster.name if cluster else "",
        cluster=cluster,
        address_hash=traces_of([company.pk])[company.pk],
        recorded_by=by,
    )
    if kind == GroundKind.OBJECTED:
        _stop_for_good(company, by)
    return ground


def _refuse_strangers(
    company: Company, cluster: ClusterOrganisation | None, kind: str, by: User
) -> None:
    """Anybody near may stop letters; only who vouches for the company may open it to all of them.

    Else it took one click, *We know this company*, to let everybody write to it.
    """
    if cluster is None:
        is_near = is_trusted = bool(Platform().roles_of(by))
    else:
        is_trusted = ClusterMembership.objects.filter(company=company, cluster=cluster).exists()
        introductions = company.grounds.introductions().filter(cluster=cluster)
        is_near = is_trusted or introductions.exists()
    if not is_near:
        raise CompanyProblem(
            _(
                "Your cluster organisation neither vouches for this company nor brought it or"
                " nominated it."
            )
        )
    if kind != GroundKind.OBJECTED and not is_trusted:
        raise CompanyProblem(
            _(
                "Only a cluster organisation that vouches for the company, or an administrator,"
                " writes down what lets others write to it. You may write down an objection."
            )
        )


@transaction.atomic
def nominate_company(
    *, company: Company, cluster: ClusterOrganisation, proof: str, by: User
) -> LawfulGround:
    """A cluster organisation says that it knows a company which is no member of it.

    It is then asked to pass invitations on that others may not write. Once is enough.
    """
    if ClusterMembership.objects.filter(company=company, cluster=cluster).exists():
        raise CompanyProblem(_("The company is a member of your cluster organisation already."))
    known = company.grounds.nominations().filter(cluster=cluster).first()
    return known or LawfulGround.objects.create(
        company=company,
        kind=GroundKind.NOMINATED,
        proof=proof.strip(),
        source=cluster.name,
        cluster=cluster,
        address_hash=traces_of([company.pk])[company.pk],
        recorded_by=by,
    )


@transaction.atomic
def take_back_nomination(*, company: Company, cluster: ClusterOrganisation, by: User) -> None:
    """It is asked no more to pass invitations on, and is no source of the address. Twice is safe.

    Rooms that asked it say first whether anything came of it.
    """
    if company.grounds.nominations().filter(cluster=cluster).exists():
        write_down(
            company_ids=[company.pk],
            kind=GroundKind.UNNOMINATED,
            source=cluster.name,
            cluster=cluster,
            by=by,
        )


@transaction.atomic
def trust_address(*, company: Company, cluster: ClusterOrganisation | None, by: User) -> None:
    """Letters to the address on file came back, and the company says that it takes them now.

    A new address in the profile needs none of this. What its reader said against letters stays.
    """
    address = contacts_of([company.pk])[company.pk].address
    if not trust_again(address_hash=hash_of(address), by=by):
        raise CompanyProblem(_("Letters to the address on file do not come back."))
    write_down(
        company_ids=[company.pk],
        kind=GroundKind.REACHABLE,
        source=cluster.name if cluster else "",
        cluster=cluster,
        by=by,
    )


def _stop_for_good(company: Company, by: User) -> None:
    """The address letters go to: the one on file, else those of its owners."""
    people = CompanyMember.objects.filter(company=company).values_list("user__email", flat=True)
    for address in [company.email] if company.email else list(people):
        suppress(address_hash=hash_of(address), reason=StopReason.OBJECTED, by=by)


def note_wish(*, company: Company, by: User | None) -> None:
    """The company switched invitations on or off in its profile."""
    kind = GroundKind.REQUESTED if company.wants_invitations else GroundKind.STOPPED
    write_down(company_ids=[company.pk], kind=kind, by=by)
