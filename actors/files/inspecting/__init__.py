"""Everything about files that takes its time: bytes are kept, inspected, read and swept away.

`types` tells what bytes are, `inspector` puts types, scanner and pictures together, `workers` has
pictures rewritten in processes of their own, `keeping` does what the room has to be prepared for.
"""

from actors.files.inspecting.inspector import FileInspector, Inspected, Inspector
from actors.files.inspecting.keeping import Keeping
from actors.files.inspecting.workers import PictureWorker

__all__ = ["FileInspector", "Inspected", "Inspector", "Keeping", "PictureWorker"]
