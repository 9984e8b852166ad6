"""PostgreSQL, Valkey and a mail server: the operator's where an address is set, ours where not."""

import os
from collections.abc import Mapping

from runner import postgres, smtp_sink, valkey
from runner.ports import free_port
from runner.processes import Program, Supervisor
from runner.state import State

ADDRESSES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")


def start(
    state: State, supervisor: Supervisor, *, given: Mapping[str, str], durable: bool = True
) -> dict[str, str]:
    """Start what is not given, wait for it, return all three addresses."""
    makers = {"DATABASE_URL": own_postgres, "REDIS_URL": own_valkey, "EMAIL_URL": own_mail_sink}
    addresses = {name: given[name] for name in ADDRESSES if given.get(name)}
    children = []
    for name, make in makers.items():
        if name not in addresses:
            addresses[name], program = make(state, durable=durable)
            children.append(supervisor.start(program))
    for child in children:
        supervisor.wait_until_ready(child, seconds=60)
    return addresses


def own_postgres(state: State, *, durable: bool) -> tuple[str, Program]:
    port, password, log = free_port(), state.secret("postgres"), state.logs / "postgres.log"
    cluster = postgres.prepare(state.postgres, password=password, durable=durable)
    program = postgres.program(cluster, port=port, log=log, durable=durable)
    return postgres.url(port, password), program


def own_valkey(state: State, *, durable: bool) -> tuple[str, Program]:
    port, password, log = free_port(), state.secret("valkey"), state.logs / "valkey.log"
    program = valkey.program(state.valkey, port=port, password=password, log=log, durable=durable)
    return valkey.url(port, password), program


def own_mail_sink(state: State, *, durable: bool) -> tuple[str, Program]:
    port, log = free_port(), state.logs / "mail.log"
    program = smtp_sink.program(state.letters, port=port, log=log, environment={"PATH": os.defpath})
    return smtp_sink.url(port), program
