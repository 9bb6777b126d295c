// What to say when a camera or a microphone can't be had: what to do, and what goes without.

const NAME = { camera: "The camera", microphone: "The microphone" };
const WHY = {
  NotAllowedError: "is not allowed. Allow it in the address bar of the browser, then try again.",
  NotFoundError: "was not found. Connect one, then try again.",
  NotReadableError: "is used by another program. Close that, then try again.",
};
const WITHOUT = {
  camera: "Without it you are heard, but not seen.",
  microphone: "Without it you hear and see the others, but they do not hear you.",
};
const WITHOUT_BOTH = "Without them you see and hear the others, but they do not see or hear you.";

// *wrong*: {source, why} of each that can't be had.
export function complaint(wrong) {
  const words = wrong.map(({ source, why }) => `${NAME[source]} ${WHY[why] ?? "can’t be opened."}`);
  return [...words, wrong.length > 1 ? WITHOUT_BOTH : WITHOUT[wrong[0]?.source]].filter(Boolean).join(" ");
}
