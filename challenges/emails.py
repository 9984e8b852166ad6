"""The letters of this room, one function each."""

from typing import Any

from accounts.actions import language_of
from challenges.models import Answer, Question
from mail.actions import queue
from mail.letters import Passage, own_url


def tell_asker(*, question: Question, answer: Answer) -> None:
    """Bring the answer to the person who asked, where that is a person with an account."""
    asker = question.asked_by
    if asker is None or not asker.is_active:
        return
    queue(
        key=answer_key(question, "person"),
        kind="question-answered",
        to=asker.email,
        name=asker.name,
        language=language_of(asker),
        context=answer_context(question, answer),
        related=("question", question.pk),
    )


def answer_key(question: Question, whom: str) -> str:
    return f"question-answered:{question.pk}:{whom}"


def answer_context(question: Question, answer: Answer) -> dict[str, Any]:
    challenge = question.challenge
    return {
        "challenge": challenge.title,
        "sender_name": challenge.lab.cluster.name,
        "question": Passage(question.text),
        "question_language": question.language,
        "answer": Passage(answer.text),
        "answer_language": answer.language,
        "url": own_url(question.get_absolute_url()),
    }
