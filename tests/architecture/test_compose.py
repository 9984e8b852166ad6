"""docker-compose.yml gives the product all its variables, and each process its place."""

import re

import yaml

from runner.checkout import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("migrate", "web", "worker", "beat")


def test_every_process_gets_every_variable():
    names = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "config/env.py").read_text())

    given = {service: sorted(COMPOSE["services"][service]["environment"]) for service in OURS}

    assert given == dict.fromkeys(OURS, sorted(names))


def test_an_operator_can_set_every_variable_but_the_fixed_ones():
    environment = COMPOSE["services"]["web"]["environment"]

    fixed = {name for name, value in environment.items() if not value.startswith(f"${{{name}:")}

    assert fixed == {"LABMATCH_DEBUG", "LABMATCH_MEDIA_ROOT", "LABMATCH_BLOCKS_ROOT"}


def test_nothing_starts_without_a_secret_key():
    assert COMPOSE["services"]["web"]["environment"]["SECRET_KEY"].startswith("${SECRET_KEY:?")


def test_tables_come_before_processes():
    waiting = {service: COMPOSE["services"][service]["depends_on"] for service in OURS[1:]}

    after_migration = {"migrate": {"condition": "service_completed_successfully"}}
    assert waiting == dict.fromkeys(OURS[1:], after_migration)


def test_ports_are_published_on_the_loopback_interface_only():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]

    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_attachments_lie_on_a_volume_of_the_web_host_only():
    volumes = {name: service.get("volumes", []) for name, service in COMPOSE["services"].items()}

    assert [name for name, mounts in volumes.items() if "media:/media" in mounts] == ["web"]


def test_the_workers_take_every_queue():
    from config.celery import app

    commands = [COMPOSE["services"][name]["command"] for name in ("worker", "reader")]
    queues = {route["queue"] for route in app.conf.task_routes.values()} | {"celery"}

    taken = [re.search(r"--queues (\S+)", command)[1].split(",") for command in commands]
    assert sorted(taken[0] + taken[1]) == sorted(queues)
