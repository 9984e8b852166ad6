"""Where things lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".labmatch"
VENV = LOCAL / "venv"
DATA = LOCAL / "data"
