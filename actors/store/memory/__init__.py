"""The journal in memory, for tests and the simulator: the same promises, and trouble to order.

A `MemoryDisk` outlives the journals that are opened on it, as a disk outlives processes;
`MemoryBlobs` keep the bytes of files.
"""

from actors.store.memory.blobs import MemoryBlobs
from actors.store.memory.disk import MemoryDisk
from actors.store.memory.journal import MemoryJournal

__all__ = ["MemoryBlobs", "MemoryDisk", "MemoryJournal"]
