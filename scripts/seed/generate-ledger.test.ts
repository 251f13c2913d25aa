import { expect, test } from 'vitest';
import { generateBase } from './generate-base.ts';
import { CREDIT_COSTS, generateLedger, type SeedCreditChange } from './generate-ledger.ts';
import { PEOPLE } from './people.ts';
import { SEED_END_MS } from './seed-times.ts';

const base = generateBase();
const ledger = generateLedger(base);
const linesOf = (startupId: string): SeedCreditChange[] =>
  ledger.filter((line) => line.startupId === startupId);

test('generating twice gives the same lines, each with an id of its own', () => {
  expect(generateLedger(base)).toEqual(ledger);
  expect(new Set(ledger.map((line) => line.id)).size).toBe(ledger.length);
});

test('each startup’s lines add up to its credits, in the order of time and never below none', () => {
  for (const startup of base.startups) {
    let balance = 0;
    let before = startup.createdAt;
    for (const line of linesOf(startup.id)) {
      balance += line.delta;
      expect(line.balance).toBe(balance);
      expect(line.delta).not.toBe(0);
      expect(balance).toBeGreaterThanOrEqual(0);
      expect(line.at > before, `${startup.name} at ${line.at}`).toBe(true);
      before = line.at;
    }
    expect(balance, startup.name).toBe(startup.credits);
    expect(Date.parse(before)).toBeLessThanOrEqual(SEED_END_MS);
  }
});

test('credits were spent on public signals that the startup was then connected with', () => {
  const spent = ledger.filter((line) => line.delta < 0);
  expect(spent.length).toBeGreaterThan(50);
  for (const line of spent) {
    expect(line.delta).toBe(-CREDIT_COSTS.public_signal_request);
    expect(base.signals.find((signal) => signal.id === line.signalId)?.isPublic).toBe(true);
    const connection = base.connections.find(
      ({ startupId, signalId }) => startupId === line.startupId && signalId === line.signalId,
    );
    expect(connection?.createdAt).toBe(line.at);
  }
});

test('the founder’s startup is active, with credits, and with connections before and after an introduction', () => {
  const founder = PEOPLE.find(({ email }) => email === 'founder@civstart.test');
  const startup = base.startups.find(({ name }) => name === founder?.startup);
  expect(startup?.isActive).toBe(true);
  expect(startup?.credits).toBeGreaterThanOrEqual(CREDIT_COSTS.public_signal_request);
  const statuses = base.connections
    .filter(({ startupId }) => startupId === startup?.id)
    .map(({ status }) => status);
  expect(statuses).toEqual(expect.arrayContaining(['Pending review', 'In progress']));
  expect(statuses.length).toBeGreaterThanOrEqual(3);
});
