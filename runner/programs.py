"""The product's own processes: web server, worker and clock."""

import http.client
import signal
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from runner.checkout import ROOT
from runner.processes import Program
from runner.state import State

PYTHON = [sys.executable, "-P", "-m"]


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
    )


def worker(state: State, *, environment: dict[str, str]) -> Program:
    options = [
        "--concurrency",
        "2",
        "--queues",
        "celery,mail",
        "--without-gossip",
        "--without-mingle",
    ]
    return application(
        state, "Worker", [*celery("worker"), *options], log="worker.log", environment=environment
    )


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
    )


def status(port: int, path: str, *, host: str) -> int | None:
    """The status of a page, or None while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    except OSError:
        return None
    except http.client.HTTPException:
        return None
    finally:
        connection.close()
