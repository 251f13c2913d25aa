const YEAR_S = 31_536_000;

/** Kept in a cookie, so that the server draws the sidebar as it was left. */
export function rememberSidebar(collapsed: boolean): void {
  document.cookie = `sidebar=${collapsed ? 'collapsed' : 'open'}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
