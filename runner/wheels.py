"""Programs that came inside Python packages."""

from importlib.util import find_spec
from pathlib import Path


def folder_of(package: str) -> Path:
    """Where a package lies, without importing it: only its binaries are wanted."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(
            f"The package {package} is missing, so Labmatch cannot start its own servers here. "
            "Set DATABASE_URL, REDIS_URL and EMAIL_URL to servers of yours."
        )
    return Path(spec.origin).parent
