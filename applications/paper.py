"""Applications on paper: one PDF, each application on pages of its own."""

import io
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from django_countries import countries
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer

from applications.showing import Answer, Arrived, answers
from applications.wording import moment_written_out
from challenges.models import Challenge
from matching.wording import points

INK, SOFT, LINE = HexColor("#1d2b2f"), HexColor("#55666b"), HexColor("#cfd8d8")
MARGIN, FRAME = 24 * mm, 6
FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"


@cache
def _fonts() -> tuple[TTFont, TTFont]:
    """Embedded, so that every letter prints on every machine."""
    plain, bold = (TTFont(name, str(FONTS / f"{name}.ttf")) for name in (PLAIN, BOLD))
    for font in (plain, bold):
        pdfmetrics.registerFont(font)
    return plain, bold


def _style(name: str, size: float, *, bold: bool = False, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size * 1.5,
        textColor=more.pop("textColor", INK),
        **more,
    )


TITLE = _style("title", 17, bold=True, spaceAfter=4)
LEAD = _style("lead", 10.5, spaceAfter=8)
SMALL = _style("small", 8, textColor=SOFT)
LABEL = _style(
    "label", 8.5, bold=True, textColor=SOFT, spaceBefore=10, spaceAfter=2, keepWithNext=1
)
TEXT = _style("text", 9.5)


def document(challenge: Challenge, rows: list[Arrived]) -> bytes:
    """The PDF as bytes; with no application it says so."""
    _fonts()
    out = io.BytesIO()
    story: list[Flowable] = []
    for one in rows:
        story += [*_application(challenge, one), PageBreak()]
    if not rows:
        story = [_line(challenge.title, TITLE), _line(_("No application has arrived."), TEXT)]
    SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=22 * mm,
        bottomMargin=22 * mm,
        title=printable(challenge.title),
        author="Labmatch",
    ).build(story, onFirstPage=_footer(challenge), onLaterPages=_footer(challenge))
    return out.getvalue()


def _application(challenge: Challenge, one: Arrived) -> list[Flowable]:
    row = one.application
    arrived = moment_written_out(row.arrival, zone=challenge.time_zone)
    facts = [
        ", ".join(filter(None, [row.company.city, countries.name(str(row.company.country))])),
        _("Arrived: %(when)s") % {"when": arrived},
    ]
    if one.total is not None:
        facts.append(_("Score: %(points)s") % {"points": points(one.total)})
    said = answers(row)
    return [
        _line(str(row.company), TITLE),
        _line(row.pitch, LEAD),
        _line(" · ".join(filter(None, facts)), SMALL),
        Spacer(0, 3 * mm),
        HRFlowable(width="100%", thickness=0.5, color=LINE),
        *(part for answer in said if answer.name != "pitch" for part in _answer(answer)),
        *_files(one),
    ]


def _answer(answer: Answer) -> list[Flowable]:
    if not answer.text:
        return []
    passages = [passage for passage in answer.text.split("\n") if passage.strip()]
    return [_line(answer.label, LABEL), *(_line(passage, TEXT) for passage in passages)]


def _files(one: Arrived) -> list[Flowable]:
    names = [file.name for file in one.application.attachments.all()]
    if not names:
        return []
    return [_line(_("Files"), LABEL), *(_line(name, TEXT) for name in names)]


def _line(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(printable(text)), style)


def printable(text: str) -> str:
    """The text in letters the font has; others lose their accents, or become a question mark."""
    known = _fonts()[0].face.charToGlyph
    return "".join(_letter(letter, known) for letter in unicodedata.normalize("NFC", text))


def _letter(letter: str, known: dict[int, int]) -> str:
    if ord(letter) in known:
        return letter
    if unicodedata.category(letter).startswith("Z"):
        return " "
    bare = unicodedata.normalize("NFKD", letter)
    kept = "".join(part for part in bare if ord(part) in known)
    return kept or ("" if unicodedata.category(letter).startswith(("C", "M")) else "?")


def _footer(challenge: Challenge) -> Any:
    left = printable(challenge.title)

    def draw(canvas: Canvas, template: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(PLAIN, 7.5)
        canvas.setFillColor(SOFT)
        canvas.drawString(MARGIN + FRAME, 12 * mm, left[:90])
        canvas.drawRightString(A4[0] - MARGIN - FRAME, 12 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    return draw
