import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from mail.actions import Refusal, queue_many, suppress, unsuppress, write_late
from mail.choices import LetterState, Priority, StopReason
from mail.lists import add_writer
from mail.models import Letter, Suppression, hash_of
from mail.signals import letters_queued
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced():
    heard = []

    def listen(letter_ids, **rest):
        heard.append(letter_ids)

    letters_queued.connect(listen)
    yield heard
    letters_queued.disconnect(listen)


def test_queue_writes_the_whole_letter_and_announces_it(queue_hello, announced):
    manager = UserFactory()

    letter = queue_hello(" Anna@Firm.example ", name="Anna", related=("invitation", 7), by=manager)

    letter.refresh_from_db()
    assert letter.recipient == "anna@firm.example"
    assert letter.state == LetterState.QUEUED
    assert letter.subject == "Hello Anna"
    assert letter.message_id == f"<{letter.pk}@labmatch.example>"
    assert (letter.related_noun, letter.related_id) == ("invitation", "7")
    assert letter.caused_by == manager
    assert list(Letter.objects.about("invitation", [7, 8])) == [letter]
    assert announced == [[letter.pk]]


def test_same_key_never_writes_twice(queue_hello, announced):
    first = queue_hello(key="once")

    second = queue_hello("ben@firm.example", key="once")

    assert second == first
    assert Letter.objects.count() == 1
    assert announced == [[first.pk]]


def test_letter_rolls_back_with_the_callers_transaction(queue_hello):
    with transaction.atomic():
        queue_hello()
        transaction.set_rollback(True)

    assert Letter.objects.count() == 0


@pytest.mark.parametrize("stopped", ["news", ""])
def test_a_stopped_list_refuses_in_words(queue_hello, announced, stopped):
    suppress(address_hash=hash_of("Anna@firm.example"), list_name=stopped)

    refusal = queue_hello(list_name="news")

    assert isinstance(refusal, Refusal)
    assert str(refusal) == "This address asked not to get letters of this kind."
    assert announced == []


@pytest.mark.parametrize("list_name", [None, "other"])
def test_a_stop_holds_for_its_own_list_only(queue_hello, list_name):
    suppress(address_hash=hash_of("anna@firm.example"), list_name="news")

    letter = queue_hello(list_name=list_name)

    assert letter.state == LetterState.QUEUED


def test_letters_without_a_list_reach_those_who_stopped_everything(queue_hello):
    suppress(address_hash=hash_of("anna@firm.example"))

    assert isinstance(queue_hello(), Letter)


@pytest.mark.parametrize("address", ["", "anna", "anna@", "a@b@c.example", "a b@firm.example"])
def test_what_is_no_address_is_refused(queue_hello, address):
    assert str(queue_hello(address)) == "This is not an e-mail address."


def test_taking_back_leaves_objections_alone(queue_hello):
    trace = hash_of("anna@firm.example")
    suppress(address_hash=trace, list_name="news")
    suppress(address_hash=trace, list_name="news", reason=StopReason.OBJECTED)

    unsuppress(address_hash=trace, list_name="news")

    assert list(Suppression.objects.values_list("reason", flat=True)) == [StopReason.OBJECTED]


def queue_for_users(**changes):
    return queue_many(
        **{
            "kind": "hello",
            "recipients": UserFactory._meta.model.objects.all(),
            "key": Concat(Value("hello:"), Cast("pk", CharField())),
            "address": "email",
            "name": "name",
            "language": Value("en"),
            "related_noun": "user",
            "list_name": "news",
            **changes,
        }
    )


def test_queue_many_inserts_by_one_statement_and_leaves_out_the_stopped(
    django_assert_num_queries, announced
):
    anna, ben, carla = UserFactory.create_batch(3)
    suppress(address_hash=hash_of(ben.email), list_name="news")

    with django_assert_num_queries(3):  # savepoint, insert, release
        ids = queue_for_users(by=anna)

    letters = Letter.objects.order_by("recipient")
    assert {letter.related_id for letter in letters} == {str(anna.pk), str(carla.pk)}
    assert {letter.message_id for letter in letters} == {
        f"<{letter.pk}@labmatch.example>" for letter in letters
    }
    assert {letter.caused_by for letter in letters} == {anna}
    assert {letter.priority for letter in letters} == {Priority.BULK}
    assert [set(ids)] == [set(heard) for heard in announced]


def test_queue_many_twice_adds_nothing():
    UserFactory.create_batch(3)
    queue_for_users()

    assert queue_for_users() == []
    assert Letter.objects.count() == 3


def test_letters_queued_by_the_thousand_are_written_by_the_worker():
    anna, ben = UserFactory.create_batch(2, name="Anna")
    queue_for_users()
    add_writer("hello", lambda ids: {one: {"name": "Anna"} for one in ids if one != str(ben.pk)})

    failures = write_late(letters=list(Letter.objects.all()))

    written = Letter.objects.about("user", [anna.pk]).get()
    assert written.subject == "Hello Anna"
    assert written.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [letter.related_id for letter in failures] == [str(ben.pk)]


def test_every_letter_of_a_list_can_be_stopped(queue_hello):
    letter = queue_hello(list_name="news")

    url = letter.headers["List-Unsubscribe"].strip("<>")
    assert url.startswith(f"{settings.BASE_URL}/letters/stop/")
    assert url in letter.text
    assert "anna" not in url
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_letter_without_a_list_has_no_stop_link(queue_hello):
    assert queue_hello().headers == {"Auto-Submitted": "auto-generated"}


def test_hash_is_the_same_in_python_and_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(sha256(convert_to('labmatch:' || lower(%s), 'UTF8')), 'hex')",
            ["Anna@Firm.example"],
        )
        assert cursor.fetchone() == (hash_of("anna@firm.example"),)
