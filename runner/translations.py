"""Compiles the translations; what gettext's msgfmt does, without gettext.

Run as a program: python -m runner.translations
"""

from pathlib import Path

import polib

from runner.checkout import ROOT, VENV


def compile_all(root: Path = ROOT) -> list[Path]:
    """Compile each catalogue that is newer than its compiled form. Returns those compiled."""
    done = []
    for source in root.glob("**/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if source.is_relative_to(VENV) or is_fresh(compiled, source):
            continue
        draft = compiled.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(compiled)
        done.append(compiled)
    return done


def is_fresh(compiled: Path, source: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime


if __name__ == "__main__":
    compile_all()
