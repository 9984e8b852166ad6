"""Free ports on the loopback interface."""

import random
import socket

# Below the range the system hands out by itself: a client that keeps calling a server which is
# just being restarted could otherwise be given the very port it calls, and connect to itself.
FIRST, LAST = 20000, 30000
# Of its own: whoever seeds the common one in two processes would give both the same ports.
dice = random.SystemRandom()


def free_port() -> int:
    for port in dice.sample(range(FIRST, LAST), 200):
        if is_free(port):
            return port
    raise SystemExit(f"There is no free port between {FIRST} and {LAST} on this machine.")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def exchange(port: int, message: bytes) -> bytes:
    """What a server answers to a few bytes, or nothing when it does not."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(message)
            return connection.recv(200)
    except OSError:
        return b""
