"""C04: private files are their owner's alone."""

from pathlib import Path

import pytest

from config.private import TooOpen, private_directory, read_private, write_private


def test_c04_a_private_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """C04."""
    write_private(tmp_path / "key", b"secret")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert read_private(tmp_path / "key") == b"secret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o602, 0o620, 0o601, 0o700])
def test_c04_a_file_that_stands_open_is_refused(tmp_path: Path, mode: int) -> None:
    """C04."""
    write_private(tmp_path / "key", b"secret")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(TooOpen, match="chmod 600"):
        read_private(tmp_path / "key")


def test_c04_a_directory_that_stands_open_is_refused(tmp_path: Path) -> None:
    """C04."""
    directory = private_directory(tmp_path / "keys")
    assert directory.stat().st_mode & 0o777 == 0o700
    directory.chmod(0o750)
    with pytest.raises(TooOpen, match="chmod 700"):
        private_directory(directory)


def test_writing_again_replaces_all_of_it(tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"a long secret")
    write_private(tmp_path / "key", b"short")
    assert read_private(tmp_path / "key") == b"short"
    assert [file.name for file in tmp_path.iterdir()] == ["key"]
