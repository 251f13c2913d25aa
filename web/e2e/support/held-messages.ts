import type { BrowserContext } from 'playwright/test';

/** Holds what the server tells a page about something, to let all of it through at the same moment. */
export class HeldMessages {
  #word: string;
  #held: (() => void)[] = [];
  #holds = true;

  private constructor(word: string) {
    this.#word = word;
  }

  /** @param word messages are held that contain it */
  static async in(context: BrowserContext, word: string): Promise<HeldMessages> {
    const held = new HeldMessages(word);
    await context.routeWebSocket(/\/realtime\/v1\//, (socket) => {
      socket.connectToServer().onMessage((message) => {
        const send = () => socket.send(message);
        if (held.#holds && message.toString().includes(held.#word)) held.#held.push(send);
        else send();
      });
    });
    return held;
  }

  get count(): number {
    return this.#held.length;
  }

  release(): void {
    this.#holds = false;
    for (const send of this.#held.splice(0)) send();
  }
}
