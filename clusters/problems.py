"""Why a verb of this room refuses, in words for the person who asked."""


class ClusterProblem(Exception):
    """The text is a sentence the person can act on."""
