"""Whether the time of an answer tells if an address has an account.

`./labmatch bench enumeration`: known and unknown addresses in turn, the same number of each;
medians, because a busy machine disturbs the mean.
"""

import statistics
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.actions import make_demonstration_person  # noqa: E402
from accounts.models import User  # noqa: E402

EACH = 200
PASSWORD = "a-harbour-with-nine-cranes"


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.ACCOUNT_RATE_LIMITS = False
    people = [_person(number) for number in range(EACH)]
    print("| page | known, ms | unknown, ms | difference |\n|---|---:|---:|---:|")
    for name, path, fields in (
        ("login", "/accounts/login/", {"password": "wrong-on-purpose"}),
        ("reset", "/accounts/password/reset/", {}),
        ("sign-up", "/accounts/signup/", {"password1": "another-harbour-with-ten", "name": "N"}),
    ):
        field = "login" if name == "login" else "email"
        known, unknown = _compare(path, field, fields, people, name)
        apart = abs(known - unknown) / max(known, unknown)
        print(f"| {name} | {known:.1f} | {unknown:.1f} | {apart:.1%} |", flush=True)


def _person(number: int) -> User:
    user = make_demonstration_person(email=f"known-{number}@time.example", name="N", language="en")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def _compare(
    path: str, field: str, fields: dict[str, str], people: list[User], name: str
) -> tuple[float, float]:
    known, unknown = [], []
    for number, person in enumerate(people):
        known.append(_answered(path, {**fields, field: person.email}))
        unknown.append(_answered(path, {**fields, field: f"{name}-{number}@nobody.example"}))
    return statistics.median(known), statistics.median(unknown)


def _answered(path: str, fields: dict[str, str]) -> float:
    browser = Client()
    began = time.perf_counter()
    browser.post(path, fields)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
