import json

import pytest

pytestmark = pytest.mark.django_db

PARTS = ["database", "broker", "worker", "outbox", "disk"]


def test_a_monitor_reads_which_part_does_not_run(client):
    """The tests have no worker, and everything else."""
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert json.loads(answer.content) == {name: name != "worker" for name in PARTS}


def test_a_person_reads_the_same_in_words(client):
    headers = {"accept": "text/html,*/*;q=0.8", "accept-language": "da"}

    page = client.get("/readyz", headers=headers)

    assert page.status_code == 503
    text = " ".join(page.content.decode().split())
    assert "<h1>Kører det hele?</h1>" in text
    assert "Arbejdsproces</span>: kører ikke" in text
    assert text.count(": kører<") + text.count(": kører </li>") == 4
