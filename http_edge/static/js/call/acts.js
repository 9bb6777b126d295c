// What each button and key of the page does, by its name.

export function actsOf(call) {
  const { devices, stage, panel } = call;
  const turn = (source) => devices.turn(source, !devices.isOn(source));
  return {
    microphone: () => turn("microphone"),
    camera: () => turn("camera"),
    flip: () => devices.flip(),
    screen: () => (devices.isOn("screen") ? devices.unshare() : devices.share()),
    chat: () => panel.turn("chat"),
    notes: () => panel.turn("notes"),
    people: () => panel.turn("people"),
    settings: () => panel.turn("settings"),
    "close-panel": () => panel.close(),
    layout: () => call.turnLayout(),
    picture: () => stage.picture(),
    full: () => stage.full(),
    "audio-only": () => call.pinAudio(),
    keys: () => call.controls.turnKeys(),
    record: () => call.recording.ask(),
    "stop-recording": () => call.recording.stop(),
    "resume-sound": () => call.hearing.resume(),
    leave: () => call.leaving.ask(),
    "leave-tell": () => call.leaveAndBeTold(),
    "back-to-waiting": () => call.backToWaiting(),
    again: () => call.again(),
    "ring-again": () => call.ringAgain(),
    "start-video": () => call.join("video", true),
    "start-audio": () => call.join("audio", true),
    "join-video": () => call.join("video", call.session.view?.part === "host"),
    "join-audio": () => call.join("audio", call.session.view?.part === "host"),
  };
}
