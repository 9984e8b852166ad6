"""manage.py import_collection FOLDER: companies and briefs of a public collection."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.collection import import_briefs, import_companies, is_imported
from matching.actions import request_runs, score_challenges
from matching.models import MatchRun
from matching.quality.collection import NoCollection


class Command(BaseCommand):
    help = "Imports a collection, publishes its briefs and scores them here. Sends nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--country", default="US", help="country of companies and lab")
        parser.add_argument("--language", default="en", help="language of the texts")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].resolve()
        if is_imported(folder.name):
            self.stdout.write("This collection was imported before; nothing to do.")
            return
        start = time.monotonic()
        try:
            lab, companies = import_companies(
                folder=folder, country=options["country"], language=options["language"]
            )
            self._tell(f"{companies} companies imported", start)
            start = time.monotonic()
            briefs = list(import_briefs(folder=folder, lab=lab, language=options["language"]))
        except NoCollection as problem:
            raise CommandError(str(problem)) from problem
        self._tell(f"{len(briefs)} briefs published", start)
        start = time.monotonic()
        run_ids = request_runs(challenge_ids=[brief.pk for brief in briefs])
        score_challenges(runs=list(MatchRun.objects.filter(pk__in=run_ids)))
        self._tell(f"{len(briefs)} briefs scored against {companies} companies", start)

    def _tell(self, what: str, start: float) -> None:
        self.stdout.write(f"{what} in {time.monotonic() - start:.1f} s")
