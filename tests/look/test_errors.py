"""No test here may use the database: pages for what went wrong must stand without it."""

import pytest
import structlog
from django.test import RequestFactory

from look.errors import page


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 503])
def test_page_names_the_request(status):
    with structlog.contextvars.bound_contextvars(request_id="8f4a2c1e"):
        response = page(RequestFactory().get("/"), status)

    assert response.status_code == status
    assert "8f4a2c1e" in response.content.decode()


def test_page_stands_without_a_request_id():
    response = page(RequestFactory().get("/"), 500)

    assert "name this number" not in response.content.decode()


def test_too_large_names_the_limit():
    response = page(RequestFactory().get("/"), 413, limit="10 MB")

    assert "at most 10 MB" in response.content.decode()
