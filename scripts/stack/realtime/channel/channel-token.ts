import type { HeldToken, OpenChannel } from './open-channel.ts';
import { readAccessToken } from './join-config.ts';
import { refusal } from './refusal.ts';
import { isRecord } from '../wire/protocol.ts';
import type { Claims } from '../token.ts';

const LONGEST_CHECK_MS = 5 * 60 * 1000;

/** The token a channel runs on. Closes the channel when it expires. */
export class ChannelToken implements HeldToken {
  #channel: OpenChannel;
  #value: string;
  #timer: NodeJS.Timeout | undefined;
  #claims: Claims | null = null;

  constructor(channel: OpenChannel, value: string) {
    this.#channel = channel;
    this.#value = value;
  }

  get value(): string {
    return this.#value;
  }

  /** null until the token has been verified. */
  get claims(): Claims | null {
    return this.#claims;
  }

  /** @throws {TokenError} when the token, or the one that takes its place, is refused. */
  async verify(value = this.#value): Promise<Claims> {
    const claims = await this.#channel.context.verify(value);
    this.#value = value;
    this.#claims = claims;
    this.stop();
    if (!this.#channel.closed.aborted) {
      const secondsLeft = claims.exp - Math.floor(Date.now() / 1000);
      this.#timer = setTimeout(() => void this.#recheck(), Math.min(LONGEST_CHECK_MS, secondsLeft * 1000));
    }
    return claims;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #recheck(): Promise<void> {
    try {
      await this.verify();
    } catch (error) {
      this.#channel.close((error as Error).message);
    }
  }
}

/** Takes a newer token: whoever it names must still be allowed to listen. */
export async function refreshToken(channel: OpenChannel, payload: unknown): Promise<void> {
  const value = readAccessToken(isRecord(payload) ? payload.access_token : null);
  if (value === null || value === channel.token.value) return;
  const before = channel.rights;
  try {
    const claims = await channel.token.verify(value);
    const rights = await channel.askRights(claims);
    if (!rights.readsBroadcast && !rights.readsPresence) {
      return channel.close(`You do not have permissions to read from this Channel topic: ${channel.topic}`);
    }
    const lost =
      (before.readsBroadcast && !rights.readsBroadcast) || (before.readsPresence && !rights.readsPresence);
    if (lost) {
      return channel.close(`You no longer have permission to read from this Channel topic: ${channel.topic}`);
    }
    channel.rights = rights;
  } catch (error) {
    channel.close(refusal(error, channel.topic).message);
  }
}
