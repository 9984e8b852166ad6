"""Why a verb of this room refuses, in words for the person who asked."""


class AccountProblem(Exception):
    """Carries one sentence or several; `str()` joins them."""

    def __init__(self, *sentences: object) -> None:
        super().__init__(*sentences)

    def __str__(self) -> str:
        return " ".join(str(sentence) for sentence in self.args)
