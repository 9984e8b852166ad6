"""THE one place that says who may do what. State says when, and is a guard in the verbs."""

from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """A part a person plays in one organisation; `visitor` is everybody."""

    ADMINISTRATOR = "platform_administrator"
    MANAGER = "cluster_manager"
    PARTNER = "partner"
    OWNER = "company_owner"
    EDITOR = "company_editor"
    VISITOR = "visitor"

    @property
    def label(self) -> str:
        return str(ROLE_LABELS[self])


ROLE_LABELS: dict[Role, str | Promise] = {
    Role.ADMINISTRATOR: _("Platform administrator"),
    Role.MANAGER: _("Cluster manager"),
    Role.PARTNER: _("Partner"),
    Role.OWNER: _("Company owner"),
    Role.EDITOR: _("Company editor"),
    Role.VISITOR: _("Visitor"),
}


class Permission(StrEnum):
    """Something a person may do, in the words of a page."""

    PLATFORM_ADMINISTER = "platform.administer"
    ORGANISATION_EDIT = "organisation.edit"
    ORGANISATION_INVITE = "organisation.invite"
    PEOPLE_MANAGE = "people.manage"
    LAB_EDIT = "lab.edit"
    CHALLENGE_EDIT = "challenge.edit"
    CHALLENGE_PUBLISH = "challenge.publish"
    QUESTION_ANSWER = "question.answer"
    MATCH_VIEW = "match.view"
    MATCH_EXPORT = "match.export"
    MATCH_STEER = "match.steer"
    WEIGHTS_CHOOSE = "weights.choose"
    MATCH_CONTEST = "match.contest"
    INVITATION_SEND = "invitation.send"
    INVITATION_SET_SHARES = "invitation.set_shares"
    APPLICATION_READ = "application.read"
    APPLICATION_DECIDE = "application.decide"
    COMPANY_IMPORT = "company.import"
    COMPANY_CONFIRM_CLAIM = "company.confirm_claim"
    COMPANY_RECORD_GROUND = "company.record_ground"
    OBJECTION_RECORD = "objection.record"
    REFERENCE_CONFIRM = "reference.confirm"
    COMPANY_VIEW = "company.view"
    COMPANY_EDIT = "company.edit"
    COMPANY_DELETE = "company.delete"
    COMPANY_ERASE = "company.erase"
    COMPANY_NOMINATE = "company.nominate"
    INVITATION_ANSWER = "invitation.answer"
    APPLICATION_WRITE = "application.write"


_PARTNER = {
    Permission.MATCH_VIEW,
    Permission.MATCH_EXPORT,
    Permission.COMPANY_NOMINATE,
    Permission.REFERENCE_CONFIRM,
}
_MANAGER = _PARTNER | {
    Permission.ORGANISATION_EDIT,
    Permission.ORGANISATION_INVITE,
    Permission.PEOPLE_MANAGE,
    Permission.LAB_EDIT,
    Permission.CHALLENGE_EDIT,
    Permission.CHALLENGE_PUBLISH,
    Permission.QUESTION_ANSWER,
    Permission.MATCH_STEER,
    Permission.WEIGHTS_CHOOSE,
    Permission.INVITATION_SEND,
    Permission.INVITATION_SET_SHARES,
    Permission.APPLICATION_READ,
    Permission.APPLICATION_DECIDE,
    Permission.COMPANY_IMPORT,
    Permission.COMPANY_CONFIRM_CLAIM,
    Permission.COMPANY_RECORD_GROUND,
    Permission.OBJECTION_RECORD,
}
_EDITOR = {
    Permission.COMPANY_VIEW,
    Permission.COMPANY_EDIT,
    Permission.MATCH_CONTEST,
    Permission.INVITATION_ANSWER,
    Permission.APPLICATION_WRITE,
}
_OWNER = _EDITOR | {
    Permission.PEOPLE_MANAGE,
    Permission.COMPANY_DELETE,
    Permission.COMPANY_ERASE,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.PLATFORM_ADMINISTER,
            Permission.ORGANISATION_EDIT,
            Permission.ORGANISATION_INVITE,
            Permission.PEOPLE_MANAGE,
            Permission.INVITATION_SET_SHARES,
            Permission.COMPANY_ERASE,
            Permission.COMPANY_RECORD_GROUND,
            Permission.OBJECTION_RECORD,
        }
    ),
    Role.MANAGER: frozenset(_MANAGER),
    Role.PARTNER: frozenset(_PARTNER),
    Role.OWNER: frozenset(_OWNER),
    Role.EDITOR: frozenset(_EDITOR),
    Role.VISITOR: frozenset(),
}


class Person(Protocol):
    """Whoever asks: a user, or Django's AnonymousUser."""

    pk: Any

    @property
    def is_authenticated(self) -> bool: ...


class Scope(Protocol):
    """A noun with people: a company, an organisation, a lab, a challenge."""

    def roles_of(self, user: Person) -> set[Role]: ...


class Platform:
    """The scope of the whole installation: only administrators have a role in it."""

    def roles_of(self, user: Person) -> set[Role]:
        if getattr(user, "is_administrator", False):
            return {Role.ADMINISTRATOR}
        return set()


def has_permission(user: Person, permission: Permission, scope: Scope) -> bool:
    """Whether one of the user's roles in `scope` grants `permission`."""
    if not user.is_authenticated:
        return False
    return any(permission in GRANTS[role] for role in scope.roles_of(user))
