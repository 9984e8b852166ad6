import io
import random
import struct
import time
import zipfile
import zlib

import pytest
from PIL import Image

from applications.files import NAME_LENGTH, Unacceptable, cleaned_name, kind_of

WORD = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
DOCX_LIST = WORD + b'wordprocessingml.document.main+xml"/></Types>'
XLSX_LIST = WORD + b'spreadsheetml.sheet.main+xml"/></Types>'
DOCM_LIST = (
    b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    b'<Default ContentType="wordprocessingml.document.main+xml"/></Types>'
)
ODT_TYPE = b"application/vnd.oasis.opendocument.text"


def packed(parts, *, before=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return before + out.getvalue()


def picture(form, size=(8, 8)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form)
    return out.getvalue()


def huge_png(width, height):
    """Says it is huge without being it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind, content):
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def docx(**more):
    return packed({"[Content_Types].xml": DOCX_LIST, "word/document.xml": "<w/>", **more})


TAKEN = {
    "plan.pdf": (b"%PDF-1.7 rest", "application/pdf"),
    "PLAN.PDF": (b"%PDF-1.7 rest", "application/pdf"),
    "plan.docx": (
        docx(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "sums.xlsx": (
        packed({"[Content_Types].xml": XLSX_LIST}),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "plan.odt": (packed({"mimetype": ODT_TYPE, "content.xml": "<o/>"}), ODT_TYPE.decode()),
    "ear.png": (picture("PNG"), "image/png"),
    "ear.jpg": (picture("JPEG"), "image/jpeg"),
    "ear.jpeg": (picture("JPEG"), "image/jpeg"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_files_that_are_taken(name):
    content, content_type = TAKEN[name]

    assert kind_of(name, io.BytesIO(content)).content_type == content_type


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa">]><w>&a;</w>'
REFUSED = {
    "svg": ("ear.svg", SVG, "kind"),
    "html": ("ear.html", HTML, "kind"),
    "no ending": ("ear", b"%PDF-1.7", "kind"),
    "double ending": ("plan.pdf.exe", b"MZ", "kind"),
    "macro workbook by name": ("sums.xlsm", packed({"[Content_Types].xml": XLSX_LIST}), "kind"),
    "svg as png": ("ear.png", SVG, "disguised"),
    "html as pdf": ("plan.pdf", HTML, "disguised"),
    "html as docx": ("plan.docx", HTML, "disguised"),
    "png as jpg": ("ear.jpg", picture("PNG"), "disguised"),
    "pdf after html": ("plan.pdf", HTML + b"%PDF-1.7", "disguised"),
    "docx as xlsx": ("sums.xlsx", docx(), "disguised"),
    "any zip as docx": ("plan.docx", packed({"a.txt": "a"}), "disguised"),
    "docx as odt": ("plan.odt", docx(), "disguised"),
    "something before the zip": ("plan.docx", packed({"a": "a"}, before=HTML), "disguised"),
    "a gif head, then a zip": ("plan.docx", packed({"a": "a"}, before=b"GIF89a"), "disguised"),
    "macros declared": ("plan.docx", packed({"[Content_Types].xml": DOCM_LIST}), "macros"),
    "macros hidden": ("plan.docx", docx(**{"word/vbaProject.bin": "x"}), "macros"),
    "macros in odt": (
        "plan.odt",
        packed({"mimetype": ODT_TYPE, "Basic/Standard/Module1.xml": "<m/>"}),
        "macros",
    ),
    "many parts": ("plan.docx", docx(**{f"word/{n}.txt": "" for n in range(2500)}), "bomb"),
    "entities": ("plan.docx", docx(**{"word/styles.xml": ENTITIES}), "bomb"),
    "half a zip": ("plan.docx", docx()[:60], "damaged"),
    "half a png": ("ear.png", picture("PNG")[:40], "damaged"),
    "many pixels": ("ear.png", huge_png(50_000, 50_000), "pixels"),
    "rather many pixels": ("ear.png", huge_png(9_000, 9_000), "pixels"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_are_refused(case):
    name, content, reason = REFUSED[case]

    with pytest.raises(Unacceptable) as refusal:
        kind_of(name, io.BytesIO(content))

    assert refusal.value.reason == reason


def test_a_bomb_is_refused_without_opening_it():
    bomb = docx(**{"word/media/zeros.bin": bytes(210 * 1024 * 1024)})
    began = time.perf_counter()

    with pytest.raises(Unacceptable) as refusal:
        kind_of("plan.docx", io.BytesIO(bomb))

    assert refusal.value.reason == "bomb"
    assert time.perf_counter() - began < 1


def test_noise_never_breaks_the_check():
    noise = random.Random(7)
    for name in TAKEN:
        for _turn in range(40):
            content = bytearray(TAKEN[name][0])
            content[noise.randrange(len(content))] = noise.randrange(256)
            try:
                kind_of(name, io.BytesIO(bytes(content)))
            except Unacceptable:
                continue


NAMES = {
    "plan.pdf": "plan.pdf",
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\fakepath\\plan.pdf": "plan.pdf",
    "plan\x00.html.pdf": "plan.html.pdf",
    "plan\u202efdp.exe": "planfdp.exe",
    "\u200bpl\u00adan.pdf": "plan.pdf",
    "a\r\nSet-Cookie: b.pdf": "aSet-Cookie_ b.pdf",
    'pl"an<1>.pdf': "pl_an_1_.pdf",
    "CON.pdf": "_CON.pdf",
    "  ..plan.pdf. ": "plan.pdf",
    "Løsning på målet.pdf": "Løsning på målet.pdf",
    "": "file",
    "///": "file",
    "x" * 255 + ".pdf": "x" * (NAME_LENGTH - 4) + ".pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_cleaned(name):
    assert cleaned_name(name) == NAMES[name]
