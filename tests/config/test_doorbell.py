import pytest
from celery import Celery
from django.db import transaction


def nothing_to_do():
    pass


@pytest.mark.django_db(transaction=True)
def test_a_silent_broker_costs_neither_the_row_nor_the_page(django_user_model):
    app = Celery(
        "silent",
        broker="redis://127.0.0.1:1/0",
        task_cls="config.doorbell:ForgivingTask",
        set_as_current=False,
    )
    app.conf.task_publish_retry_policy = {"max_retries": 0}
    bell = app.task(nothing_to_do)

    with transaction.atomic():
        django_user_model.objects.create_user("anna@firm.example")
        bell.delay_on_commit()

    assert django_user_model.objects.count() == 1
