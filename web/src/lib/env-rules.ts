/** Refuses a value that is no http(s) URL; says which variable and what belongs there. */
function parseUrl(name: string, value: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(
      `${name} is "${value}", which is not a URL. Set it to one such as http://127.0.0.1:54321`,
    );
  }
  return value.replace(/\/+$/, '');
}

export const requiredUrl = (name: string, what: string) => (value: string | undefined) => {
  if (!value) throw new Error(`${name} is not set. Set it to ${what}, such as http://127.0.0.1:54321`);
  return parseUrl(name, value);
};

export const optionalUrl = (name: string) => (value: string | undefined) =>
  value ? parseUrl(name, value) : undefined;

export const optional = (value: string | undefined) => value || undefined;

/**
 * A key that a browser may have. A secret key here would be sent to every visitor, so it is refused:
 * `sb_secret_…`, and legacy keys whose payload says `service_role`.
 */
export const publishableKey = (name: string) => (value: string | undefined) => {
  if (!value) {
    throw new Error(`${name} is not set. Set it to the publishable key of the project (sb_publishable_…)`);
  }
  if (value.startsWith('sb_secret_') || roleOf(value) === 'service_role') {
    throw new Error(`${name} holds a secret key, which browsers must never see. Set the publishable key`);
  }
  return value;
};

function roleOf(key: string): unknown {
  const payload = key.split('.')[1];
  if (!payload) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof claims === 'object' && claims !== null && 'role' in claims ? claims.role : undefined;
  } catch {
    return undefined; // Not a JWT: no role to refuse.
  }
}
