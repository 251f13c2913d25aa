import { PresenceList } from './channel/presence-list.ts';
import type { SharedMessage } from './wire/shared-message.ts';

/** A channel of one client, as the others in its room see it. */
export interface RoomMember {
  deliver(message: SharedMessage): void;
  deliverPresence(diff: SharedMessage): void;
}

/** Everyone who joined one topic. */
export interface Room {
  readonly members: Set<RoomMember>;
  readonly presence: PresenceList<RoomMember>;
}

/** The rooms of a server. Public and private ones of the same name have nothing in common. */
export class Rooms {
  #rooms = new Map<string, Room>();

  get size(): number {
    return this.#rooms.size;
  }

  enter(isPrivate: boolean, topic: string, member: RoomMember): Room {
    const key = roomKey(isPrivate, topic);
    let room = this.#rooms.get(key);
    if (!room) this.#rooms.set(key, (room = { members: new Set(), presence: new PresenceList() }));
    room.members.add(member);
    return room;
  }

  leave(isPrivate: boolean, topic: string, member: RoomMember): void {
    const key = roomKey(isPrivate, topic);
    const room = this.#rooms.get(key);
    room?.members.delete(member);
    if (room?.members.size === 0) this.#rooms.delete(key);
  }

  /** Sends to all in a room but `except`. */
  broadcast(isPrivate: boolean, topic: string, message: SharedMessage, except?: RoomMember): void {
    const room = this.#rooms.get(roomKey(isPrivate, topic));
    if (!room) return;
    for (const member of room.members) if (member !== except) member.deliver(message);
  }
}

function roomKey(isPrivate: boolean, topic: string): string {
  return (isPrivate ? 'private:' : 'public:') + topic;
}
