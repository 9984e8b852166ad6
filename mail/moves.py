"""The moves a state may make, refused by the database where they are not on the list."""

from collections.abc import Sequence

import pgtrigger


class Moves(pgtrigger.FSM):
    """Looks at each row in the trigger's condition, and calls its function only to refuse.

    Called for every row it cost ten thousand letters a second.
    """

    def __init__(self, *, name: str, field: str, transitions: Sequence[tuple[str, str]]) -> None:
        allowed = ",".join(f"{before}:{after}" for before, after in transitions)
        is_news = f'OLD."{field}" IS DISTINCT FROM NEW."{field}"'
        is_wrong = f"""(OLD."{field}" || ':' || NEW."{field}") <> ALL ('{{{allowed}}}'::text[])"""
        super().__init__(
            name=name,
            field=field,
            transitions=list(transitions),
            condition=pgtrigger.Condition(f"{is_news} AND {is_wrong}"),
        )
