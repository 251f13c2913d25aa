/**
 * For what hangs on a button: the button itself closes it. Closed by a press outside, the button's click would open it
 * again.
 */
export const keepForAnchor = (anchor: HTMLElement | null) => (event: Event) => {
  if (event.target instanceof Node && anchor?.contains(event.target)) event.preventDefault();
};
