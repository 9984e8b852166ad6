"""Tasks that belong to no room."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.tasks import forget_old_sessions

pytestmark = pytest.mark.django_db


def test_old_sessions_are_forgotten_and_others_kept():
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))

    forget_old_sessions()
    forget_old_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
