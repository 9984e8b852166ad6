"""Sign-in codes as they stand in letters: alone on a line."""

import re

_CODE = re.compile(r"[A-Z0-9]{3,5}(?:-[A-Z0-9]{3,5}){1,2}|\d{6,9}|[A-Z0-9]{6,9}")


def is_code(line: str) -> bool:
    return bool(_CODE.fullmatch(line.strip()))


def code_in(text: str) -> str:
    """The code of a letter, or nothing."""
    return next((line.strip() for line in text.splitlines() if is_code(line)), "")
