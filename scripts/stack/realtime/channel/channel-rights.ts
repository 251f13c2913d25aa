import type { AuthorizationContext, Authorizer, Rights } from '../authorizer.ts';

/** What a channel may do. Rights to send are asked for on the first attempt, and kept. */
export interface ChannelRights {
  readonly readsBroadcast: boolean;
  /** null while it has not been asked for: the channel joined without presence. */
  readonly readsPresence: boolean | null;
  writes(): Rights | Promise<Rights>;
  /** Asks for what was left out at the join. */
  askPresence(): Promise<void>;
}

const EVERYTHING: Rights = { broadcast: true, presence: true };

export const PUBLIC_RIGHTS: ChannelRights = {
  readsBroadcast: true,
  readsPresence: true,
  writes: () => EVERYTHING,
  askPresence: () => Promise.resolve(),
};

/** The rights of one token in one private channel. */
export class PrivateRights implements ChannelRights {
  #authorizer: Authorizer;
  #context: AuthorizationContext;
  #read: Rights;
  #write: Rights | null = null;

  private constructor(authorizer: Authorizer, context: AuthorizationContext, read: Rights) {
    this.#authorizer = authorizer;
    this.#context = context;
    this.#read = read;
  }

  static async ask(
    authorizer: Authorizer,
    context: AuthorizationContext,
    withPresence: boolean,
  ): Promise<PrivateRights> {
    return new PrivateRights(authorizer, context, await authorizer.readRights(context, withPresence));
  }

  get readsBroadcast(): boolean {
    return this.#read.broadcast;
  }

  get readsPresence(): boolean | null {
    return this.#read.presence;
  }

  writes(): Rights | Promise<Rights> {
    return this.#write ?? this.#askWrite();
  }

  async askPresence(): Promise<void> {
    if (this.#read.presence === null) this.#read = await this.#authorizer.readRights(this.#context, true);
  }

  async #askWrite(): Promise<Rights> {
    this.#write = await this.#authorizer.writeRights(this.#context, true);
    return this.#write;
  }
}
