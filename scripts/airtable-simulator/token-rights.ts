/** Scopes of a personal access token that the simulated calls need. */
export const SCOPES = [
  'data.records:read',
  'data.records:write',
  'schema.bases:read',
  'webhook:manage',
] as const;
export const PERMISSION_LEVELS = ['read', 'comment', 'edit', 'create'] as const;

type Scope = (typeof SCOPES)[number];

export interface TokenRights {
  scopes: readonly Scope[];
  permissionLevel: (typeof PERMISSION_LEVELS)[number];
}

export const ALL_RIGHTS: TokenRights = { scopes: SCOPES, permissionLevel: 'create' };

/** Whether a token with these rights may make this call. `path` begins after `/v0`. */
export function mayCall(rights: TokenRights, method: string, path: string): boolean {
  const may = (scope: Scope): boolean => rights.scopes.includes(scope);
  const reads = method === 'GET';
  if (path === '/meta/whoami') return true;
  if (path.startsWith('/meta/')) return may('schema.bases:read');
  if (path.startsWith('/bases/')) {
    return may('webhook:manage') && (reads || rights.permissionLevel === 'create');
  }
  if (reads || path.endsWith('/listRecords')) return may('data.records:read');
  return may('data.records:write') && ['edit', 'create'].includes(rights.permissionLevel);
}

/** Whether the token may have a webhook tell it of these things. */
export function mayHear(rights: TokenRights, dataTypes: readonly string[]): boolean {
  return dataTypes.every((type) =>
    rights.scopes.includes(type === 'tableData' ? 'data.records:read' : 'schema.bases:read'),
  );
}
