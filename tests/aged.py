"""The program as if it were of another release: `python -m tests.aged VERSION WORDS...`."""

import sys

import config

config.VERSION = sys.argv[1]

import supervisor  # noqa: E402  it says which release it is from its first line on

if __name__ == "__main__":
    sys.exit(supervisor.main(sys.argv[2:]))
