// Which devices somebody likes, remembered in this browser; and the lists to choose from.

const KEPT = "devices";
const KIND = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
const NAME = { camera: "Camera", microphone: "Microphone", speaker: "Loudspeaker" };

export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

export function keep(key, what) {
  try {
    localStorage.setItem(key, JSON.stringify({ ...kept(key), ...what }));
  } catch {
    // this browser keeps nothing: it is asked again next time
  }
}

export class Choices {
  #listeners = new Set();
  #facing = "user";
  #flipped = false;
  found = [];

  get chosen() {
    return kept(KEPT);
  }

  get cameras() {
    return this.found.filter(({ kind }) => kind === KIND.camera);
  }

  // Constraints for *source*. A device that is not there any more is no reason for none at all.
  of(source) {
    if (source === "camera" && this.#flipped) return { facingMode: this.#facing };
    const id = this.chosen[source];
    return id && (!this.found.length || this.found.some(({ deviceId }) => deviceId === id)) ? { deviceId: { ideal: id } } : {};
  }

  choose(source, id) {
    if (source === "camera") this.#flipped = false;
    keep(KEPT, { [source]: id });
  }

  flip() {
    const facing = matchMedia("(pointer: coarse)").matches;
    this.#facing = this.#facing === "user" ? "environment" : "user";
    this.#flipped = facing;
    if (facing) return;
    const at = this.cameras.findIndex(({ deviceId }) => deviceId === this.chosen.camera);
    const next = this.cameras[(Math.max(at, 0) + 1) % this.cameras.length];
    if (next) keep(KEPT, { camera: next.deviceId });
  }

  // Whether a picture of *track* is shown as in a mirror: not when it looks away from its owner.
  isBehind(track) {
    return track?.getSettings().facingMode === "environment";
  }

  onChange(listener) {
    this.#listeners.add(listener);
  }

  async read() {
    this.found = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    for (const listener of this.#listeners) listener();
  }

  // Fill the lists (`select[data-choose]`) within *root*, and tell *chosen(source, id)*.
  fill(root, chosen) {
    for (const list of root.querySelectorAll("[data-choose]")) {
      list.onchange = () => chosen(list.dataset.choose, list.value);
      this.#fillOne(list, list.dataset.choose);
    }
    const canSpeak = "setSinkId" in HTMLMediaElement.prototype && this.#named("speaker").length > 1;
    for (const field of root.querySelectorAll("[data-speakers]")) field.hidden = !canSpeak;
  }

  #named(source) {
    return this.found.filter(({ kind, deviceId }) => kind === KIND[source] && deviceId);
  }

  #fillOne(list, source) {
    const options = this.#named(source).map(({ deviceId, label }, at) => {
      return new Option(label || `${NAME[source]} ${at + 1}`, deviceId);
    });
    list.replaceChildren(...(options.length ? options : [new Option("The usual one", "")]));
    const wanted = this.chosen[source];
    if (options.some(({ value }) => value === wanted)) list.value = wanted;
  }
}
