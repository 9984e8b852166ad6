"""The whole demonstration, loaded once through the verbs."""

import pytest
from django.db.models import Count

from accounts.models import Notice
from applications.models import Application
from challenges.models import Challenge
from companies.choices import GroundKind
from companies.models import Company, LawfulGround, Reference
from config.invariants import broken
from demo.loading import NotEmpty, is_loaded, load_demonstration
from invitations.models import Invitation
from labs.models import LivingLab
from mail.models import Letter
from matching.models import Match, Measurement
from tests.factories import AdministratorFactory

pytestmark = pytest.mark.django_db


def test_the_demonstration_tells_its_stories():
    load_demonstration()

    assert is_loaded()
    assert LivingLab.objects.count() == 10
    assert Company.objects.count() >= 150
    assert len(set(Company.objects.values_list("country", flat=True))) >= 8
    assert set(Challenge.objects.values_list("status", flat=True)) == {
        "draft",
        "open",
        "closed",
        "withdrawn",
    }
    assert Invitation.objects.count() >= 110
    assert Application.objects.count() == 60
    assert Application.objects.filter(status="shortlisted").count() == 3
    pilot = Application.objects.get(status="selected")
    assert (pilot.company.slug, pilot.challenge.slug) == (
        "tavlevagt-aps",
        "esbjerg-sensorteknologi",
    )
    assert sum(one.whole.piloted for one in Measurement.objects.all()) >= 1
    assert not Letter.objects.exclude(recipient__endswith=".example").exists()
    assert not Invitation.objects.filter(reasons=[]).exists()
    assert Reference.objects.exclude(confirmed_by=None).count() >= 12
    assert broken() == {}
    listed = LawfulGround.objects.filter(kind=GroundKind.IMPORTED)
    assert listed.exists()
    assert not listed.filter(source="").exists()
    unread = Notice.objects.unread().values("user").annotate(lines=Count("pk"))
    assert max(row["lines"] for row in unread) == 3
    unscored = Challenge.objects.open().exclude(pk__in=Match.objects.values("challenge"))
    assert not unscored.exists()
    with pytest.raises(NotEmpty):
        load_demonstration()


def test_nothing_is_loaded_beside_somebody_who_is_there():
    AdministratorFactory()

    with pytest.raises(NotEmpty):
        load_demonstration()
    assert not is_loaded()
