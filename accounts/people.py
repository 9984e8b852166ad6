"""The page of the people of an organisation or a company; later rooms fill it with their verbs."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.views.generic import TemplateView

from accounts.doors import PermissionPage
from accounts.permissions import Permission


@dataclass(frozen=True)
class Person:
    """One role of one person; `id` is what the buttons send back."""

    id: int
    name: str
    email: str
    role: str
    since: datetime
    is_you: bool


@dataclass(frozen=True)
class Waiting:
    """Somebody who was asked in and has not come yet."""

    id: int
    email: str
    role: str
    expires_at: datetime
    is_expired: bool


class PeoplePage(PermissionPage, TemplateView):
    """Shows who is in and who is asked; each button posts `verb` and, mostly, `id`.

    A room names its `roles`, its `problem` (the exception whose text is shown) and its
    `add_form`, and writes a method per verb: `do_add(form)`, `do_change_role(id, role)`,
    `do_remove(id)`, `do_hand_over(id)`, `do_resend(id)`, `do_withdraw(id)`; each returns the
    sentence that says what happened. A verb without a method has no button.
    """

    permission = Permission.PEOPLE_MANAGE
    template_name = "accounts/people.html"
    secret = False
    verbs: ClassVar[tuple[str, ...]] = ("change_role", "remove", "hand_over", "resend", "withdraw")
    roles: ClassVar[Sequence[tuple[str, str | Promise]]]
    problem: ClassVar[type[Exception]]
    add_form: ClassVar[type[Form]]

    @abstractmethod
    def people(self) -> QuerySet[Any]:
        """Memberships in the order of the page: `user`, `role`, `since`."""

    @abstractmethod
    def waiting(self) -> QuerySet[Any]:
        """Letters, the newest first: `email`, `role`, `expires_at`."""

    def may_hand_over(self) -> bool:
        """Whether the reader has something to hand over."""
        return hasattr(self, "do_hand_over")

    @abstractmethod
    def page(self) -> dict[str, Any]:
        """`title`, `lead` and `crumbs` of the page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.add_form())
        people = Paginator(self.people().select_related("user"), settings.PAGE_SIZE)
        page = people.get_page(self.request.GET.get("page"))
        letters = list(self.waiting()[: settings.PAGE_SIZE + 1])
        return super().get_context_data(
            page_obj=page,
            people=[self._person(row) for row in page],
            waiting=[_waiting(letter) for letter in letters[: settings.PAGE_SIZE]],
            more_wait=len(letters) > settings.PAGE_SIZE,
            roles=self.roles,
            may_hand_over=self.may_hand_over(),
            **self.page(),
            **kwargs,
        )

    def _person(self, row: Any) -> Person:
        return Person(
            id=row.pk,
            name=str(row.user),
            email=row.user.email,
            role=row.role,
            since=row.since,
            is_you=row.user_id == self.person.pk,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        verb = request.POST.get("verb", "")
        if verb == "add":
            return self._add(request)
        do = getattr(self, f"do_{verb}", None) if verb in self.verbs else None
        chosen = request.POST.get("id", "")
        if do is None or not chosen.isdecimal():
            raise Http404
        role = {"role": request.POST.get("role", "")} if verb == "change_role" else {}
        if role and role["role"] not in dict(self.roles):
            raise Http404
        try:
            messages.success(request, do(int(chosen), **role))
        except self.problem as problem:
            messages.error(request, str(problem))
        return redirect(request.get_full_path())

    def _add(self, request: HttpRequest) -> HttpResponse:
        form = self.add_form(request.POST)
        if form.is_valid():
            try:
                messages.success(request, self.do_add(form))
                return redirect(request.get_full_path())
            except self.problem as problem:
                form.add_error(None, str(problem))
        return self.render_to_response(self.get_context_data(form=form), status=422)

    @abstractmethod
    def do_add(self, form: Form) -> str:
        """Lets one in, or asks them."""


def _waiting(letter: Any) -> Waiting:
    return Waiting(
        id=letter.pk,
        email=letter.email,
        role=letter.role,
        expires_at=letter.expires_at,
        is_expired=letter.expires_at <= timezone.now(),
    )
