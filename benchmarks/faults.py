"""A hundred kills of the worker instead of the twenty of every test run.

`./labmatch bench faults [KILLS]`. It runs `tests/faults/test_kills.py`, so what tests need must be
installed: `./labmatch test tests/faults` once does that.
"""

import os
import subprocess
import sys

from runner.checkout import ROOT


def main() -> None:
    kills = sys.argv[1] if len(sys.argv) > 1 else "100"
    command = [sys.executable, "-m", "pytest", "tests/faults/test_kills.py", "-q", "-n", "0"]
    environment = {**os.environ, "LABMATCH_FAULT_KILLS": kills, "LABMATCH_DEBUG": "1"}
    sys.exit(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
