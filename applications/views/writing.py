"""The form: begun for a challenge, saved while it is written, sent, and edited later."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.doors import SignedInPage
from accounts.kept import take_out
from accounts.permissions import Permission, Role, has_permission
from applications import actions
from applications.choices import MOST_FILES, Status
from applications.forms import ApplicationForm
from applications.models import Application, Attachment
from applications.prefill import prefilled
from applications.problems import ApplicationProblem, EditedMeanwhile, Incomplete, TooLate
from applications.showing import answers
from applications.views.own import OwnPage
from applications.views.uploads import UploadDoor
from applications.wording import moment_written_out
from challenges.models import Challenge
from companies.models import Company

FILE_LIMITS = {"most_files": MOST_FILES, "file_limit": settings.ATTACHMENT_BYTES}


class Desk(UploadDoor):
    """What the new form and the form of an application that exists have in common."""

    request: HttpRequest
    challenge: Challenge
    company: Company
    application: Any

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kept = take_out(request)
        row = self.application
        if row is not None and row.is_decided_on and kept is None:
            return redirect(self.application)
        if self.is_sent and kept is None and kwargs.get("slug"):
            return redirect(self.application)
        form = ApplicationForm(kept, company=self.company, initial=self._initial())
        return self._page(form, was_kept=kept is not None)

    @property
    def is_sent(self) -> bool:
        return self.application is not None and self.application.status != Status.DRAFT

    def _initial(self) -> dict[str, Any]:
        if self.application is None:
            said = prefilled(
                challenge=self.challenge, company=self.company, person=self.request.user
            )
            return {**said, "solution": said["solution_id"], "revision": 0}
        said = self.application.latest
        return {**said, "solution": said["solution_id"], "revision": self.application.revision}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Whatever else happens, what was typed is saved first."""
        # An autosave carries the button clicked last; it must never send.
        sending = "send" in request.POST and not self._instant
        form = ApplicationForm(request.POST, company=self.company, sending=sending)
        form.is_valid()
        try:
            self.application = self._save(form)
        except EditedMeanwhile as conflict:
            return self._conflict(form, str(conflict))
        except ApplicationProblem as problem:
            form.add_error(None, str(problem))
            return self._refused(form)
        self._file(form)
        if form.errors:
            return self._refused(form)
        if form.sending:
            return self._send(form, self.application)
        return self._saved(form, self.application)

    def _save(self, form: ApplicationForm) -> Application:
        content = form.content()
        row = self.application or self._begin(form, content)
        return actions.save_draft(
            application=row,
            content=content,
            revision=form.seen,
            page=form.page,
            by=self.request.user,
        )

    def _begin(self, form: ApplicationForm, content: dict[str, Any]) -> Application:
        pair = {"challenge": self.challenge, "company": self.company}
        try:
            return actions.start_draft(**pair, page=form.page, by=self.request.user)
        except ApplicationProblem:
            return actions.keep_typed(**pair, content=content, page=form.page, by=self.request.user)

    def _file(self, form: ApplicationForm) -> None:
        """Add and remove files; each refusal is an error of the form, and hinders no other."""
        arrived_at = self.request.arrived_at  # type: ignore[attr-defined]
        common = {"arrived_at": arrived_at, "by": self.request.user}
        for name in self.large_files.names:
            form.add_error(None, actions.too_large(name))
        for attachment in self._removed():
            try:
                actions.detach(attachment=attachment, **common)
            except ApplicationProblem as problem:
                form.add_error(None, str(problem))
        for upload in self.request.FILES.getlist("files"):
            try:
                actions.attach(application=self.application, upload=upload, **common)
            except ApplicationProblem as problem:
                form.add_error(None, str(problem))

    def _removed(self) -> QuerySet[Attachment]:
        try:
            return self.application.attachments.filter(
                public_id__in=self.request.POST.getlist("remove")
            )
        except ValidationError:
            raise Http404 from None

    def _send(self, form: ApplicationForm, row: Application) -> HttpResponse:
        try:
            row = actions.submit(
                application=row,
                content=form.content(),
                arrived_at=self.request.arrived_at,  # type: ignore[attr-defined]
                revision=row.revision,
                page=form.page,
                by=self.request.user,
            )
        except EditedMeanwhile as conflict:
            return self._conflict(form, str(conflict))
        except TooLate as late:
            return self._page(form, status=409, late=self._late(late))
        except Incomplete as incomplete:
            for name in incomplete.fields:
                form.add_error(name, _("Please answer this."))
            return self._refused(form)
        except ApplicationProblem as problem:
            form.add_error(None, str(problem))
            return self._refused(form)
        return redirect(row)

    def _late(self, late: TooLate) -> dict[str, str]:
        """Both moments, in the zone of the deadline."""
        zone = self.challenge.time_zone
        return {
            "arrived": moment_written_out(late.arrived_at, zone=zone),
            "ended": moment_written_out(late.ended_at, zone=zone) if late.ended_at else "",
        }

    def _saved(self, form: ApplicationForm, row: Application) -> HttpResponse:
        if not self._instant:
            messages.success(self.request, _("Saved. Nothing was sent yet."))
            return redirect("applications:edit", row.public_id)
        return render(self.request, "applications/_saved.html", self._instant_context(form))

    def _refused(self, form: ApplicationForm) -> HttpResponse:
        if self._instant:
            context = self._instant_context(form)
            return render(self.request, "applications/_saved.html", context, status=422)
        return self._page(form, status=422)

    def _instant_context(self, form: ApplicationForm) -> dict[str, Any]:
        return {
            "form": form,
            "application": self.application,
            "challenge": self.challenge,
            "revision": self.application.revision if self.application else 0,
            "saved_at": datetime.now(ZoneInfo(self.challenge.time_zone)),
            "takes_applications": self._takes_applications,
            "files_changed": bool(self.request.FILES or "remove" in self.request.POST),
            **FILE_LIMITS,
        }

    def _conflict(self, form: ApplicationForm, sentence: str) -> HttpResponse:
        """The text typed stays in the form, what is stored stands beside it; saving again wins."""
        if self._instant:
            context = {"sentence": sentence, "form": form}
            return render(self.request, "applications/_not_saved.html", context, status=422)
        self.application = Application.objects.get(challenge=self.challenge, company=self.company)
        words = self.request.POST.copy()
        words["revision"] = str(self.application.revision)
        again = ApplicationForm(words, company=self.company)
        theirs = answers(self.application, self.application.latest)
        return self._page(again, status=409, conflict=sentence, theirs=theirs)

    @property
    def _instant(self) -> bool:
        return bool(self.request.htmx)  # type: ignore[attr-defined]

    @cached_property
    def _takes_applications(self) -> bool:
        return actions.takes_applications(self.challenge)

    def _page(self, form: ApplicationForm, status: int = 200, **extra: Any) -> HttpResponse:
        context = {
            "form": form,
            "challenge": self.challenge,
            "company": self.company,
            "application": self.application,
            "takes_applications": self._takes_applications,
            **FILE_LIMITS,
            "crumbs": [{"label": self.challenge.title, "url": self.challenge.get_absolute_url()}],
            **extra,
        }
        return render(self.request, "applications/application_form.html", context, status=status)


