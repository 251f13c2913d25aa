interface Waiting<T> {
  matches: (item: T) => boolean;
  resolve: (item: T) => void;
}

/** Collects what arrives and hands it out to whoever waits for it, in order, each once. */
export class Inbox<T> {
  readonly all: T[] = [];
  #unread: T[] = [];
  #waiting: Waiting<T>[] = [];

  push(item: T): void {
    this.all.push(item);
    const index = this.#waiting.findIndex(({ matches }) => matches(item));
    if (index === -1) this.#unread.push(item);
    else this.#waiting.splice(index, 1)[0]!.resolve(item);
  }

  /** The first unread item that matches, now or once it arrives. */
  next(matches: (item: T) => boolean = () => true): Promise<T> {
    const index = this.#unread.findIndex(matches);
    if (index !== -1) return Promise.resolve(this.#unread.splice(index, 1)[0]!);
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }
}
