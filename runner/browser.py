"""The Chromium of the browser tests: found, or brought."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from runner.install import apt_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FIX = (
    "The browser tests need a Chromium and none could be found or installed. Install one "
    "(Debian: sudo apt-get install -y chromium), or set CHROMIUM to the path of one, "
    "and start again."
)


def chromium() -> str:
    """The path of a Chromium; brings one when there is none, or exits with the fix."""
    found = found_chromium()
    if found is None:
        print("Installing Chromium for the browser tests ...", flush=True)
        found = from_playwright() or from_debian()
    if found is None:
        raise SystemExit(FIX)
    return found


def found_chromium() -> str | None:
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        if not os.access(chosen, os.X_OK):
            raise SystemExit(f"CHROMIUM is set to {chosen}, which cannot be started.")
        return chosen
    return next(filter(None, map(shutil.which, NAMES)), None) or playwrights_own()


def playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def from_playwright() -> str | None:
    """Its build lacks system libraries on a bare machine, so it must prove that it starts."""
    install = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(install, stdout=subprocess.DEVNULL).returncode != 0:
        return None
    path = playwrights_own()
    return path if path and starts(path) else None


def from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    apt_install("chromium")
    return shutil.which("chromium")


def starts(path: str) -> bool:
    command = [path, "--headless", *sandbox(), *QUIET, "--dump-dom", "about:blank"]
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def sandbox() -> list[str]:
    """Chromium refuses its own sandbox to root."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def launch_arguments() -> dict[str, object]:
    """What Playwright's `launch` needs here."""
    return {"executable_path": chromium(), "args": [*sandbox(), *QUIET]}
