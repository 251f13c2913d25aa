/** The second key after `g`, by the page's path; a page that is not here is in the palette only. */
export const PAGE_KEYS: Readonly<Record<string, string>> = {
  '/': 'd',
  '/signals': 's',
  '/pool': 'p',
  '/connections': 'c',
  '/startups': 't',
  '/organizations': 'o',
  '/contacts': 'k',
  '/interactions': 'i',
  '/activity': 'a',
  '/sync': 'y',
  '/team': 'm',
  '/settings': ',',
};
