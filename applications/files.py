"""Which files are taken, judged by content and name. Knows no framework.

Of an office file only its list of parts is looked at, within limits; nothing is unpacked.
"""

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype
from PIL import Image

NAME_LENGTH = 160
MOST_ENTRIES = 2000
MOST_EXPANDED = 200 * 1024 * 1024
MOST_PIXELS = 60_000_000
_LIST_OF_PARTS = "[Content_Types].xml"
_LIST_BYTES = 1024 * 1024
_HEAD_BYTES = 4096
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
_UNSAFE = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: its endings, and the type it is served with."""

    label: str
    endings: tuple[str, ...]
    content_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = Kind("PDF", ("pdf",), "application/pdf")
DOCX = Kind("DOCX", ("docx",), f"{_OFFICE}wordprocessingml.document")
XLSX = Kind("XLSX", ("xlsx",), f"{_OFFICE}spreadsheetml.sheet")
ODT = Kind("ODT", ("odt",), "application/vnd.oasis.opendocument.text")
PNG = Kind("PNG", ("png",), "image/png")
JPG = Kind("JPG", ("jpg", "jpeg"), "image/jpeg")
KINDS = (PDF, DOCX, XLSX, ODT, PNG, JPG)
KIND_OF_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_MAIN_PARTS = {
    DOCX: b"wordprocessingml.document.main+xml",
    XLSX: b"spreadsheetml.sheet.main+xml",
}


class Unacceptable(Exception):
    """`reason` is one of kind, disguised, macros, bomb, damaged, pixels."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def cleaned_name(name: str) -> str:
    """What a file may be called: no path, nothing hidden, nothing a system trips over."""
    visible = "".join(
        letter
        for letter in unicodedata.normalize("NFC", name)
        if unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )
    last = re.split(r"[/\\]", visible)[-1]
    plain = " ".join(_UNSAFE.sub("_", last).split()).strip(" .")
    plain = _RESERVED.sub(r"_\1", plain) or "file"
    path = PurePosixPath(plain)
    return path.stem[: NAME_LENGTH - len(path.suffix)] + path.suffix[:NAME_LENGTH]


def kind_of(name: str, content: BinaryIO) -> Kind:
    """The kind, if ending and content agree. Raises Unacceptable. `name` is a cleaned one."""
    kind = KIND_OF_ENDING.get(PurePosixPath(name).suffix.lower().lstrip("."))
    if kind is None:
        raise Unacceptable("kind")
    content.seek(0)
    found = filetype.guess(content.read(8192))
    content.seek(0)
    if kind in (DOCX, XLSX, ODT):
        _check_office(kind, content)
    elif found is None or found.mime != kind.content_type:
        raise Unacceptable("disguised")
    elif kind in (PNG, JPG):
        _check_image(kind, content)
    content.seek(0)
    return kind


def _check_office(kind: Kind, content: BinaryIO) -> None:
    if content.read(4) != b"PK\x03\x04":
        raise Unacceptable("disguised")
    try:
        with zipfile.ZipFile(content) as parts:
            _check_size(parts)
            _check_parts(kind, parts)
    except DAMAGED:
        raise Unacceptable("damaged") from None


def _check_size(parts: zipfile.ZipFile) -> None:
    entries = parts.infolist()
    if not entries or min(entry.header_offset for entry in entries) != 0:
        raise Unacceptable("disguised")
    if any(entry.compress_type not in _PACKINGS for entry in entries):
        raise Unacceptable("damaged")
    too_many = len(entries) > MOST_ENTRIES
    if too_many or sum(entry.file_size for entry in entries) > MOST_EXPANDED:
        raise Unacceptable("bomb")


def _check_parts(kind: Kind, parts: zipfile.ZipFile) -> None:
    names = parts.namelist()
    if kind is ODT:
        if _head(parts, "mimetype") != kind.content_type.encode():
            raise Unacceptable("disguised")
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise Unacceptable("macros")
    else:
        _check_list_of_parts(kind, parts)
    if any(_declares_entities(parts, name) for name in names if name.endswith((".xml", ".rels"))):
        raise Unacceptable("bomb")


def _check_list_of_parts(kind: Kind, parts: zipfile.ZipFile) -> None:
    listed = _head(parts, _LIST_OF_PARTS, _LIST_BYTES)
    lowered = [name.lower() for name in parts.namelist()]
    if b"macroenabled" in listed.lower() or any("vbaproject" in name for name in lowered):
        raise Unacceptable("macros")
    if _MAIN_PARTS[kind] not in listed:
        raise Unacceptable("disguised")


def _declares_entities(parts: zipfile.ZipFile, name: str) -> bool:
    """Neither format uses them; they only serve to blow a reader up."""
    head = _head(parts, name)
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head


def _head(parts: zipfile.ZipFile, name: str, length: int = _HEAD_BYTES) -> bytes:
    if name not in parts.NameToInfo:
        return b""
    with parts.open(name) as part:
        return part.read(length)


def _check_image(kind: Kind, content: BinaryIO) -> None:
    try:
        with Image.open(content, formats=["PNG" if kind is PNG else "JPEG"]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise Unacceptable("pixels")
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unacceptable("pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Unacceptable("damaged") from None
