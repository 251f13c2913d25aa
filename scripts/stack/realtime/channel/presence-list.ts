/** What one socket says of itself under its key. */
type PresenceMeta = Record<string, unknown> & { phx_ref: string; phx_ref_prev?: string };
/** Metas by key, as clients expect them. */
export type PresenceState = Record<string, { metas: PresenceMeta[] }>;
export interface PresenceDiff {
  joins: PresenceState;
  leaves: PresenceState;
}

interface Presence {
  key: string;
  payload: Record<string, unknown>;
  meta: PresenceMeta;
}

/** Who is present in one channel. Several sockets may share a key: each has its own meta under it. */
export class PresenceList<Owner extends object> {
  #presences = new Map<Owner, Presence>();
  #lastRef = 0;

  /** @returns what to tell everyone; null when the payload is the one tracked already. */
  track(owner: Owner, key: string, payload: Record<string, unknown>): PresenceDiff | null {
    const previous = this.#presences.get(owner);
    if (previous && JSON.stringify(previous.payload) === JSON.stringify(payload)) return null;
    const meta: PresenceMeta = { ...payload, phx_ref: this.#nextRef() };
    if (previous) meta.phx_ref_prev = previous.meta.phx_ref;
    this.#presences.set(owner, { key, payload, meta });
    return { joins: one(key, meta), leaves: previous ? one(key, previous.meta) : {} };
  }

  /** @returns what to tell everyone; null when the socket was not present. */
  untrack(owner: Owner): PresenceDiff | null {
    const presence = this.#presences.get(owner);
    if (!presence) return null;
    this.#presences.delete(owner);
    return { joins: {}, leaves: one(presence.key, presence.meta) };
  }

  state(): PresenceState {
    const state = emptyState();
    for (const { key, meta } of this.#presences.values()) (state[key] ??= { metas: [] }).metas.push(meta);
    return state;
  }

  // Unlike any other of the channel, also after a restart: clients tell metas apart by it alone.
  #nextRef(): string {
    return `${Date.now().toString(36)}.${(this.#lastRef++).toString(36)}`;
  }
}

/** Without a prototype: a client may choose `__proto__` for its key. */
function emptyState(): PresenceState {
  return Object.create(null) as PresenceState;
}

function one(key: string, meta: PresenceMeta): PresenceState {
  const state = emptyState();
  state[key] = { metas: [meta] };
  return state;
}
