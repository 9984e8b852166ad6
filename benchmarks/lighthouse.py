"""Lighthouse on the public pages of a running Labmatch.

`./labmatch bench lighthouse [ADDRESS]`: start `./labmatch up` first. Needs Node.js with npm, which
fetches Lighthouse, and a Chromium ($CHROMIUM, or on the PATH). The median of three runs a page.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from urllib.parse import urlsplit

PAGES = ("/", "/challenges/", "/labs/", "/companies/", "/about/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS = 3
FLAGS = (
    "--headless=new --no-first-run --disable-gpu --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def main() -> None:
    base = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    if urlsplit(base).hostname not in ("localhost", "127.0.0.1"):
        raise SystemExit("Measure a Labmatch on this machine: http://localhost:PORT")
    print(f"| page | {' | '.join(CATEGORIES)} |\n|---|{'---:|' * len(CATEGORIES)}")
    for page in PAGES:
        runs = [scores(base.rstrip("/") + page) for _ in range(RUNS)]
        medians = (statistics.median(run[name] for run in runs) for name in CATEGORIES)
        print(f"| {page} | {' | '.join(f'{value:.0f}' for value in medians)} |", flush=True)


def scores(address: str) -> dict[str, float]:
    """Of 100, by category."""
    sandbox = " --no-sandbox" if os.geteuid() == 0 else ""
    command = [
        tool("npx"), "--yes", "lighthouse@12", address, "--quiet", "--output=json",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}{sandbox}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": os.environ.get("CHROMIUM") or tool("chromium")}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise SystemExit(f"Lighthouse could not measure {address}:\n{done.stderr}")
    found = json.loads(done.stdout)["categories"]
    return {name: 100 * found[name]["score"] for name in CATEGORIES}


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise SystemExit(f"This benchmark needs {name} on the PATH.")
    return path


if __name__ == "__main__":
    main()
