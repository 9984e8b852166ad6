"""How a process that makes objects and arrays by the thousand deals with memory."""

import ctypes
import gc

SELDOM = 20_000  # new objects; by default garbage is looked for after seven hundred

# Names and numbers of <malloc.h>.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
AT_HAND = 4 << 20  # bytes of an array; a longer one goes back to the system as soon as it is done
KEPT = 64 << 20  # bytes that may lie free at the end of the memory before they are given back


def work_in_bulk() -> None:
    """What is loaded by now stays, and is not looked through again for garbage.

    Memory of arrays that are done is used for the next ones: what comes anew from the system is
    cleared page by page, in a good part of the time that scoring takes. C libraries without such
    options (musl, macOS) go on as they are.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_MMAP_THRESHOLD, AT_HAND)
        set_option(M_TRIM_THRESHOLD, KEPT)
