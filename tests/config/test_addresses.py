import pytest

pytestmark = pytest.mark.django_db


def test_a_zero_byte_in_an_address_is_refused_in_words(client):
    page = client.get("/challenges/?q=%00")

    assert page.status_code == 400
    assert "<h1>" in page.content.decode()
