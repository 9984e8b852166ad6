"""What must be true before the first page: tables, static files, data. One process, one start.

Run as a program, with the product's environment: python -m runner.prepare
"""

import fcntl
import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from runner.checkout import LOCAL


def prepare() -> None:
    django.setup()
    with ThreadPoolExecutor(1) as beside:
        collected = beside.submit(collect_static_files)
        call_command("migrate", interactive=False, verbosity=0)
        if settings.DEMONSTRATION:
            call_command("load_demonstration")
        else:
            offer_first_administrator_link()
        collected.result()


def offer_first_administrator_link() -> None:
    """Print it, to the terminal only: whoever has it becomes the administrator."""
    answer = StringIO()
    call_command("first_administrator_link", stdout=answer)
    if link := answer.getvalue().strip():
        print(f"Become the first administrator, once and within a day:\n  {link}", flush=True)


def collect_static_files() -> None:
    """Only when one of them changed: compressing them takes longer than all the rest."""
    stamp = settings.STATIC_ROOT / ".stamp"
    with (LOCAL / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = static_files_digest()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted)


def static_files_digest() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(
                f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode()
            )
    return digest.hexdigest()


if __name__ == "__main__":
    try:
        prepare()
    except CommandError as refusal:
        sys.exit(str(refusal))
