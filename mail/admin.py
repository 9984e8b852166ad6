from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from mail.models import Letter, Suppression


class ReadOnlyAdmin(admin.ModelAdmin):
    """Letters change by verbs only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "recipient", "state", "attempts", "last_error")
    list_filter = ("state", "kind", "list_name")
    search_fields = ("recipient", "key")
    exclude = ("subject", "text", "html")
    show_full_result_count = False


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    list_display = ("since", "list_name", "reason")
    list_filter = ("reason", "list_name")
