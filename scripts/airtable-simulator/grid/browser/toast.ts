const SHOWN_MS = 6000;

/** A line at the foot of the page, with at most one thing to do about it. */
export class Toast {
  readonly #element: HTMLElement;
  #timer = 0;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  show(message: string, action?: { label: string; run: () => void }): void {
    this.#element.textContent = message;
    if (action) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = action.label;
      button.addEventListener('click', () => {
        this.#element.hidden = true;
        action.run();
      });
      this.#element.append(button);
    }
    this.#element.hidden = false;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.#element.hidden = true), SHOWN_MS);
  }
}
