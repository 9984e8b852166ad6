"""What every page knows of the person reading it."""

from django.conf import settings

from accounts import demonstration
from accounts.doors import Request
from accounts.models import Notice


def account(request: Request) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"demonstration": settings.DEMONSTRATION, "one_click": demonstration.people}
    return {
        "demonstration": settings.DEMONSTRATION,
        "unread_notices": lambda: Notice.objects.of(user).unread().count(),
        "belongings": request.belongings,
        "acting": request.acting,
    }
