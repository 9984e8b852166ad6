"""Matching hears of applications that arrived, and of those taken back."""

import pytest
from django.utils import timezone

from applications.actions import submit, take_up_again, withdraw
from matching.models import RecordedOutcome

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return list(RecordedOutcome.objects.in_order().values_list("outcome", flat=True))


def test_a_draft_is_nothing_to_tell(draft):
    assert told() == []


def test_an_application_and_its_second_version_are_one(sent, answers, freja):
    changed = answers | {"pitch": "Two ears on every cable"}
    submit(application=sent, content=changed, arrived_at=timezone.now(), by=freja)

    assert told() == ["applied"]
    assert RecordedOutcome.objects.get().at == sent.submitted_at


def test_taken_back_and_sent_again(sent, answers, freja):
    withdraw(application=sent, by=freja)
    again = take_up_again(application=sent, by=freja)
    submit(application=again, content=answers, arrived_at=timezone.now(), by=freja)

    assert told() == ["applied", "withdrawn", "applied"]


def test_a_draft_taken_back_is_nothing_to_tell(draft, freja):
    withdraw(application=draft, by=freja)

    assert told() == []
