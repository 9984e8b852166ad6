"""The product as it stands in production: gunicorn, no debugging, https behind a proxy.

It runs on the database of the tests, so a test makes its nouns with the factories and asks the
server for them. Such tests say `@pytest.mark.django_db(transaction=True)`.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from runner.checkout import LOCAL, ROOT
from runner.ports import free_port

HOST = "labmatch.example"
SESSION = "__Host-session"
CSRF = "__Host-csrf"
COLLECT = "import django; django.setup(); from runner.prepare import *; collect_static_files()"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass
class Server:
    """`ask` speaks as the proxy in front of it would, for somebody with these cookies."""

    port: int
    log: Path

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        session: str = "",
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        host: str = HOST,
    ) -> Reply:
        sent = {"Host": host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        cookies = [f"{SESSION}={session}"] if session else []
        body = None
        if method == "POST":
            token = "a" * 32
            cookies.append(f"{CSRF}={token}")
            body = urlencode({"csrfmiddlewaretoken": token, **(data or {})})
            sent |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"https://{HOST}",
            }
        sent |= {"Cookie": "; ".join(cookies)} if cookies else {}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, path, body=body, headers={**sent, **(headers or {})})
            answer = line.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            line.close()

    def logged(self) -> str:
        return self.log.read_text()


@pytest.fixture(scope="session")
def collected() -> None:
    """Static files with their hashed names, as production serves them."""
    LOCAL.mkdir(exist_ok=True)
    environment = {**os.environ, "LABMATCH_DEBUG": "0"}
    subprocess.run([sys.executable, "-P", "-c", COLLECT], cwd=ROOT, env=environment, check=True)


@pytest.fixture(scope="session")
def server(
    collected: None, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One web server for all tests of a worker that ask for it."""
    yield from serve(tmp_path_factory.mktemp("server"), database_url())


def database_url() -> str:
    """The database of this run's tests."""
    name = connection.settings_dict["NAME"]
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def serve(folder: Path, database: str, *, workers: int = 1, **more: str) -> Iterator[Server]:
    server = Server(free_port(), folder / "web.log")
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "LABMATCH_DEBUG": "0",
        "LABMATCH_WORKING_HOURS": "0",  # these tests are true in the evening, too
        "LABMATCH_BASE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "LABMATCH_TRUSTED_PROXIES": "1",
        "LABMATCH_MEDIA_ROOT": str(settings.MEDIA_ROOT),
        **more,
    }
    options = [f"--bind=127.0.0.1:{server.port}", f"--workers={workers}", "--threads=4"]
    with server.log.open("w") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "gunicorn",
                "config.wsgi",
                *options,
                "--no-control-socket",
            ],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and process.poll() is None:
        try:
            server.ask("/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The server did not start:\n{server.logged()[-3000:]}")


def session_of(user: User | None) -> str:
    """The key of a session in which this person has signed in."""
    if user is None:
        return ""
    client = Client()
    client.force_login(user)
    return client.cookies["session"].value
