import gzip

import pytest

pytestmark = pytest.mark.django_db


def test_a_page_travels_compressed_to_who_can_read_it(client):
    packed = client.get("/about/", headers={"accept-encoding": "gzip"})
    plain = client.get("/about/")

    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert "</html>" in gzip.decompress(packed.content).decode()
    assert len(packed.content) < len(plain.content) / 2
    assert "Content-Encoding" not in plain


def test_two_answers_alike_differ_in_length(client):
    """Whoever can only see lengths learns nothing from trying texts beside a secret."""
    lengths = {
        len(client.get("/about/", headers={"accept-encoding": "gzip"}).content) for _ in range(12)
    }

    assert len(lengths) > 1
