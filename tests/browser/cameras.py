"""Cameras that are small: to encode large pictures takes a core for each page that does."""

SMALL = (320, 180)
"""Pictures that are quickly encoded."""
CAMERA = """{
  const { prototype } = MediaDevices;
  const ask = prototype.getUserMedia;
  prototype.getUserMedia = function (wanted) {
    const video = { ...wanted.video, width: WIDTH, height: HEIGHT, frameRate: 30 };
    return ask.call(this, wanted.video ? { ...wanted, video } : wanted);
  };
}"""


def camera_of(width: int, height: int) -> str:
    """Return a script that makes the camera of a page so large, at 30 pictures a second."""
    return CAMERA.replace("WIDTH", str(width)).replace("HEIGHT", str(height))
