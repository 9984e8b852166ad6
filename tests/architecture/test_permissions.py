"""docs/permissions.md and accounts/permissions.py say the same."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.permissions import GRANTS, Permission, Role, has_permission

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


@dataclass(frozen=True)
class Somebody:
    pk: int = 1
    is_authenticated: bool = True


@dataclass(frozen=True)
class Place:
    """A noun in which everybody has one role."""

    role: Role

    def roles_of(self, user):
        return {self.role}


def written_down():
    """The table under "Grants": permission -> role -> whether it is granted."""
    lines = PAGE.read_text().partition("## Grants")[2].partition("\n## ")[0].splitlines()
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if "|" in line
    ]
    roles = [cell.replace(" ", "_") for cell in rows[0][1:]]
    return {
        row[0]: dict(zip(roles, (cell == "yes" for cell in row[1:]), strict=True))
        for row in rows[2:]
    }


TABLE = written_down()


def test_the_page_names_every_role_and_every_permission():
    assert list(TABLE) == [permission.value for permission in Permission]
    assert all(list(row) == [role.value for role in Role] for row in TABLE.values())
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_the_page_says(role, permission):
    may = has_permission(Somebody(), permission, Place(role))

    assert may is TABLE[permission.value][role.value]


@pytest.mark.parametrize("permission", list(Permission))
def test_nobody_may_anything_without_signing_in(permission):
    assert not has_permission(AnonymousUser(), permission, Place(Role.ADMINISTRATOR))
