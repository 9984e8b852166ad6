"""Why a verb of this room refused, in words the person can act on."""


class MatchProblem(Exception):
    """A refusal; its text is shown to the person."""


class NotWrittenYet(MatchProblem):
    """The reasons that it is about are the worker's to write first; it has been rung."""
