import { expect, test } from 'vitest';
import { Rooms, type RoomMember } from './room.ts';
import { sharedMessage } from './wire/shared-message.ts';

function member(name: string, heard: string[]): RoomMember {
  return { deliver: () => void heard.push(name), deliverPresence: () => undefined };
}

test('a message goes to the members of its room, but not to its sender', () => {
  const heard: string[] = [];
  const rooms = new Rooms();
  const [a, b, elsewhere, closed] = ['a', 'b', 'elsewhere', 'private'].map((name) => member(name, heard));
  rooms.enter(false, 'x', a!);
  rooms.enter(false, 'x', b!);
  rooms.enter(false, 'y', elsewhere!);
  rooms.enter(true, 'x', closed!);
  rooms.broadcast(false, 'x', sharedMessage('x', 'e', '{}'), a);
  expect(heard).toEqual(['b']);
});

test('a member that leaves during a delivery does not disturb the others; empty rooms are forgotten', () => {
  const heard: string[] = [];
  const rooms = new Rooms();
  const leaver: RoomMember = {
    deliver: () => rooms.leave(false, 'x', leaver),
    deliverPresence: () => undefined,
  };
  const stayer = member('stays', heard);
  rooms.enter(false, 'x', leaver);
  rooms.enter(false, 'x', stayer);
  rooms.broadcast(false, 'x', sharedMessage('x', 'e', '{}'));
  expect(heard).toEqual(['stays']);
  rooms.leave(false, 'x', stayer);
  rooms.leave(false, 'never', stayer);
  expect(rooms.size).toBe(0);
});
