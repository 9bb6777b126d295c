// The stage: everybody's picture, how they are laid out, and the small window that stays on top.

import { isInside } from "./legs.js";
import { Tile } from "./tile.js";
import { inMinutes } from "./words.js";

const STATE = { held: "On hold", returning: "Their line broke; they are coming back" };

export class Stage {
  #tiles = new Map(); // "leg source" -> Tile
  #tracks = new Map(); // "leg source" -> track
  #layout = ""; // "" until somebody has chosen: by how many there are
  #pinned = "";
  #speaks = "";
  #view = null;

  constructor(leg, choices) {
    Object.assign(this, { leg, choices });
    this.root = document.getElementById("stage");
    this.tiles = document.getElementById("tiles");
    this.tiles.addEventListener("click", ({ target }) => this.#pin(target.closest(".tile")));
    setInterval(() => this.#tick(), 1000);
  }

  setView(view) {
    this.#view = view;
    const wanted = new Set();
    for (const { person, legs } of view.people) {
      for (const leg of legs.filter(isInside)) this.#person(person, leg, wanted);
    }
    for (const [key, tile] of this.#tiles) if (!wanted.has(key)) this.#drop(key, tile);
    this.#lay();
  }

  // Show *track* as *source* of *leg*; null: there is none (any more).
  setTrack(leg, source, track) {
    const key = `${leg} ${source}`;
    if (track) this.#tracks.set(key, track);
    else this.#tracks.delete(key);
    if (this.#view) this.setView(this.#view);
  }

  setQuality(leg, word) {
    this.#tiles.get(`${leg} camera`)?.setQuality(word);
  }

  setSpeaking(leg, speaking) {
    this.#tiles.get(`${leg} camera`)?.setSpeaking(speaking);
    if (!speaking || this.#speaks === leg || leg === this.leg) return;
    this.#speaks = leg;
    this.#lay();
  }

  get isSpeaker() {
    return this.#layout === "speaker";
  }

  turnLayout() {
    this.#layout = this.isSpeaker ? "grid" : "speaker";
    this.#lay();
  }

  // The large picture in a window of its own, above others.
  async picture() {
    if (document.pictureInPictureElement) return document.exitPictureInPicture();
    const { video } = this.#large() ?? {};
    await video?.requestPictureInPicture?.().catch(() => {});
  }

  async full() {
    if (document.fullscreenElement) return document.exitFullscreen();
    await document.getElementById("call").requestFullscreen?.().catch(() => {});
  }

  clear() {
    for (const [key, tile] of this.#tiles) this.#drop(key, tile);
    this.#tracks.clear();
    if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => {});
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  }

  #person(person, leg, wanted) {
    const own = leg.id === this.leg;
    const camera = this.#tile(`${leg.id} camera`, { own, name: person.name }, wanted);
    const seen = !leg.muted.includes("camera");
    const track = this.#tracks.get(camera.key) ?? null;
    camera.setTrack(seen ? track : null, own && this.choices.isBehind(track));
    camera.setMuted(leg.muted.includes("microphone") || !leg.sends.includes("microphone"));
    camera.setState(STATE[leg.state] ?? "");
    const screen = this.#tracks.get(`${leg.id} screen`);
    if (!screen || !leg.sends.includes("screen") || leg.muted.includes("screen")) return;
    this.#tile(`${leg.id} screen`, { own, screen: true, name: person.name }, wanted).setTrack(screen);
  }

  #tile(key, options, wanted) {
    wanted.add(key);
    const known = this.#tiles.get(key);
    known?.setName(options.name);
    if (known) return known;
    const tile = new Tile(key, options);
    this.#tiles.set(key, tile);
    this.tiles.append(tile.element);
    return tile;
  }

  #drop(key, tile) {
    tile.remove();
    this.#tiles.delete(key);
    if (this.#pinned === key) this.#pinned = "";
  }

  // A touch makes a picture the large one; another gives that up.
  #pin(element) {
    if (!element || this.#tiles.size < 2) return;
    const { key } = element.dataset;
    this.#pinned = this.#pinned === key ? "" : key;
    if (this.#pinned) this.#layout = "speaker";
    this.#lay();
  }

  #large() {
    const tiles = [...this.#tiles.values()];
    const others = tiles.filter(({ own }) => !own);
    return (
      this.#tiles.get(this.#pinned) ??
      others.find(({ screen }) => screen) ??
      this.#tiles.get(`${this.#speaks} camera`) ??
      others[0] ??
      tiles[0]
    );
  }

  #lay() {
    const tiles = [...this.#tiles.values()];
    const screen = tiles.some((tile) => tile.screen);
    const usual = screen ? "speaker" : tiles.length <= 2 ? "pair" : "grid";
    const layout = tiles.length < 2 ? "grid" : this.#layout || usual;
    this.root.dataset.layout = layout === "speaker" && tiles.length === 2 ? "pair" : layout;
    const large = this.#large();
    let turn = 0;
    for (const tile of tiles) {
      tile.element.classList.toggle("large", tile === large);
      tile.element.style.setProperty("--turn", tile === large ? 0 : turn++);
    }
  }

  #tick() {
    const started = this.#view?.started_at;
    const timer = document.getElementById("timer");
    timer.textContent = started ? inMinutes(Date.now() - Date.parse(started)) : "";
  }
}
