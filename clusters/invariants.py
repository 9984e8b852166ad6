"""What must never be true of organisations; see `mail.invariants`."""

from django.db.models import Exists, OuterRef

from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, Membership
from mail.invariants import Contradictions


def contradictions() -> Contradictions:
    people = Membership.objects.order_by().filter(organisation=OuterRef("pk"))
    with_people = ClusterOrganisation.objects.order_by().filter(Exists(people))
    return {
        "An organisation has people and no manager": (
            with_people.exclude(Exists(people.filter(role=MemberRole.MANAGER)))
        ),
    }
