"""Brings the packages of a lock file into `.labmatch/venv`. Standard library only."""

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.checkout import LOCAL, ROOT, VENV

PYTHON = VENV / "bin" / "python"
PIP_PLACES = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "PIP_CERT",
    "PIP_PROXY",
    "PIP_CONFIG_FILE",
)


def install(lock_name: str) -> str:
    """The Python that has everything of the lock file; installs what is missing."""
    refuse_unsupported_machine()
    LOCAL.mkdir(exist_ok=True)
    stamp = VENV / f"{lock_name}.stamp"
    wanted = stamp_of(ROOT / lock_name)
    with one_at_a_time():
        if not usable():
            make_venv()
        if not stamp.exists() or stamp.read_text() != wanted:
            fetch(lock_name)
            stamp.write_text(wanted)
        make_importable()
    return str(PYTHON)


def refuse_unsupported_machine() -> None:
    if os.name == "nt":
        raise SystemExit("On Windows run Labmatch inside WSL2, or with: docker compose up")
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise SystemExit("Some packages do not exist for Intel Macs; use: docker compose up")
    if sys.platform == "linux" and platform.libc_ver()[0] != "glibc":
        raise SystemExit(
            "Some packages need glibc, which this system lacks; use: docker compose up"
        )


def stamp_of(lock: Path) -> str:
    digest = hashlib.sha256(lock.read_bytes())
    digest.update(platform.python_version().encode())
    return digest.hexdigest()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    with (LOCAL / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def usable() -> bool:
    """Made by this version of Python, and its interpreter still there."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return os.access(PYTHON, os.X_OK) and (VENV / "lib" / version / "site-packages").is_dir()


def make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    if uv := working_uv():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, VENV], check=True)
        return
    require_ensurepip()
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def working_uv() -> str | None:
    """uv does not read pip's configuration, so where that names an index, pip is used."""
    if any(name in os.environ for name in PIP_PLACES):
        return None
    uv = shutil.which("uv")
    if uv and subprocess.run([uv, "--version"], capture_output=True).returncode == 0:
        return uv
    return None


def require_ensurepip() -> None:
    if importlib.util.find_spec("ensurepip"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not shutil.which("apt-get"):
        raise SystemExit(
            "This Python cannot make virtual environments (the module ensurepip is missing). "
            "Install it with your system's package manager, then start again."
        )
    if os.geteuid() != 0:
        raise SystemExit(
            f"Please run this once, then start again:\n  sudo apt-get install -y {package}"
        )
    apt_install(package)


def apt_install(package: str) -> None:
    print(f"Installing {package} from Debian ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    if subprocess.run(install, env=environment, stdout=subprocess.DEVNULL).returncode != 0:
        raise SystemExit(
            f"apt-get could not install {package}. Install it by hand, then start again."
        )


def fetch(lock_name: str) -> None:
    print("Installing packages; the first time takes a minute or two ...", flush=True)
    # The lock names everything that is needed. Were pip to look for more, it would meet releases
    # that are newer than the lock, and refuse them for want of a hash.
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--quiet"]
    options += ["-r", str(ROOT / lock_name)]
    uv = working_uv()
    if uv and run([uv, "pip", "install", "--compile-bytecode", "--python", str(PYTHON), *options]):
        return
    ensure_pip()
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *options]
    if not run(pip):
        raise SystemExit(
            "The packages could not be installed; the reason stands above. "
            "Labmatch needs to reach pypi.org or the index your pip is configured for."
        )


def ensure_pip() -> None:
    """A venv made by uv has no pip; bring it when uv could not do the job."""
    if list(VENV.glob("lib/python3*/site-packages/pip")):
        return
    require_ensurepip()
    subprocess.run([PYTHON, "-m", "ensurepip", "--upgrade"], check=True, stdout=subprocess.DEVNULL)


def run(command: list[str]) -> bool:
    return subprocess.run(command).returncode == 0


def make_importable() -> None:
    """Lets `pytest`, `celery` and `python -m runner` find the checkout from any folder."""
    for packages in (VENV / "lib").glob("python3*/site-packages"):
        path_file = packages / "labmatch.pth"
        if not path_file.exists() or path_file.read_text() != f"{ROOT}\n":
            path_file.write_text(f"{ROOT}\n")
