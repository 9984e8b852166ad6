"""What a line of the log does not say."""

import logging

import pytest
from django.test import RequestFactory

from config.logs import PagesNotPaths, without_people


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("to ida@berg.example failed", "to <address> failed"),
        ("who='Ida.B+x@berg.co.example'", "who='<address>'"),
        ("Key (email)=(ida) already exists.", "Key (email)=(...) already exists."),
        (
            "Key (lower(name), lab)=(Ida (B), 3) already exists.",
            "Key (lower(name), lab)=(...) already exists.",
        ),
        ("Failing row contains (1, Ida, null).\\n'", "Failing row contains (...).\\n'"),
        ("redis://:**@127.0.0.1:6379/0", "redis://:**@127.0.0.1:6379/0"),
        ("task matching.tasks.sweep took 3.1 s", "task matching.tasks.sweep took 3.1 s"),
    ],
)
def test_a_line_names_nobody(said, written):
    assert without_people(None, "error", said) == written


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/invitations/answer/a-secret/", "/invitations/answer/<str:token>/"),
        ("/no/such/ida@berg.example", "unknown"),
    ],
)
def test_a_failed_request_is_named_by_its_page(path, page):
    record = logging.makeLogRecord({"msg": "%s: %s", "args": ("Server Error", path)})
    record.request = RequestFactory().get(path)

    assert PagesNotPaths().filter(record)
    assert record.getMessage() == f"Server Error: {page}"
