"""What stands in the PDF can be read, and copied out of it, in every language of the network."""

import base64
import re
import zlib

import pytest

from applications.paper import document, printable
from tests.factories import ChallengeFactory

LETTERS = {
    "da": "Æblegrød på Ærø – 5 °C, 3 m², “godt”",
    "nb": "Økern, våren – «ny» bølgekraft",
    "sv": "Hållbar fjärrvärme på ön",
    "de": "Größe, Häuser, „Übergang“ – ½ Straße €",
    "nl": "Coöperatieve energieën ’s avonds",
    "es": "¿Cómo añadir energía? ¡Aquí!",
    "neighbours": "Łódź, Žilina, Český, Reykjavík, Ðorđe, Ålesund, Ωμέγα",
}


def text_of(pdf: bytes) -> str:
    """The text of a PDF as a reader copies it out: by each font's own table of letters."""
    objects = dict(re.findall(rb"(?s)(\d+) 0 obj\s*(.*?)endobj", pdf))
    tables = {}
    for name, number in re.findall(rb"/(F\d+\+\d+) (\d+) 0 R", pdf):
        table = re.search(rb"/ToUnicode (\d+) 0 R", objects[number])
        tables[name] = _letters(_stream(objects[table[1]]))
    said = []
    for body in objects.values():
        if b"stream" in body and b" Tf" in (page := _stream(body)):
            said += _shown(page, tables)
    return "".join(said)


def _stream(body: bytes) -> bytes:
    data = re.search(rb"(?s)stream\r?\n(.*?)endstream", body)[1].strip()
    if b"/ASCII85Decode" in body:
        data = base64.a85decode(data.removesuffix(b"~>"))
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def _letters(table: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\s*\n", table)
    runs = re.findall(rb"(?s)<([0-9A-Fa-f]{2})> <[0-9A-Fa-f]{2}>\s*\[(.*?)\]", table)
    found = {int(code, 16): chr(int(letter, 16)) for code, letter in pairs}
    for first, letters in runs:
        for step, letter in enumerate(re.findall(rb"<([0-9A-Fa-f]+)>", letters)):
            found[int(first, 16) + step] = chr(int(letter, 16))
    return found


def _shown(page: bytes, tables: dict[bytes, dict[int, str]]) -> list[str]:
    said, font = [], {}
    for name, words in re.findall(rb"/(F\d+\+\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", page):
        if name:
            font = tables[name]
        codes = re.sub(rb"\\(\d{3}|.)", _unescaped, words)
        said.append("".join(font[code] for code in codes))
    return said


def _unescaped(match: re.Match[bytes]) -> bytes:
    kept = match[1]
    if kept.isdigit():
        return bytes([int(kept, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(kept, kept)


@pytest.mark.django_db
@pytest.mark.parametrize("words", LETTERS.values(), ids=LETTERS)
def test_letters_of_every_language_come_out_as_they_went_in(words):
    challenge = ChallengeFactory(title=words)

    pdf = document(challenge, [])

    assert words in text_of(pdf)


@pytest.mark.django_db
def test_only_embedded_fonts_carry_text():
    pdf = document(ChallengeFactory(title="Sensors"), [])

    assert re.findall(rb"/FontFile2", pdf)
    assert not re.findall(rb"\(Sensors\) Tj", re.sub(rb"(?s)stream.*?endstream", b"", pdf))


def test_a_letter_the_font_lacks_is_a_question_mark_not_a_hole():
    assert printable("水, ok") == "?, ok"
