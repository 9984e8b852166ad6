"""GNU gettext: only the test that compares the catalogues with the code needs its xgettext."""

import os
import shutil

from runner.install import apt_install

FIX = (
    "The translation test needs GNU gettext (xgettext). Install it "
    "(Debian: sudo apt-get install -y gettext, macOS: brew install gettext) and start again."
)


def require_xgettext() -> None:
    if shutil.which("xgettext"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt_install("gettext")
    if not shutil.which("xgettext"):
        raise SystemExit(FIX)
