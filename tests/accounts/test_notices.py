from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import actions
from accounts.models import Notice, NoticePreference
from accounts.registry import NoticeKind, register_notice
from mail.models import Letter
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind():
    register_notice(
        NoticeKind("tea", "Tea is ready", "%(who)s made tea.", "%(count)d teas, says %(who)s.")
    )
    return "tea"


def tell(*users, by=None):
    return actions.notify(
        user_ids=[user.pk for user in users], kind="tea", data={"who": "Ada"}, url="/tea/", by=by
    )


def pour(*users, who):
    """As `tell`, in a group."""
    return actions.notify(
        user_ids=[user.pk for user in users],
        kind="tea",
        data={"who": who},
        url=f"/tea/{who}/",
        group="/teas/",
    )


def letters():
    return list(Letter.objects.filter(kind="notice").values_list("recipient", "subject"))


def test_a_person_without_wishes_is_told_on_the_page_and_by_mail():
    ilse = UserFactory()

    tell(ilse)

    assert [str(notice) for notice in Notice.objects.of(ilse)] == ["Ada made tea."]
    assert letters() == [(ilse.email, "Ada made tea.")]


@pytest.mark.parametrize(
    ("on_page", "by_mail", "notices", "mails"),
    [(True, False, 1, 0), (False, True, 0, 1), (False, False, 0, 0)],
)
def test_wishes_are_obeyed(on_page, by_mail, notices, mails):
    ilse = UserFactory()
    NoticePreference.objects.create(user=ilse, kind="tea", on_page=on_page, by_mail=by_mail)

    tell(ilse)

    assert (Notice.objects.of(ilse).count(), len(letters())) == (notices, mails)


def test_unread_notices_of_a_group_become_one_line_that_leads_to_all():
    ilse, tomas = UserFactory(), UserFactory()

    for who in ("Ada", "Bo", "Cleo"):
        pour(ilse, who=who)
    pour(tomas, who="Ada")

    (notice,) = Notice.objects.of(ilse)
    assert (str(notice), notice.url, notice.count) == ("3 teas, says Cleo.", "/teas/", 3)
    assert [str(one) for one in Notice.objects.of(tomas)] == ["Ada made tea."]


def test_what_was_read_begins_a_new_line():
    ilse = UserFactory()
    pour(ilse, who="Ada")
    actions.mark_read(user=ilse, by=ilse)

    pour(ilse, who="Bo")

    assert [str(one) for one in Notice.objects.of(ilse)] == ["Bo made tea.", "Ada made tea."]


def test_whoever_did_it_is_not_told():
    ilse, tomas = UserFactory(), UserFactory()

    tell(ilse, tomas, by=ilse)

    assert list(Notice.objects.values_list("user", flat=True)) == [tomas.pk]


def test_closed_accounts_are_not_told():
    gone = UserFactory(is_active=False)

    tell(gone)

    assert (Notice.objects.count(), letters()) == (0, [])


def test_an_unknown_kind_is_refused_loudly():
    with pytest.raises(KeyError):
        actions.notify(user_ids=[], kind="nobody-registered-this", data={}, url="/")


def test_marking_read_touches_only_own_notices(client):
    ilse, tomas = UserFactory(), UserFactory()
    tell(ilse, tomas)
    client.force_login(ilse)
    others = Notice.objects.of(tomas).get()

    client.post("/accounts/notices/read/", {"notice": others.pk})
    client.post("/accounts/notices/read/")

    assert list(Notice.objects.unread().values_list("user", flat=True)) == [tomas.pk]


def test_the_list_needs_as_many_queries_for_thirty_notices_as_for_one(
    client, django_assert_num_queries
):
    ilse = UserFactory()
    client.force_login(ilse)
    tell(ilse)
    client.get("/accounts/notices/")

    with django_assert_num_queries(7):
        client.get("/accounts/notices/")
    for _number in range(29):
        tell(ilse)
    with django_assert_num_queries(7):
        client.get("/accounts/notices/")


def test_wishes_are_kept_by_the_form(client):
    ilse = UserFactory()
    client.force_login(ilse)

    client.post("/accounts/wishes/", {"tea:page": "on"})

    wish = NoticePreference.objects.get(user=ilse, kind="tea")
    assert (wish.on_page, wish.by_mail) == (True, False)


def test_nothing_comes_by_mail_during_a_pause_and_all_waits_on_the_page(client):
    ilse = UserFactory()
    client.force_login(ilse)
    until = timezone.localdate() + timedelta(days=9)

    client.post(
        "/accounts/wishes/",
        {"tea:page": "on", "tea:mail": "on", "language": "da", "no_mail_until": until.isoformat()},
    )
    tell(ilse)

    ilse.refresh_from_db()
    assert (ilse.language, ilse.no_mail_until) == ("da", until)
    assert (Notice.objects.of(ilse).count(), letters()) == (1, [])


def test_mail_comes_again_on_the_day_the_pause_ends():
    ilse = UserFactory(no_mail_until=timezone.localdate())

    tell(ilse)

    assert letters() == [(ilse.email, "Ada made tea.")]
