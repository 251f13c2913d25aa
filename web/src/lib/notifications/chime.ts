/** Two soft notes, a fifth apart. */
const NOTES_HZ = [660, 990];
const NOTE_S = 0.16;
const VOLUME = 0.06;

/** Browsers let a page sound only after its reader has clicked or typed: the first time arms it. */
export class Chime {
  #context: AudioContext | null = null;

  /** Returns how to stop waiting for the first click. */
  arm(): () => void {
    const waiting = new AbortController();
    const wake = () => {
      this.#context ??= new AudioContext();
      void this.#context.resume();
      waiting.abort();
    };
    for (const event of ['pointerdown', 'keydown']) {
      addEventListener(event, wake, { signal: waiting.signal, passive: true });
    }
    return () => {
      waiting.abort();
      void this.#context?.close();
      this.#context = null;
    };
  }

  /** Sounds in one of the browser's tabs, whichever comes first; not before it is armed. */
  async play(): Promise<void> {
    const context = this.#context;
    if (context?.state !== 'running') return;
    await navigator.locks.request('civstart-chime', { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      await sound(context);
    });
  }
}

function sound(context: AudioContext): Promise<void> {
  const volume = new GainNode(context, { gain: 0 });
  volume.connect(context.destination);
  const oscillators = NOTES_HZ.map((frequency, index) => {
    const start = context.currentTime + index * NOTE_S;
    const note = new OscillatorNode(context, { frequency, type: 'sine' });
    note.connect(volume);
    note.start(start);
    note.stop(start + NOTE_S * 2);
    return note;
  });
  const end = context.currentTime + NOTE_S * 4;
  volume.gain.linearRampToValueAtTime(VOLUME, context.currentTime + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, end);
  return new Promise((resolve) => oscillators.at(-1)!.addEventListener('ended', () => resolve()));
}
