"""Real workers that send letters, in a process group of their own, and what they cost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from runner.checkout import ROOT

PATIENCE = 1_800


class Postmen:
    """A Celery worker with its processes, started as in production."""

    def __init__(
        self,
        *,
        environment: Mapping[str, str],
        log: Path,
        processes: int = 2,
        name: str = "postmen",
        queues: str = "celery,mail,heart,pages",
        clock: Path | None = None,
        app: str = "config",
    ) -> None:
        """With a file for its `clock` it rings for itself, as beat does."""
        self.environment = dict(environment)
        self.log = log
        options = ["--concurrency", str(processes), "--queues", queues, "--without-gossip"]
        self.command = [
            *(sys.executable, "-P", "-m", "celery", "--app", app, "worker", *options),
            *("--without-mingle", "--hostname", f"{name}@bench", "--loglevel", "INFO"),
        ]
        self.command += ["--beat", "--schedule", str(clock)] if clock else []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """All at once, as a host that loses its power."""
        assert self.process is not None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def wait(self) -> None:
        assert self.process is not None
        self.process.wait(timeout=60)

    def stop(self) -> None:
        """Politely: what is under way is brought to its end."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=45)
            except subprocess.TimeoutExpired:
                self.kill()
                self.wait()

    def family(self) -> list[int]:
        assert self.process is not None
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal() and group_of(entry) == self.process.pid
        ]

    def most_held(self) -> float:
        """MiB that the fullest process held at its fullest."""
        return max(peak_of(pid) for pid in self.family()) / 1024

    def cpu(self) -> float:
        """Seconds of processor time of all processes together."""
        return sum(cpu_of(pid) for pid in self.family())


def group_of(entry: Path) -> int:
    try:
        return int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return 0


def peak_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait(until: Callable[[], bool], *, every: float = 0.1, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("It did not come to an end.")
        time.sleep(every)
