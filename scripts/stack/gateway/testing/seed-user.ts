import { randomUUID } from 'node:crypto';
import type { TestGateway } from './test-gateway.ts';

/** Inserts an account as a seed.sql for the platform does. Gives its id. */
export async function seedUser(
  { sql }: Pick<TestGateway, 'sql'>,
  email: string,
  password: string,
  metadata: object = {},
): Promise<string> {
  const id = randomUUID();
  await sql(
    `insert into auth.users (
       instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
       raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
       confirmation_token, email_change, email_change_token_new, recovery_token
     ) values (
       '00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', $2,
       extensions.crypt($3, extensions.gen_salt('bf')), now(),
       '{"provider": "email", "providers": ["email"]}', $4, now(), now(), '', '', '', ''
     )`,
    [id, email, password, JSON.stringify(metadata)],
  );
  await sql(
    `insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
     values ($1::text, $1::uuid, jsonb_build_object('sub', $1::text, 'email', $2::text), 'email', now(), now(), now())`,
    [id, email],
  );
  return id;
}
