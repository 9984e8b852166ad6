"""Runs one command with everything installed; `./labmatch` comes here."""

import sys
from importlib import import_module

MODULES = {"up": "up", "test": "check", "manage": "manage", "bench": "bench"}

if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    sys.exit(import_module(f"runner.{MODULES[command]}").main(arguments))
