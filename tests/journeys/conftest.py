"""The whole product with its demonstration, started once by its own command, in a real browser.

Nothing is shared with the other tests: own data folder, own port, a real worker, a real mail sink.
Journeys stand in one xdist group, so that one worker walks them and the product starts once.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from runner.backing import ADDRESSES
from runner.ports import free_port

SECONDS_TO_START = 300
expect.set_options(timeout=15_000)
OURS = (*ADDRESSES, "SECRET_KEY", "ALLOWED_HOSTS")
PASSWORD = "correct horse battery"
LINK = re.compile(r"http://localhost:\d+(/invitations/answer/[\w-]+/)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demonstration."""
    data, port = tmp_path_factory.mktemp("demonstration"), free_port()
    output = data / "output.txt"
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "runner", "up", "--data", str(data), "--port", str(port)],
            env=_bare_environment(),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    address = f"http://localhost:{port}"
    try:
        _wait(lambda: f"Labmatch is ready at {address}" in output.read_text(), process, output)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _bare_environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith("LABMATCH_")
    }


def _wait(done: Callable[[], bool], process: subprocess.Popen[bytes], output: Path) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while not done():
        if process.poll() is not None or time.monotonic() > give_up:
            pytest.fail(f"The product did not start:\n{output.read_text()[-4000:]}")
        time.sleep(0.2)


def choose_english(context: BrowserContext, address: str) -> None:
    """Or the page behind a Danish letter is Danish."""
    context.add_cookies([{"name": "django_language", "value": "en", "url": address}])


class Person:
    """Somebody at a browser of their own; `role` is a button of the sign-in page."""

    def __init__(self, browser: Browser, address: str, role: str | None = None) -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=address, locale="en-GB", timezone_id="Europe/Copenhagen"
        )
        choose_english(self.context, address)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.trouble: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self._outside(request.url, address))
        if role:
            self.sign_in(role)

    def _listen(self, message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.trouble.append(message.text)

    def _outside(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:", "about:")):
            self.trouble.append(f"asked for {url}")

    def sign_in(self, role: str) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_role("button", name=role).click()
        expect(self.page).to_have_url(re.compile("/dashboard/"))

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def sign_up(self, name: str, email: str) -> Page:
        """A new account, its address confirmed by the code that came by letter."""
        page = self.go("/accounts/signup/")
        page.get_by_label("Your name").fill(name)
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create the account").click()
        self.enter_code(email)
        expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()
        return page

    def enter_code(self, email: str) -> None:
        """Read the code of the newest letter in another tab, and enter it in this one."""
        reader = self.context.new_page()
        reader.goto(f"/outbox/?q={email}")
        reader.get_by_role("table").get_by_role("link").first.click()
        code = reader.locator("#letter-code").inner_text()
        reader.close()
        self.page.get_by_label("Code").fill(code)
        self.page.get_by_role("button", name="Go on").click()

    def newest_letter(self, search: str, subject: str) -> str:
        """The text of the newest letter in the outbox that fits; waits until it was written."""
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            self.go(f"/outbox/?q={search}")
            link = self.page.get_by_role("table").get_by_role("link", name=re.compile(subject))
            if link.count():
                link.first.click()
                text = self.page.locator("main").inner_text()
                if "http" in text:
                    return text
            time.sleep(1)
        pytest.fail(f"No letter about {subject!r} in the outbox for {search!r}.")


@pytest.fixture
def someone(browser: Browser, product: str) -> Iterator[Callable[..., Person]]:
    """`someone("Partner")` opens a browser and signs in; `someone()` is a visitor."""
    people: list[Person] = []

    def enter(role: str | None = None) -> Person:
        people.append(Person(browser, product, role))
        return people[-1]

    yield enter
    trouble = [line for person in people for line in person.trouble]
    for person in people:
        person.context.close()
    assert trouble == []
