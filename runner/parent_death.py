"""Children that end with their parent, even when it is killed with -9."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def follow_parent(stop_signal: int) -> Callable[[], None]:
    """To be called in the child between fork and exec, after it changed its user.

    The kernel watches the thread that forked, so children are started from the main thread only.
    Systems other than Linux have no such signal; there the lock of the state folder, which the
    children hold too, keeps a second start away.
    """
    parent = os.getpid()

    def arm() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return arm
