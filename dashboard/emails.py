"""The letter of this room."""

import uuid

from django.conf import settings

from mail.actions import queue
from mail.letters import Passage


def contact_question(*, name: str, email: str, question: str) -> None:
    """A visitor's question, to the address of the installation; answering writes to the visitor."""
    queue(
        key=f"contact-question:{uuid.uuid4()}",
        kind="contact-question",
        to=settings.CONTACT_EMAIL,
        language=settings.LANGUAGE_CODE,
        context={"name": name, "email": email, "question": Passage(question)},
        reply_to=email,
    )
