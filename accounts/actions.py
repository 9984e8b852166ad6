"""What people do with their account, and how the rooms tell them what happened."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import post
from accounts.models import AdministratorLink, Notice, NoticePreference, User, sentences
from accounts.problems import AccountProblem
from accounts.registry import memberships_of, notice_kind, ties_of
from accounts.tokens import hash_of, new_token

ADMINISTRATOR_LINK_LIFE = timedelta(days=1)


@transaction.atomic
def notify(
    *,
    user_ids: Iterable[int],
    kind: str,
    data: Mapping[str, Any],
    url: str,
    group: str = "",
    lettered: Collection[int] = (),
    by: User | None = None,
) -> list[Notice]:
    """Tell people what happened, each as they wish: on the page, by mail, both or not at all.

    `data` fills the slots of the sentence that the room registered for `kind`; `url` is a path.
    `group` is the path that shows several of them: what is unread there becomes one line.
    `lettered` are those who get a letter of its own about it, and no notice by mail beside it.
    Whoever did it (`by`) is not told. Raises KeyError for a kind no room registered.
    """
    notice_kind(kind)
    readers = User.objects.filter(pk__in=set(user_ids), is_active=True).order_by("pk")
    if by is not None:
        readers = readers.exclude(pk=by.pk)
    wishes = NoticePreference.objects.filter(kind=kind, user__in=readers)
    not_on_page = {wish.user_id for wish in wishes if not wish.on_page}
    not_by_mail = {wish.user_id for wish in wishes if not wish.by_mail} | {*lettered}
    not_by_mail |= {reader.pk for reader in readers if reader.has_paused_mail}
    for reader in readers:
        if reader.pk not in not_by_mail:
            _mail_notice(reader, kind, data, url, by)
    told = [reader for reader in readers if reader.pk not in not_on_page]
    joined = _join(told, kind, data, group)
    return Notice.objects.bulk_create(
        Notice(user=reader, kind=kind, data=dict(data), url=url, group=group)
        for reader in told
        if reader.pk not in joined
    )


def _join(readers: list[User], kind: str, data: Mapping[str, Any], group: str) -> set[int]:
    """One more in the readers' unread groups. Returns who had such a group."""
    rows = Notice.objects.grouped(kind, group).filter(user__in=readers)
    groups = list(rows.select_for_update().values_list("pk", "user_id"))
    Notice.objects.filter(pk__in=[pk for pk, _user in groups]).update(
        count=F("count") + 1, data=dict(data), url=group, created_at=timezone.now()
    )
    return {user_id for _pk, user_id in groups}


def _mail_notice(
    reader: User, kind: str, data: Mapping[str, Any], url: str, by: User | None
) -> None:
    language = language_of(reader)
    with translation.override(language):
        (sentence,) = sentences([Notice(user=reader, kind=kind, data=dict(data))], reader=reader)
    post.send(
        kind="notice",
        to=reader.email,
        name=reader.name,
        language=language,
        context={
            "sentence": post.passage(sentence),
            "url": f"{settings.BASE_URL}{url}",
            "wishes_url": f"{settings.BASE_URL}/accounts/wishes/",
        },
        by=by,
    )


def language_of(user: User) -> str:
    """The language in which to write to a person."""
    return user.language or settings.LANGUAGE_CODE


def mark_read(*, user: User, notice_ids: Iterable[int] | None = None, by: User) -> int:
    """Mark some of a person's notices as read, or all of them."""
    unread = Notice.objects.of(user).unread()
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def forget_notices(*, company_names: Collection[str], slug: str, by: User | None) -> None:
    """A company is erased: lines that name it, or lead to its pages, go."""
    named = Q(data__company__in=list(company_names)) | Q(url__contains=f"/{slug}/")
    Notice.objects.filter(named).delete()


