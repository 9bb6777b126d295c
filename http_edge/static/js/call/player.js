// Plays the tapes of a recording in step, with one bar for all. Without it, each has its own.

const DRIFT = 0.15; // seconds that a tape may be away from where it should be
const LOOK = 100; // milliseconds between two looks at where the tapes are
const TROUBLE =
  "This can’t be played. If your time to look at it is over, load the page again and say why anew.";

export function startPlayer(root) {
  new Player(root).start();
}

class Reel {
  constructor(media) {
    this.media = media;
    this.begins = Number(media.dataset.begins) / 1000;
  }

  // Browsers count a tape from the recording's beginning, or from the first frame that is on it.
  get shift() {
    const { buffered } = this.media;
    const first = buffered.length ? buffered.start(0) : 0;
    return first < this.begins / 2 ? this.begins : 0;
  }

  isOn(place) {
    return place >= this.begins && !this.media.ended;
  }

  get waits() {
    return this.media.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  // Puts the tape where the others are, if it is further away than *most* seconds.
  put(place, most = DRIFT) {
    const wanted = Math.max(place, this.begins) - this.shift;
    if (Math.abs(this.media.currentTime - wanted) > most) this.media.currentTime = wanted;
  }
}

class Player {
  #place = 0;
  #playing = false;
  #at = 0; // when the place was looked at last

  constructor(root) {
    this.seconds = Number(root.dataset.seconds);
    this.reels = [...root.querySelectorAll("video, audio")].map((each) => new Reel(each));
    this.bar = root.querySelector(".play-bar");
    this.button = root.querySelector("[data-do=play]");
    this.slider = root.querySelector("[data-do=seek]");
    this.shown = root.querySelector("[data-place]");
    this.trouble = root.querySelector("[data-trouble]");
  }

  start() {
    this.bar.hidden = false;
    for (const { media } of this.reels) {
      media.controls = false;
      media.addEventListener("error", () => this.#fail());
    }
    this.button.addEventListener("click", () => this.#turn(!this.#playing));
    this.slider.addEventListener("input", () => this.#seek(Number(this.slider.value)));
    setInterval(() => this.#look(), LOOK);
    this.#show();
  }

  #turn(playing) {
    if (playing && this.#place >= this.seconds) this.#seek(0);
    this.#playing = playing;
    this.#at = performance.now();
    for (const { media } of this.reels) {
      media.preload = "auto";
      if (!playing) media.pause();
    }
    this.#look();
    this.#show();
  }

  #seek(place) {
    this.#place = place;
    for (const reel of this.reels) reel.put(place, 0);
    this.#show();
  }

  // Lets time pass where every tape has what comes next; until then all of them wait.
  #look() {
    if (!this.#playing) return;
    const now = performance.now();
    const on = this.reels.filter((reel) => reel.isOn(this.#place));
    const waits = on.some((reel) => reel.waits);
    if (!waits) this.#place += (now - this.#at) / 1000;
    this.#at = now;
    for (const reel of on) this.#run(reel, waits);
    if (this.#place >= this.seconds) this.#turn(false);
    this.#show();
  }

  #run(reel, waits) {
    const { media } = reel;
    if (waits) return media.pause();
    if (media.seeking) return;
    reel.put(this.#place);
    if (media.paused) media.play().catch((error) => error.name === "AbortError" || this.#fail());
  }

  #fail() {
    this.trouble.textContent = TROUBLE;
    this.trouble.hidden = false;
    if (this.#playing) this.#turn(false);
  }

  #show() {
    const place = Math.min(this.#place, this.seconds);
    this.slider.value = place;
    this.shown.textContent = `${clock(place)} / ${clock(this.seconds)}`;
    this.button.textContent = this.#playing ? "Pause" : "Play";
  }
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
