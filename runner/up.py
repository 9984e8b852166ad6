"""`./labmatch up`: the whole product on this machine."""

import argparse
import signal
import sys
from pathlib import Path

from runner import backing, environment, freshness, programs
from runner.checkout import DATA
from runner.environment import EMPTY, Wish
from runner.ports import is_free
from runner.processes import StartFailed, Stopped, Supervisor, tail
from runner.state import Refused, State
from runner.translations import compile_all

PREPARE = [sys.executable, "-P", "-m", "runner.prepare"]


def main(arguments: list[str]) -> int:
    options = parsed(arguments)
    wish = Wish(port=options.port, empty=options.empty, demonstration=options.demo)
    state = State(options.data)
    try:
        state.lock(f"at http://localhost:{wish.port}")
        try:
            return serve(state, wish)
        finally:
            state.release()
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./labmatch up")
    parser.add_argument("--port", type=port, default=8000, help="default: 8000")
    parser.add_argument("--data", type=Path, default=DATA, help="default: .labmatch/data")
    content = parser.add_mutually_exclusive_group()
    content.add_argument("--empty", action="store_true", help="start without the demonstration")
    content.add_argument("--demo", action="store_true", help="load the demonstration, whatever")
    return parser.parse_args(arguments)


def port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; use a number up to 65535")
    return int(text)


def serve(state: State, wish: Wish) -> int:
    content = environment.content_of(state, wish)
    if not is_free(wish.port):
        raise Refused(
            f"Port {wish.port} is taken by another program. "
            f"Use another one: ./labmatch up --port {wish.port + 1}"
        )
    supervisor = Supervisor(say=say, kept_open=(state.children_lock,))
    supervisor.listen(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    try:
        bring_up(state, supervisor, wish, content)
        supervisor.tend()
    except Stopped:
        pass
    except StartFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    finally:
        supervisor.stop()
    say("Labmatch has stopped.")
    return 0


def bring_up(state: State, supervisor: Supervisor, wish: Wish, content: str) -> None:
    say("Starting Labmatch; logs are in " + str(state.logs))
    compile_all()
    addresses = backing.start(state, supervisor, given=environment.given_addresses())
    settings = environment.complete(state, addresses, content=content, port=wish.port)
    if content == EMPTY or not environment.owns_database() or not freshness.is_prepared(state):
        prepare(state, supervisor, settings)
    environment.record(state, content)
    state.publish(environment.published_part(settings))
    server = supervisor.start(programs.web(state, port=wish.port, environment=settings))
    supervisor.start(programs.worker(state, environment=settings))
    supervisor.start(programs.reader(state, environment=settings))
    supervisor.start(programs.beat(state, environment=settings))
    supervisor.wait_until_ready(server, seconds=180)
    say(f"Labmatch is ready at http://localhost:{wish.port}")


def prepare(state: State, supervisor: Supervisor, settings: dict[str, str]) -> None:
    errors = state.logs / "prepare.log"
    if supervisor.run(PREPARE, environment=settings, errors=errors) != 0:
        raise StartFailed(f"The database could not be prepared.\n{tail(errors)}")
    if environment.owns_database():
        freshness.note_prepared(state)


def say(text: str) -> None:
    print(text, flush=True)
