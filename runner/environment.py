"""The environment of the product's processes: what the operator set, completed."""

import os
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from runner.backing import ADDRESSES
from runner.state import Refused, State

DEMONSTRATION, EMPTY = "demonstration", "empty"


@dataclass(frozen=True)
class Wish:
    """What the command line asks for."""

    port: int
    empty: bool = False
    demonstration: bool = False


def content_of(state: State, wish: Wish) -> str:
    """What this start shows: the demonstration, or an installation of the operator's own.

    What the first start put into a folder stays true for it, so that nobody's own data is ever
    opened with the demonstration's one-click sign-in. That lets anybody in, so it stays on this
    machine.
    """
    content = _content_of(state, wish)
    if content == DEMONSTRATION and not is_loopback(base_url(wish.port)):
        raise Refused(
            f"The demonstration lets anybody in by one click, so it cannot be at "
            f"{base_url(wish.port)}. Unset LABMATCH_BASE_URL, or start an empty installation: "
            "./labmatch up --empty --data OTHER"
        )
    return content


def _content_of(state: State, wish: Wish) -> str:
    if wish.demonstration:
        return DEMONSTRATION
    if given_addresses():
        return EMPTY
    if wish.empty and state.content == DEMONSTRATION:
        raise Refused(
            f"{state.folder} already holds the demonstration. "
            "Start an empty installation elsewhere: ./labmatch up --empty --data OTHER"
        )
    if wish.empty:
        return EMPTY
    return state.content or DEMONSTRATION


def record(state: State, content: str) -> None:
    """Remember what our own database holds. An operator's database is none of this folder's."""
    if owns_database() and (content == DEMONSTRATION or state.content is None):
        state.content = content


def complete(state: State, addresses: dict[str, str], *, content: str, port: int) -> dict[str, str]:
    address = base_url(port)
    return {
        **os.environ,
        **addresses,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or state.secret("key"),
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or allowed_hosts(address),
        "LABMATCH_BASE_URL": address,
        "LABMATCH_DEBUG": "0",
        "LABMATCH_DEMO": "1" if content == DEMONSTRATION else "0",
        "LABMATCH_MEDIA_ROOT": os.environ.get("LABMATCH_MEDIA_ROOT") or str(state.media),
        "LABMATCH_BLOCKS_ROOT": os.environ.get("LABMATCH_BLOCKS_ROOT") or str(state.blocks),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


def base_url(port: int) -> str:
    return os.environ.get("LABMATCH_BASE_URL") or f"http://localhost:{port}"


def is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def allowed_hosts(address: str) -> str:
    return ",".join(dict.fromkeys([urlsplit(address).hostname or "", "localhost", "127.0.0.1"]))


def given_addresses() -> dict[str, str]:
    return {name: os.environ[name] for name in ADDRESSES if os.environ.get(name)}


def owns_database() -> bool:
    return "DATABASE_URL" not in given_addresses()


def published_part(settings: dict[str, str]) -> dict[str, str]:
    """What another command needs to work on the same installation."""
    names = (*ADDRESSES, "SECRET_KEY", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE")
    return {
        name: value
        for name, value in settings.items()
        if name in names or name.startswith("LABMATCH_")
    }
