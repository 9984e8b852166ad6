import pytest

from runner.environment import DEMONSTRATION, EMPTY, Wish, content_of, record
from runner.state import Refused, State


@pytest.fixture
def operators_servers(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "LABMATCH_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_folder_has_one_owner_at_a_time(tmp_path):
    first, second = State(tmp_path), State(tmp_path)
    first.lock("a test")

    with pytest.raises(Refused, match=f"already uses {tmp_path}: a test, process"):
        second.lock("another test")

    first.release()
    second.lock("another test")
    second.release()


def test_environment_is_published_only_while_the_owner_lives(tmp_path):
    owner, reader = State(tmp_path), State(tmp_path)

    before = reader.published()
    owner.lock("a test")
    owner.publish({"DATABASE_URL": "postgres://here"})
    during = reader.published()
    owner.release()
    after = reader.published()

    assert (before, during, after) == (None, {"DATABASE_URL": "postgres://here"}, None)


def test_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first, again = State(tmp_path).secret("key"), State(tmp_path).secret("key")

    assert first == again
    assert (tmp_path / "key.secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "recorded, servers, wish, content",
    [
        (None, False, Wish(port=1), DEMONSTRATION),
        (DEMONSTRATION, False, Wish(port=1), DEMONSTRATION),
        (None, False, Wish(port=1, empty=True), EMPTY),
        (EMPTY, False, Wish(port=1), EMPTY),
        (None, True, Wish(port=1), EMPTY),
        (DEMONSTRATION, True, Wish(port=1), EMPTY),
        (None, True, Wish(port=1, demonstration=True), DEMONSTRATION),
    ],
)
def test_content_is_decided_once(tmp_path, operators_servers, recorded, servers, wish, content):
    state = State(tmp_path)
    if recorded:
        state.content = recorded
    if servers:
        operators_servers.setenv("EMAIL_URL", "smtp://mail.example:25")

    assert content_of(state, wish) == content


@pytest.mark.parametrize(
    "recorded, given, content, remembered",
    [
        (None, None, DEMONSTRATION, DEMONSTRATION),
        (None, "EMAIL_URL", EMPTY, EMPTY),
        (None, "DATABASE_URL", EMPTY, None),
        (None, "DATABASE_URL", DEMONSTRATION, None),
        (DEMONSTRATION, "EMAIL_URL", EMPTY, DEMONSTRATION),
        (EMPTY, None, DEMONSTRATION, DEMONSTRATION),
    ],
)
def test_folder_remembers_what_its_own_database_holds(
    tmp_path, operators_servers, recorded, given, content, remembered
):
    state = State(tmp_path)
    if recorded:
        state.content = recorded
    if given:
        operators_servers.setenv(given, "scheme://somewhere")

    record(state, content)

    assert state.content == remembered


def test_demonstration_folder_cannot_be_started_empty(tmp_path, operators_servers):
    state = State(tmp_path)
    state.content = DEMONSTRATION

    with pytest.raises(Refused, match="already holds the demonstration"):
        content_of(state, Wish(port=1, empty=True))


@pytest.mark.parametrize("wish", [Wish(port=1), Wish(port=1, demonstration=True)])
@pytest.mark.parametrize(
    "address", ["https://labmatch.example", "http://192.168.1.4:8000", "http://localhost.example"]
)
def test_demonstration_stays_on_this_machine(tmp_path, operators_servers, wish, address):
    operators_servers.setenv("LABMATCH_BASE_URL", address)

    with pytest.raises(Refused, match="lets anybody in by one click"):
        content_of(State(tmp_path), wish)


@pytest.mark.parametrize(
    "address", ["http://localhost:80", "http://127.0.0.9", "http://[::1]:8000"]
)
def test_demonstration_may_have_any_name_of_this_machine(tmp_path, operators_servers, address):
    operators_servers.setenv("LABMATCH_BASE_URL", address)

    assert content_of(State(tmp_path), Wish(port=1)) == DEMONSTRATION


def test_an_empty_installation_may_be_anywhere(tmp_path, operators_servers):
    operators_servers.setenv("LABMATCH_BASE_URL", "https://labmatch.example")

    assert content_of(State(tmp_path), Wish(port=1, empty=True)) == EMPTY