class EditApplication(Desk, OwnPage, View):
    """The form of an application that exists."""

    def get_scope(self) -> Application:
        row = super().get_scope()
        self.challenge, self.company = row.challenge, row.company
        return row


class NewApplication(Desk, SignedInPage, View):
    """The form of an application that may not exist yet; the first save begins it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self._company is None:
            return self._who()
        if self.application is None and not self._takes_applications:
            context = {"challenge": self.challenge}
            return render(request, "applications/application_closed.html", context)
        return super().get(request, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self._company is None:
            return self._who()
        return super().post(request, **kwargs)

    @cached_property
    def challenge(self) -> Challenge:  # type: ignore[override]
        """Any that was ever published, so that a form opened before its end is not lost."""
        rows = Challenge.objects.select_related("lab__cluster").filter(published_at__isnull=False)
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    @cached_property
    def _companies(self) -> list[Company]:
        rows = Company.objects.active().of(self.request.user).prefetch_related("members")
        may = Permission.APPLICATION_WRITE
        return [row for row in rows if has_permission(self.request.user, may, row)]

    @cached_property
    def _company(self) -> Company | None:
        """The one asked for, else the one the person acts for, else the only one."""
        if asked := self.request.GET.get("company"):
            found = [row for row in self._companies if row.slug == asked]
            if not found:
                raise Http404
            return found[0]
        acting = self.request.acting  # type: ignore[attr-defined]
        if acting and acting.role in (Role.OWNER, Role.EDITOR):
            chosen = [row for row in self._companies if str(row.pk) == acting.key.split(":")[1]]
            return chosen[0] if chosen else None
        return self._companies[0] if len(self._companies) == 1 else None

    @cached_property
    def company(self) -> Company:  # type: ignore[override]
        if self._company is None:
            raise Http404
        return self._company

    @cached_property
    def application(self) -> Application | None:  # type: ignore[override]
        rows = Application.objects.prefetch_related("attachments")
        return rows.filter(challenge=self.challenge, company=self.company).first()

    def _who(self) -> HttpResponse:
        """Several companies: choose. None: register or claim one first."""
        here = reverse("applications:form", args=[self.challenge.slug])
        context = {
            "challenge": self.challenge,
            "choices": [
                {"company": row, "url": f"{here}?company={row.slug}"} for row in self._companies
            ],
        }
        return render(self.request, "applications/application_who.html", context)
