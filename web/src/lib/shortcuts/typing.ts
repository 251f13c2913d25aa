interface Claim {
  key: string;
  target: EventTarget | null;
}

const TEXT = 'input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select';
/** They have keys of their own: letters find an item, Escape closes, the page behind is out of reach. */
const OWN_KEYS = '[role=menu], [role=listbox], [role=combobox], [aria-modal=true], [role=alertdialog]';
/** Enter and space use what has the focus. */
const PRESSABLE =
  'a[href], button, summary, [role=button], [role=tab], input[type=checkbox], input[type=radio]';

/** True when the key belongs to what has the focus, not to the page. */
export function isClaimed({ key, target }: Claim, inInputs: boolean): boolean {
  if (!isElement(target)) return false;
  if (target.closest(OWN_KEYS)) return true;
  if ((key === 'Enter' || key === ' ') && target.closest(PRESSABLE)) return true;
  return !inInputs && (target.isContentEditable || target.closest(TEXT) !== null);
}

const isElement = (target: EventTarget | null): target is HTMLElement =>
  typeof target === 'object' && target !== null && 'closest' in target;
