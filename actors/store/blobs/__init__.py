"""Where the bytes of files are kept: a folder of this machine, or an S3-compatible store.

`blobs_of` picks the one that the settings name. Tests and the simulator keep them in
`actors.store.memory`.
"""

from pathlib import Path
from typing import Final

from actors.runtime.blobs import Blobs
from actors.store.blobs.folder import FolderBlobs
from actors.store.blobs.s3 import S3Blobs, keys_in
from config.files import FilesSettings

FOLDER: Final = "files"
"""Under the data directory, unless the settings name another one."""


def blobs_of(files: FilesSettings, data: Path) -> Blobs:
    """Return the store that *files* names.

    Raises `OSError`, `TooOpen` or `ValueError` when its folder or its keys can't be used.
    """
    if files.store == "folder":
        folder = Path(files.folder).expanduser().absolute() if files.folder else data / FOLDER
        return FolderBlobs(folder)
    return S3Blobs(
        files.s3_bucket,
        keys_in(Path(files.s3_keys_file)),
        endpoint=files.s3_endpoint,
        region=files.s3_region,
        seconds=files.s3_seconds,
    )
