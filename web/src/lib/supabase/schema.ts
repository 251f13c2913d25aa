import type { SupabaseClient } from '@supabase/supabase-js';
import type { Database as Generated } from '../../../../supabase/types/database.ts';
import type {
  ChangesSince,
  DashboardMetrics,
  DashboardTrends,
  JoinableChannel,
  Whoami,
} from '../../../../supabase/types/realtime.ts';

type Public = Generated['public'];
type Functions = Public['Functions'];

/** The generated types, with the shapes that functions answer with. */
export type Database = Omit<Generated, 'public'> & {
  public: Omit<Public, 'Functions'> & {
    Functions: Omit<
      Functions,
      'whoami' | 'my_channels' | 'changes_since' | 'dashboard_metrics' | 'dashboard_trends'
    > & {
      whoami: Omit<Functions['whoami'], 'Returns'> & { Returns: Whoami | null };
      my_channels: Omit<Functions['my_channels'], 'Returns'> & { Returns: JoinableChannel[] };
      changes_since: Omit<Functions['changes_since'], 'Returns'> & { Returns: ChangesSince };
      dashboard_metrics: Omit<Functions['dashboard_metrics'], 'Returns'> & { Returns: DashboardMetrics };
      dashboard_trends: Omit<Functions['dashboard_trends'], 'Returns'> & { Returns: DashboardTrends };
    };
  };
};

export type Db = SupabaseClient<Database>;
export type SignalRecord = Public['Tables']['signals']['Row'];
