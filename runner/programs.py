"""The product's own processes: web server, worker and clock."""

import http.client
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from runner.checkout import ROOT
from runner.processes import Program
from runner.state import State

PYTHON = [sys.executable, "-P", "-m"]
POLITELY = ("nice", "-n", "10")


def web(state: State, *, port: int, environment: dict[str, str]) -> Program:
    options = [
        *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--preload"),
        *("--timeout", "60", "--graceful-timeout", "4", "--no-control-socket"),
    ]
    host = urlsplit(environment["LABMATCH_BASE_URL"]).netloc
    return application(
        state,
        "Web server",
        ["gunicorn", "config.wsgi:application", *options],
        log="web.log",
        environment=environment,
        is_ready=lambda: status(port, "/readyz", host=host) == 200,
        trouble=lambda: f"; /readyz says {page(port, '/readyz', host=host)[1]}",
    )


def worker(state: State, *, environment: dict[str, str]) -> Program:
    options = [
        "--concurrency",
        "2",
        "--queues",
        "celery,mail,heart,pages",
        "--without-gossip",
        "--without-mingle",
    ]
    return application(
        state, "Worker", [*celery("worker"), *options], log="worker.log", environment=environment
    )


def reader(state: State, *, environment: dict[str, str]) -> Program:
    """The worker that encodes profiles: long work, one piece at a time, after everybody else."""
    options = ["--concurrency", "1", "--queues", "encoding"]
    program = application(
        state,
        "Reader of profiles",
        [*celery("worker"), *options, "--without-gossip", "--without-mingle"],
        log="reader.log",
        environment=environment,
    )
    return replace(program, command=[*POLITELY, *program.command])


def beat(state: State, *, environment: dict[str, str]) -> Program:
    schedule = state.folder / "beat-schedule"
    options = ["--schedule", str(schedule), "--pidfile", ""]
    return application(
        state, "Beat", [*celery("beat"), *options], log="beat.log", environment=environment
    )


def celery(command: str) -> list[str]:
    return ["celery", "--app", "config", command, "--loglevel", "INFO"]


def application(
    state: State,
    name: str,
    module: list[str],
    *,
    log: str,
    environment: dict[str, str],
    is_ready: Callable[[], bool] | None = None,
    trouble: Callable[[], str] = str,
) -> Program:
    return Program(
        name=name,
        command=[*PYTHON, *module],
        log=state.logs / log,
        folder=ROOT,
        environment=environment,
        hurry_signal=signal.SIGQUIT,  # gunicorn and Celery drop what they do; it is done again
        stage=1,
        is_ready=is_ready,
        trouble=trouble,
    )


def status(port: int, path: str, *, host: str) -> int | None:
    """The status of a page, or None while nobody answers."""
    return page(port, path, host=host)[0]


def page(port: int, path: str, *, host: str) -> tuple[int | None, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as problem:
        return None, str(problem)
    finally:
        connection.close()
