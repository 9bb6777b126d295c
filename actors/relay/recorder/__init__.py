"""The recorder: somebody in the call who only listens, and writes down what they hear and see.

Packets become frames again (`frames`), sealed ones are opened with the keys that everybody who has
agreed has told (`keys`), and each person's become a WebM file without being transcoded (`tape`),
which never lies in the clear on a disk (`vault`).
"""

from actors.relay.recorder.recorder import Recorder

__all__ = ["Recorder"]
