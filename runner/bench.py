"""`./labmatch bench`: one benchmark, on servers and a database of its own."""

import subprocess
import sys

from runner.checkout import ROOT
from runner.throwaway import own_environment, throwaway
from runner.translations import compile_all

FOLDER = ROOT / "benchmarks"


def main(arguments: list[str]) -> int:
    names = benchmark_names()
    if not arguments or arguments[0] not in names:
        print("Benchmarks: " + (", ".join(names) or "none yet"))
        return 0 if not arguments else 2
    compile_all()
    with throwaway(durable=True) as servers:
        # Figures are true in the evening, too.
        told = {"LABMATCH_DEBUG": "0", "LABMATCH_WORKING_HOURS": "0"}
        settings = {**own_environment(servers), **told}
        migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=settings, check=True)
        command = [sys.executable, "-P", "-m", f"benchmarks.{arguments[0]}", *arguments[1:]]
        return subprocess.run(command, env=settings).returncode


def benchmark_names() -> list[str]:
    """Modules with a `main` of their own; names that begin with an underscore are their parts."""
    files = FOLDER.glob("*.py")
    return sorted(file.stem for file in files if not file.stem.startswith("_"))
