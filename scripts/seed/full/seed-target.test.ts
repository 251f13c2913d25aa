import { expect, test } from 'vitest';
import { readSeedTarget } from './seed-target.ts';

const NOWHERE = '/there/is/no/stack';
const LOCAL = {
  API_URL: 'http://127.0.0.1:54321',
  DB_URL: 'postgresql://postgres:postgres@127.0.0.1:54322/postgres',
  SECRET_KEY: 'sb_secret_x',
};

test('nothing in the environment, and no stack → what to do', () => {
  expect(() => readSeedTarget({}, NOWHERE)).toThrow('Start the stack first: npm start');
});

test('a part of what names a project → the rest is asked for, and the local stack is left alone', () => {
  expect(() => readSeedTarget({ DB_URL: LOCAL.DB_URL }, NOWHERE)).toThrow('Set API_URL, SECRET_KEY too');
  expect(() => readSeedTarget({ ...LOCAL, SECRET_KEY: '' }, NOWHERE)).toThrow('Set SECRET_KEY too');
});

test('a project on this machine → not remote, and the demo password unless another is set', () => {
  expect(readSeedTarget(LOCAL, NOWHERE)).toMatchObject({ remote: false, password: 'civstart-demo' });
  expect(readSeedTarget({ ...LOCAL, DEMO_PASSWORD: 'another one' }, NOWHERE).password).toBe('another one');
});

test.each([
  ['API_URL', 'https://abcdefgh.supabase.co'],
  ['DB_URL', 'postgresql://postgres:secret@db.abcdefgh.supabase.co:5432/postgres'],
])('%s on another machine → remote', (name, url) => {
  expect(readSeedTarget({ ...LOCAL, [name]: url }, NOWHERE).remote).toBe(true);
});
