"""What an address or a button names."""

from django.http import HttpRequest


def asked(request: HttpRequest, name: str) -> str:
    """The word of the form, else that of the address; "" when neither says one.

    Without zero bytes: no text of ours has one, and PostgreSQL refuses a question that does.
    """
    said = request.POST.get(name) or request.GET.get(name) or ""
    return said.replace("\x00", "")
