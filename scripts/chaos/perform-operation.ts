import { setTimeout as delay } from 'node:timers/promises';
import { contentMac } from '../airtable-simulator/webhooks/content-mac.ts';
import { cutDatabase, holdWrite } from './hold-write.ts';
import type { Operation } from './operation.ts';
import { act, makeHere } from './perform-act.ts';
import { performEdit } from './perform-edit.ts';
import type { World } from './world.ts';

/** Does one thing to the base, to what lies between it and the mirror, or to the mirror. */
export async function performOperation(world: World, operation: Operation): Promise<void> {
  if (performEdit(world, operation)) return;
  const { lane } = world;
  const started = async (work: Promise<unknown>, wait: boolean): Promise<void> => {
    // Whatever becomes of it: a function that dies answers nothing.
    const ended = work.catch(() => {});
    world.background.push(ended);
    // A call may hang until the faults are taken away.
    if (wait) await Promise.race([ended, delay(300)]);
  };
  const afterwards = (ms: number, strike: () => Promise<unknown>): void => {
    world.background.push(delay(ms).then(strike));
  };
  const eachHook = async (path: string, body: unknown = {}): Promise<void> => {
    for (const { id } of await world.webhooks()) {
      // A hook that the function has given up is not there any more.
      await world.sim('POST', `webhooks/${id}/${path}`, body).catch(() => {});
    }
  };
  const kill = async (): Promise<void> => {
    await lane.function.kill();
    await world.expireLeases();
  };

  switch (operation.do) {
    case 'split payloads':
      return world.sim('POST', 'faults', { payloadRecordLimit: operation.at });
    case 'pings': {
      const { do: _, ...pings } = operation;
      return world.sim('POST', 'faults', { pings });
    }
    case 'spurious ping':
      return started(ping(world, operation.times), false);
    case 'fail calls': {
      const { count, path, how } = operation;
      world.worksInBackground ||= how === 'hang';
      return world.sim('POST', 'faults', {
        failNext: {
          count,
          ...(path ? { path } : {}),
          ...(typeof how === 'number' ? { status: how } : { how }),
        },
      });
    }
    case 'late answers': {
      const { count, ms, path } = operation;
      world.worksInBackground = true;
      return world.sim('POST', 'faults', {
        failNext: { count, how: 'late', delayMs: ms, ...(path ? { path } : {}) },
      });
    }
    case 'let time pass':
      world.clock.advance(operation.minutes * 60_000);
      return undefined;
    case 'stop calls':
      return world.sim('POST', 'rate-limit/stop');
    case 'expire iterators':
      return world.sim('POST', 'iterators/expire');
    case 'disable pings':
      return eachHook('disable');
    case 'expire hook':
      world.beyondTheLog = true;
      return eachHook('expire');
    case 'kill hook':
      world.beyondTheLog = true;
      return eachHook('kill', { code: operation.code });
    case 'trim log':
      world.beyondTheLog = true;
      return eachHook('trim', { keep: operation.keep });
    case 'drain':
      return started(lane.call('/drain'), operation.wait);
    case 'act':
      return act(world, operation);
    case 'make here':
      return makeHere(world, operation.record);
    case 'push':
      // What it refuses it reads again.
      world.worksInBackground = true;
      return started(lane.call('/push'), operation.wait);
    case 'automation': {
      world.beyondTheLog = true;
      world.worksInBackground = true;
      // Also those that are not there any more.
      const gone = world.trash.filter(({ table }) => table === operation.table);
      const records = [...world.records(operation.table), ...gone];
      const recordIds = operation.records.flatMap((nth) => records[nth % records.length]?.id ?? []);
      const body = { baseId: world.simulator.baseId, tableId: world.tableId(operation.table), recordIds };
      return started(lane.call('/automation', body), operation.wait);
    }
    case 'backfill':
      world.beyondTheLog = true;
      world.worksInBackground = true;
      return started(lane.call('/backfill'), operation.wait);
    case 'wait':
      return delay(operation.ms);
    case 'kill function':
      lane.function.prepareSpare();
      return afterwards(operation.afterMs, kill);
    case 'kill function in a write':
      lane.function.prepareSpare();
      await holdWrite(
        lane,
        operation.waitsFor,
        () => lane.call('/drain'),
        () => lane.function.kill(),
      );
      return world.expireLeases();
    case 'cut database':
      return afterwards(operation.afterMs, () => cutDatabase(lane));
    case 'cut database in a write':
      return holdWrite(
        lane,
        operation.waitsFor,
        () => lane.call('/drain'),
        () => cutDatabase(lane),
      );
    case 'stall function':
      return stall(world, operation, (work) => started(work, false));
    default:
      throw new Error(`${operation.do} is an edit`);
  }
}

/** An old answer is on its way to a function that stands still, while the record that it tells of goes on. */
async function stall(
  world: World,
  { table, record: nth, before, after, reading }: Extract<Operation, { do: 'stall function' }>,
  start: (work: Promise<unknown>) => Promise<void>,
): Promise<void> {
  const { lane } = world;
  const record = world.record(table, nth);
  if (!record) return;
  lane.function.prepareSpare();
  world.worksInBackground = true;
  if (reading !== 'log') world.beyondTheLog = true;
  const path = reading === 'log' ? '/payloads' : `/${world.tableId(table)}`;
  await world.sim('POST', 'faults', { failNext: { count: 1, how: 'late', delayMs: 150, path } });
  performEdit(world, { do: 'update', table, record: nth, cells: before });
  const body = { baseId: world.simulator.baseId, tableId: world.tableId(table), recordIds: [record.id] };
  await start(reading === 'log' ? lane.call('/drain') : lane.call('/automation', body));
  await world.lateAnswerIsOnItsWay();
  if (reading !== 'base, awake') await lane.function.stall();
  performEdit(
    world,
    after === 'destroyed'
      ? { do: 'destroy', table, record: nth }
      : { do: 'update', table, record: nth, cells: after },
  );
  if (reading === 'base, awake') return start(lane.call('/drain'));
  await world.expireLeases();
}

/** Well signed, though nothing happened. */
async function ping(world: World, times: number): Promise<void> {
  for (const { id, secret } of await world.webhooks()) {
    const body = JSON.stringify({
      base: { id: world.simulator.baseId },
      webhook: { id },
      timestamp: new Date().toISOString(),
    });
    const headers = {
      'content-type': 'application/json',
      'x-airtable-content-mac': contentMac(secret, body),
    };
    const send = (): Promise<unknown> =>
      fetch(world.lane.notificationUrl, { method: 'POST', headers, body }).then((answer) => answer.text());
    await Promise.all(Array.from({ length: times }, send));
  }
}
