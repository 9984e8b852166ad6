"""Why a verb of this room refused, in words the person can act on."""


class MailProblem(Exception):
    """A refusal; its text is shown to the person."""
