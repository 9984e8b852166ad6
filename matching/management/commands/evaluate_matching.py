"""manage.py evaluate_matching FOLDER …: the engine beside its peers on collections."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.encoders import NoEncoding, encoders
from matching.quality.collection import NoCollection, read_collection
from matching.quality.engine import Kept
from matching.quality.report import as_data, as_table, evaluate


class Command(BaseCommand):
    help = (
        "Scores collections with the engine of the product and prints how well it finds the "
        "companies that are known to answer, beside BM25, PostgreSQL full text and popularity. "
        "Several folders are also judged together."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
        parser.add_argument("--split", default="dev", help="subfolder of questions and answers")
        parser.add_argument("--language", default="en", help="of texts that do not say theirs")
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
        parser.add_argument("--keep", type=Path, help="a folder to keep encoded texts in")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            results = [
                evaluate(
                    read_collection(
                        folder.resolve(), split=options["split"], language=options["language"]
                    ),
                    encoders(),
                    kept=Kept(options["keep"]),
                    tell=self._tell,
                )
                for folder in options["folders"]
            ]
        except (NoCollection, NoEncoding) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(as_data(results)) if options["json"] else as_table(results))

    def _tell(self, what: str, done: int, whole: int) -> None:
        self.stderr.write(f"reading {what}: {done} of {whole}")
