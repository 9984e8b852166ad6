"""Pages of long lists: the count stops at a limit, so a page costs the same at any length."""

from functools import cached_property
from typing import Any

from django.core.paginator import EmptyPage, Paginator

COUNT_LIMIT = 1000


class CappedPaginator(Paginator):
    """Counts to a thousand and no further; `is_capped` says that there are more."""

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        if not hasattr(rows, "query"):
            return len(rows)
        return rows.order_by()[: COUNT_LIMIT + 1].count()

    @property
    def is_capped(self) -> bool:
        return self.counted > COUNT_LIMIT

    def validate_number(self, number: Any) -> int:
        """A page behind the last one is the last: a filter shortened the list of a shared link."""
        try:
            return super().validate_number(number)
        except EmptyPage:
            return self.num_pages

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNT_LIMIT)
