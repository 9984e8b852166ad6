from base64 import b64decode
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import DetailView, ListView, View

from mail.actions import suppress, take_returned, unsuppress
from mail.codes import code_in
from mail.links import LetterLink, LetterPage
from mail.lists import fewer_url, label_of
from mail.message import headers_shown
from mail.models import Letter, LetterQuerySet, Suppression
from mail.services import DOORS
from mail.tokens import PREVIEW, BadToken, read_stop_token

WORDS_LENGTH = 100
LARGEST_RETURNED = 1024 * 1024
LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


class OpenOutbox:
    """Every letter to everybody: exists in development and the demonstration only."""

    who_may: ClassVar[str] = "public"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.OUTBOX_OPEN:
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class Outbox(OpenOutbox, ListView):
    template_name = "mail/letter_list.html"
    context_object_name = "letters"
    paginate_by = settings.PAGE_SIZE

    @property
    def words(self) -> str:
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:WORDS_LENGTH]

    def get_queryset(self) -> LetterQuerySet:
        letters = Letter.objects.newest_first().defer("text", "html", "headers")
        return letters.matching_words(self.words) if self.words else letters

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(words=self.words, **kwargs)


class OutboxLetter(OpenOutbox, DetailView):
    model = Letter
    template_name = "mail/letter_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        letter = self.object
        return super().get_context_data(
            code=code_in(letter.text) if letter.secret else "",
            headers=headers_shown(letter) if letter.is_written else [],
            **kwargs,
        )


@method_decorator(xframe_options_sameorigin, name="dispatch")
class OutboxLetterHtml(OpenOutbox, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        letter = get_object_or_404(Letter, pk=pk)
        response = HttpResponse(letter.html)
        response["Content-Security-Policy"] = LETTER_POLICY
        return response


@method_decorator(csrf_exempt, name="dispatch")
class Stop(LetterLink):
    """A mail program stops letters here without a cookie, by one POST to the link (RFC 8058)."""

    page = "mail:stop_page"

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        if request.POST.get("List-Unsubscribe") != "One-Click":
            return self.get(request, token)
        try:
            address_hash, list_name = read_stop_token(token)
        except BadToken:
            return render(request, "mail/stop_broken.html", status=404)
        suppress(address_hash=address_hash, list_name=list_name)
        return HttpResponse(status=200)


class StopPage(LetterPage):
    """Reading it changes nothing: programs that open every link must not stop anything."""

    def unknown(self, secret: str) -> HttpResponse | None:
        try:
            self.address_hash, self.list_name = read_stop_token(secret)
        except BadToken:
            is_preview = secret == PREVIEW
            context = {"is_preview": is_preview}
            status = 200 if is_preview else 404
            return render(self.request, "mail/stop_broken.html", context, status=status)
        return None

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        stops = Suppression.objects.filter(address_hash=self.address_hash)
        asked = set(stops.asked_by_the_reader().values_list("list_name", flat=True))
        return render(
            request,
            "mail/stop.html",
            {
                "list_label": label_of(self.list_name),
                "stopped_all": "" in asked,
                "stopped_list": self.list_name in asked,
                "fewer_url": fewer_url(self.list_name, address_hash=self.address_hash),
            },
        )

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        choice = request.POST.get("choice")
        if choice == "stop-list":
            suppress(address_hash=self.address_hash, list_name=self.list_name)
        elif choice == "stop-all":
            suppress(address_hash=self.address_hash)
        elif choice == "again":
            for list_name in ("", self.list_name):
                unsuppress(address_hash=self.address_hash, list_name=list_name)
        return redirect(request.path)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class ReturnsDoor(View):
    """For a mail server or a mail service, never for a person: closed unless a secret is set.

    The secret is `name:password`, sent as the browser's own sign-in (HTTP Basic), because every
    mail service can do that.
    """

    who_may: ClassVar[str] = "public"
    http_method_names = ("post",)

    def is_open(self) -> bool:
        return bool(settings.BOUNCE_SECRET)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_open():
            raise Http404
        if not constant_time_compare(_secret_given(request), settings.BOUNCE_SECRET):
            return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="letters"'})
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_RETURNED:
            return HttpResponse(status=413)
        return super().dispatch(request, *args, **kwargs)


def _secret_given(request: HttpRequest) -> str:
    kind, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        return b64decode(encoded, validate=True).decode() if kind.lower() == "basic" else ""
    except ValueError:
        return ""


class Returned(ReturnsDoor):
    """Takes one message that arrived at the bounce address, as it arrived."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The answer is the same whatever it was: nobody learns which letters exist."""
        take_returned(raw=request.body)
        return HttpResponse(status=204)


class ServiceEvents(ReturnsDoor):
    """Takes what the configured mail service tells of letters."""

    def is_open(self) -> bool:
        return super().is_open() and settings.MAIL_SERVICE in DOORS

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return import_string(DOORS[settings.MAIL_SERVICE]).as_view()(request)
