"""The commands and what each needs installed."""

RUNTIME = "requirements.lock"
TESTING = "requirements-test.lock"

COMMANDS = {"up": RUNTIME, "manage": RUNTIME, "bench": RUNTIME, "test": TESTING}

HELP = """\
./labmatch up [--port N] [--data DIR] [--empty | --demo]
    Install what is missing, start Labmatch, print its address. Ctrl-C stops it.
    The first start loads the demonstration; --empty starts with an empty database and prints
    a one-time link for the first administrator. With DATABASE_URL, REDIS_URL or EMAIL_URL set,
    those servers are used and nothing is loaded, unless --demo asks for it.

./labmatch test [pytest arguments]
    Every check and every test. With arguments: only pytest, with those arguments.

./labmatch manage COMMAND [arguments]
    A Django management command, with the databases running.

./labmatch bench [NAME]
    A benchmark on a throw-away database; without a name, the list.

./labmatch help
    This page. More: docs/operations.md"""
