from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import User
from accounts.problems import AccountProblem

# Its own sign-in page would know neither codes nor passkeys nor limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """To look people up, and to name another administrator; people change by verbs only."""

    list_display = ("email", "name", "language", "is_administrator", "is_active", "date_joined")
    list_filter = ("is_administrator", "is_active", "is_demonstration")
    search_fields = ("email", "name")
    exclude = ("password", "user_permissions", "groups")
    actions = ("make_administrator", "shut_out", "let_in_again")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Make platform administrator"))
    def make_administrator(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            actions.make_administrator(user=user, by=cast(User, request.user))

    @admin.action(description=_("Shut out: close the account and end its sessions"))
    def shut_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            try:
                actions.shut_out(user=user, by=cast(User, request.user))
            except AccountProblem as problem:
                messages.error(request, str(problem))

    @admin.action(description=_("Let in again"))
    def let_in_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            actions.let_in_again(user=user, by=cast(User, request.user))
