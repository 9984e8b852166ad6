"""Child processes: started, watched, started again when they die, stopped in order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from runner.parent_death import follow_parent

TICK = 0.2
LONGEST_PAUSE = 10.0
SETTLED = 30.0
LOG_LIMIT = 20 * 1024 * 1024


class Stopped(Exception):
    """Somebody asked us to stop."""


class StartFailed(Exception):
    """A child ended before it was ready, or never became ready."""


@dataclass(frozen=True)
class Account:
    """The system user a child runs as, when it may not run as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]
    log: Path
    folder: Path
    environment: dict[str, str]
    is_ready: Callable[[], bool] | None = None
    trouble: Callable[[], str] = str  # says what keeps it from being ready
    stop_signal: int = signal.SIGTERM
    hurry_signal: int = signal.SIGKILL
    patience: float = 4.0
    stage: int = 0  # the highest stage is stopped first
    account: Account | None = None


@dataclass
class Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    deaths: int = 0
    start_again_at: float | None = None


@dataclass
class Supervisor:
    """Owns the children. `kept_open` are descriptors that live as long as any child does."""

    say: Callable[[str], None]
    kept_open: tuple[int, ...] = ()
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def listen(self, *signals: int) -> None:
        """Stop on these signals."""
        for number in signals:
            signal.signal(number, self._remember_to_stop)

    def _remember_to_stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def start(self, program: Program) -> Child:
        child = Child(program, self._spawn(program), time.monotonic())
        self.children.append(child)
        return child

    def wait_until_ready(self, child: Child, *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        is_ready = child.program.is_ready
        while is_ready is not None and not is_ready():
            self._pause()
            if child.process.poll() is not None:
                raise StartFailed(f"{child.program.name} ended at once.\n{tail(child.program.log)}")
            if time.monotonic() > deadline:
                raise StartFailed(
                    f"{child.program.name} was not ready after {seconds:.0f} seconds"
                    f"{child.program.trouble()}.\n{tail(child.program.log)}"
                )

    def run(self, command: list[str], *, environment: dict[str, str], errors: Path) -> int:
        """Run a job to its end with our standard output; its errors go to a file."""
        with errors.open("wb") as log:
            job = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stderr=log,
                env=environment,
                start_new_session=True,
                pass_fds=self.kept_open,
                preexec_fn=follow_parent(signal.SIGKILL),
            )
            try:
                while job.poll() is None:
                    self._pause()
                    self.heal()
            finally:
                kill_group(job.pid)
        return job.wait()

    def tend(self) -> None:
        """Watch the children until somebody asks us to stop."""
        try:
            while True:
                self._pause()
                self.heal()
        except Stopped:
            return

    def heal(self) -> None:
        for child in self.children:
            if child.process.poll() is None:
                continue
            if child.start_again_at is None:
                self._note_death(child)
            elif time.monotonic() >= child.start_again_at:
                child.process = self._spawn(child.program)
                child.started = time.monotonic()
                child.start_again_at = None

    def _note_death(self, child: Child) -> None:
        now = time.monotonic()
        kill_group(child.process.pid)
        child.deaths = 1 if now - child.started > SETTLED else child.deaths + 1
        pause = min(0.1 * 2**child.deaths, LONGEST_PAUSE)
        child.start_again_at = now + pause
        self.say(
            f"{child.program.name} {how_it_ended(child.process.returncode)}; starting it again."
        )

    def stop(self) -> None:
        """Stop everything, the highest stage first."""
        for stage in sorted({child.program.stage for child in self.children}, reverse=True):
            end([child for child in self.children if child.program.stage == stage])
        self.children.clear()

    def _pause(self) -> None:
        if self.stopping:
            raise Stopped
        time.sleep(TICK)
        if self.stopping:
            raise Stopped

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        keep_short(program.log)
        account = program.account
        with program.log.open("ab") as log:
            return subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=program.folder,
                env=program.environment,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                pass_fds=self.kept_open,
                preexec_fn=follow_parent(program.stop_signal),
            )


def end(children: list[Child]) -> None:
    """Ask, after some patience hurry, then kill; each whole group, so that nothing is left."""
    ask(children, [child.program.stop_signal for child in children])
    wait_for(children, max(child.program.patience for child in children))
    ask(children, [child.program.hurry_signal for child in children])
    wait_for(children, 2.0)
    for child in children:
        kill_group(child.process.pid)
        child.process.wait()


def ask(children: list[Child], signals: list[int]) -> None:
    for child, number in zip(children, signals, strict=True):
        if child.process.poll() is None:
            child.process.send_signal(number)


def wait_for(children: list[Child], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(child.process.poll() is None for child in children):
        if time.monotonic() > deadline:
            return
        time.sleep(TICK / 4)


def kill_group(leader: int) -> None:
    """Kill what is left of a child's process group; each child leads its own."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def how_it_ended(code: int) -> str:
    if code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return f"ended with code {code}"


def keep_short(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def tail(log: Path, lines: int = 15) -> str:
    text = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join([*text, f"(more in {log})"])
