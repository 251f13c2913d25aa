import type { Whoami } from '../../supabase/types/realtime.ts';
import type { Visitor } from './lib/server/visitor.ts';
import type { Db } from './lib/supabase/schema.ts';

declare global {
  namespace App {
    interface PageData {
      /** The member of staff who reads; on the admin's pages. */
      me?: Whoami;
    }
    interface Locals {
      /** The client of this request, with the visitor's own rights. */
      supabase: Db;
      /** Who the verified token says the visitor is. */
      visitor: Visitor;
    }
  }
}

export {};
