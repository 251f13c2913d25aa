const YEAR_S = 31_536_000;

export const FIRST_MINUTE_COOKIE = 'first-minute';

/** The newcomer's card does not come back; a cookie, so that it is never drawn and taken away. */
export function dismissFirstMinute(): void {
  document.cookie = `${FIRST_MINUTE_COOKIE}=done; path=/; max-age=${YEAR_S}; samesite=lax`;
}