def change_wishes(
    *,
    user: User,
    wishes: Mapping[str, tuple[bool, bool]],
    no_mail_until: date | None = None,
    by: User,
) -> None:
    """`wishes`: for each kind of notice, whether on the page and whether by mail.

    Until the day given no notice comes by mail, and all wait on the page.
    """
    user.no_mail_until = no_mail_until
    user.save(update_fields=["no_mail_until"])
    for kind, (on_page, by_mail) in wishes.items():
        NoticePreference.objects.update_or_create(
            user=user, kind=kind, defaults={"on_page": on_page, "by_mail": by_mail}
        )


def update_name(*, user: User, name: str, by: User) -> User:
    user.name = name
    user.save(update_fields=["name"])
    return user


def change_language(*, user: User, language: str, by: User) -> User:
    if language not in dict(settings.LANGUAGES):
        raise AccountProblem(_("Labmatch does not speak this language."))
    user.language = language
    user.save(update_fields=["language"])
    return user


def act_as(*, user: User, key: str, by: User) -> User:
    """Choose in which of their roles a person works from now on."""
    if key not in {belonging.key for belonging in memberships_of(user)}:
        raise AccountProblem(_("You do not have this role any more."))
    user.acting_as = key
    user.save(update_fields=["acting_as"])
    return user


@transaction.atomic
def delete_account(*, user: User, by: User) -> None:
    """Remove a person for good. What they did stays, without their name.

    Refuses while an organisation or a company would be left without anybody in charge.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    ties = reasons_to_stay(person)
    if ties:
        raise AccountProblem(*ties)
    addresses = {
        person.email,
        *EmailAddress.objects.filter(user=person).values_list("email", flat=True),
    }
    person.delete()
    for address in sorted(addresses):
        post.forget(address=address)


def reasons_to_stay(user: User) -> list[str]:
    """Why this account cannot be deleted yet, each with what to do about it."""
    reasons = ties_of(user)
    others = User.objects.filter(is_administrator=True, is_active=True).exclude(pk=user.pk)
    if user.is_administrator and not others.exists():
        reasons.append(
            _("You are the only platform administrator. Make somebody else one before you go.")
        )
    return reasons


def make_administrator(*, user: User, by: User) -> User:
    """Give the whole installation into the hands of one more person."""
    user.is_administrator = user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_administrator", "is_staff", "is_superuser"])
    return user


@transaction.atomic
def shut_out(*, user: User, by: User) -> User:
    """Close an account at once, everywhere it is signed in. What the person did stays."""
    if user == by:
        raise AccountProblem(_("You cannot shut yourself out."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    for session in UserSession.objects.filter(user=user):
        session.end()
    return user


def let_in_again(*, user: User, by: User) -> User:
    """The person signs in as before; earlier sessions stay ended."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def write_administrator_link(*, by: User | None = None) -> str | None:
    """The token of a new link for the first administrator; nothing when there is one already.

    Earlier links stop working.
    """
    if User.objects.filter(is_administrator=True).exists():
        return None
    token = new_token()
    AdministratorLink.objects.all().delete()
    AdministratorLink.objects.create(
        token_hash=hash_of(token), expires_at=timezone.now() + ADMINISTRATOR_LINK_LIFE
    )
    return token


@transaction.atomic
def create_first_administrator(
    *, token_hash: str, name: str, email: str, password: str, language: str, by: None = None
) -> User:
    """Whoever holds the printed link runs this machine, so the address needs no other proof."""
    links = AdministratorLink.objects.usable().filter(token_hash=token_hash)
    if not links.update(used_at=timezone.now()):
        raise AccountProblem(_("This link has been used or is too old."))
    if User.objects.filter(is_administrator=True).exists():
        raise AccountProblem(_("There is an administrator already. Sign in instead."))
    if User.objects.filter(email__iexact=email).exists():
        raise AccountProblem(_("There is an account with this e-mail address already."))
    user = User.objects.create_superuser(email, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def make_demonstration_person(
    *,
    email: str,
    name: str,
    language: str,
    one_click: str = "",
    is_administrator: bool = False,
    by: None = None,
) -> User:
    """An invented person without a password, who signs in by a mailed code or by one click."""
    user = User.objects.create_user(
        email,
        name=name,
        language=language,
        one_click=one_click,
        is_administrator=is_administrator,
        is_demonstration=True,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
