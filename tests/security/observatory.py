"""How Mozilla's Observatory counts: 100 to begin with, less for what is missing, more for care.

Only what one reply shows: its headers, its cookies, its scripts. What adds points counts only on
top of at least 90, as there.
"""

import re
from collections.abc import Mapping
from email.message import Message

HALF_A_YEAR = 15_768_000
SCRIPT = re.compile(r"<script[^>]*>")
CAREFUL_REFERRERS = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
UNSAFE = {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:", "ws:", "wss:"}


def score(headers: Message, html: str) -> int:
    parts = [
        content_policy(policy := directives(headers.get("Content-Security-Policy", ""))),
        cookies(headers.get_all("Set-Cookie", [])),
        referrer(headers.get("Referrer-Policy", "")),
        framing(policy, headers.get("X-Frame-Options", "")),
        script_hashes(SCRIPT.findall(html)),
        transport(headers.get("Strict-Transport-Security", "")),
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        -50 if headers.get("Access-Control-Allow-Origin") == "*" else 0,
    ]
    base = 100 + sum(part for part in parts if part < 0)
    return base + sum(part for part in parts if part > 0) if base >= 90 else base


def directives(policy: str) -> dict[str, list[str]]:
    named = [part.split() for part in policy.split(";") if part.strip()]
    return {words[0]: words[1:] for words in named}


def content_policy(policy: Mapping[str, list[str]]) -> int:
    if not policy:
        return -25
    fallback = policy.get("default-src", ["*"])
    if UNSAFE & {*policy.get("script-src", fallback), *policy.get("object-src", fallback)}:
        return -20
    if UNSAFE - {"data:"} & {*policy.get("style-src", fallback)}:
        return 0
    return 10 if fallback == ["'none'"] else 5


def cookies(found: list[str]) -> int:
    if not found:
        return 0
    marks = [{part.strip().split("=")[0].lower() for part in one.split(";")} for one in found]
    if any("secure" not in one for one in marks):
        return -20
    if any("httponly" not in one for one in marks):
        return -10
    return 5 if all("samesite" in one for one in marks) else 0


def referrer(policy: str) -> int:
    if not policy:
        return 0
    return 5 if policy in CAREFUL_REFERRERS else -5


def framing(policy: Mapping[str, list[str]], header: str) -> int:
    if "frame-ancestors" in policy:
        return 5
    return 0 if header in {"DENY", "SAMEORIGIN"} else -20


def script_hashes(scripts: list[str]) -> int:
    if any('src="http:' in script or 'src="//' in script for script in scripts):
        return -50
    return 5 if scripts and all("integrity=" in script for script in scripts) else 0


def transport(header: str) -> int:
    age = re.search(r"max-age=(\d+)", header)
    return 0 if age and int(age[1]) >= HALF_A_YEAR else -20
