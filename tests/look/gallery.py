"""One page with every component on it, for the tests of this folder."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.test.utils import override_settings
from django.utils import timezone
from django_cotton.compiler_regex import CottonCompiler

from look.forms import DateTimeInput
from look.statuses import STATUSES

GALLERY = Path(__file__).with_name("gallery.html")


def part(criterion: str, label: str, tenths: int, weight: int, reason: str) -> dict[str, Any]:
    return {
        "criterion": criterion,
        "label": label,
        "tenths": tenths,
        "weight_tenths": weight,
        "reason": reason,
    }


PARTS = [
    part("text", "What you write", 214, 250, "Speaks of the same work: night transport, lifts."),
    part("capability", "Capabilities", 250, 250, "Covers all four of the needed capabilities."),
    part("theme", "Theme", 100, 100, "Works in health."),
    part("trl", "Readiness", 80, 150, "One step below the wanted range."),
    part("place", "Market and place", 100, 100, "Serves Denmark."),
    part("record", "Track record", 50, 100, "One confirmed reference."),
    part("language", "Language of work", 30, 50, "Works in Danish."),
]


class Sample(forms.Form):
    title = forms.CharField(help_text="One sentence a founder understands.", max_length=80)
    need = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 400, "data-count": 400})
    )
    budget = forms.IntegerField(required=False, widget=forms.NumberInput({"data-unit": "EUR"}))
    closes = forms.DateTimeField(label="Closes at", widget=DateTimeInput)
    country = forms.ChoiceField(choices=[("", "Choose"), ("dk", "Denmark"), ("no", "Norway")])
    policy = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("hand", "By hand"), ("auto", "Automatic")]
    )
    capabilities = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("Sensing", [("acoustic", "Acoustic sensing"), ("camera", "Cameras")]),
            ("Moving", [("robots", "Robots"), ("drones", "Drones")]),
        ],
    )
    plan = forms.FileField(required=False)
    agree = forms.BooleanField(label="Companies from other networks may see this")


class Filters(forms.Form):
    q = forms.CharField(label="Words", required=False, widget=forms.TextInput({"type": "search"}))
    theme = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("health", "Health"), ("energy", "Energy"), ("mobility", "Mobility")],
    )


def context() -> dict[str, Any]:
    now = timezone.now()
    page = Paginator(range(300), 25).page(4)
    names = ["Nordlys Robotics ApS", "Kuusi Sensors Oy", "Vent & Drift AS", "Ørsgård"]
    reasons = [
        "Delivered three pilots in hospitals.",
        "No clinical reference yet.",
        "",
        "Far away.",
    ]
    return {
        "demonstration": True,
        "crumbs": [{"label": "Challenges", "url": "/challenges/"}],
        "soon": now + timedelta(days=3, hours=1),
        "later": now + timedelta(days=40),
        "titles": [
            "Low-cost leak detection for district heating pipes",
            "Shared charging for construction machines on a cramped street with schools",
        ],
        "tabs": [
            {"label": "Brief", "url": "/challenges/1/", "current": True},
            {"label": "Matches", "url": "/matches/", "current": False, "count": 58},
            {"label": "Invitations", "url": "/invitations/", "current": False, "count": 0},
            {"label": "Applications", "url": "/applications/", "current": False},
        ],
        "page": page,
        "parts": PARTS,
        "matches": [
            {"name": name, "total": 824, "parts": PARTS, "why": why, "status": status}
            for name, why, status in zip(
                names, reasons, ["sent", "interested", "declined", "proposed"], strict=True
            )
        ],
        "funnel": [
            {"label": "Scored", "count": 214},
            {"label": "Eligible", "count": 58, "url": "/matches/"},
            {"label": "Invited", "count": 12},
            {"label": "Answered", "count": 8},
            {"label": "Applied", "count": 5},
        ],
        "missing": [{"label": "A reference", "url": "#r"}, {"label": "Languages", "url": "#l"}],
        "statuses": [(noun, list(values)) for noun, values in STATUSES.items()],
        "places": [
            {"name": "Esbjerg", "url": "/labs/esbjerg/", "lat": 55.47, "lon": 8.45, "count": 3},
            {"name": "Oslo", "url": "/labs/oslo/", "lat": 59.93, "lon": 10.8, "count": 4},
            {"name": "Hamburg", "url": "/labs/hamburg/", "lat": 53.53, "lon": 10.05},
            {"name": "Nowhere", "url": "/labs/nowhere/", "lat": None, "lon": None},
        ],
        "steps": [
            {"label": "Need", "url": "/1/", "state": "done"},
            {"label": "Requirements", "url": "/2/", "state": "current"},
            {"label": "Dates", "url": "", "state": "todo"},
        ],
        "form": Sample({"title": "", "policy": "hand", "need": "Quiet carts at night."}),
        "filters": Filters({"theme": ["health"]}),
    }


def render(source: str, **values: Any) -> str:
    """A piece of a template with components in it, without a request."""
    return Template(CottonCompiler().process(source)).render(Context(values))


@override_settings(ROOT_URLCONF="tests.look.urls")
def render_page(path: str = "/challenges/") -> str:
    template = Template(CottonCompiler().process(GALLERY.read_text()))
    return template.render(RequestContext(RequestFactory().get(path), context()))
