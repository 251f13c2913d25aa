// Generated from supabase/migrations by `npm run gen:types`. Do not edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      activity: {
        Row: {
          action: string;
          actor: string | null;
          at: string;
          changes: NonNullable<Json>;
          entity: string;
          entity_id: string;
          id: number;
          region: Database['public']['Enums']['region'] | null;
          source: string;
        };
        ComputedFields: never;
        Insert: {
          action: string;
          actor?: string | null;
          at?: string;
          changes?: NonNullable<Json>;
          entity: string;
          entity_id: string;
          id?: never;
          region?: Database['public']['Enums']['region'] | null;
          source: string;
        };
        Update: {
          action?: string;
          actor?: string | null;
          at?: string;
          changes?: NonNullable<Json>;
          entity?: string;
          entity_id?: string;
          id?: never;
          region?: Database['public']['Enums']['region'] | null;
          source?: string;
        };
        Relationships: [];
      };
      admin_regions: {
        Row: {
          region: Database['public']['Enums']['region'];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          region: Database['public']['Enums']['region'];
          user_id: string;
        };
        Update: {
          region?: Database['public']['Enums']['region'];
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'admin_regions_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'admins';
            referencedColumns: ['user_id'];
          },
        ];
      };
      admins: {
        Row: {
          created_at: string;
          display_name: string;
          role: Database['public']['Enums']['admin_role'];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          display_name: string;
          role?: Database['public']['Enums']['admin_role'];
          user_id: string;
        };
        Update: {
          created_at?: string;
          display_name?: string;
          role?: Database['public']['Enums']['admin_role'];
          user_id?: string;
        };
        Relationships: [];
      };
      connections: {
        Row: {
          airtable_edited_at: string | null;
          airtable_id: string | null;
          connection_status: Database['public']['Enums']['connection_status'];
          contact_id: string | null;
          created_at: string;
          decline_reason: string | null;
          deleted_at: string | null;
          id: string;
          notes: string | null;
          organization_id: string | null;
          received_at: string | null;
          region: Database['public']['Enums']['region'];
          requested_at: string | null;
          signal_id: string | null;
          startup_id: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          connection_status?: Database['public']['Enums']['connection_status'];
          contact_id?: string | null;
          created_at?: string;
          decline_reason?: string | null;
          deleted_at?: string | null;
          id?: string;
          notes?: string | null;
          organization_id?: string | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          requested_at?: string | null;
          signal_id?: string | null;
          startup_id?: string | null;
          updated_at?: string;
        };
        Update: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          connection_status?: Database['public']['Enums']['connection_status'];
          contact_id?: string | null;
          created_at?: string;
          decline_reason?: string | null;
          deleted_at?: string | null;
          id?: string;
          notes?: string | null;
          organization_id?: string | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          requested_at?: string | null;
          signal_id?: string | null;
          startup_id?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'connections_contact_id_fkey';
            columns: ['contact_id'];
            isOneToOne: false;
            referencedRelation: 'contacts';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'connections_organization_id_fkey';
            columns: ['organization_id'];
            isOneToOne: false;
            referencedRelation: 'organizations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'connections_signal_id_fkey';
            columns: ['signal_id'];
            isOneToOne: false;
            referencedRelation: 'signals';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'connections_startup_id_fkey';
            columns: ['startup_id'];
            isOneToOne: false;
            referencedRelation: 'startups';
            referencedColumns: ['id'];
          },
        ];
      };
      contacts: {
        Row: {
          airtable_edited_at: string | null;
          airtable_id: string | null;
          created_at: string;
          deleted_at: string | null;
          email: string | null;
          full_name: string | null;
          id: string;
          organization_id: string | null;
          phone: string | null;
          received_at: string | null;
          region: Database['public']['Enums']['region'];
          title: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          email?: string | null;
          full_name?: string | null;
          id?: string;
          organization_id?: string | null;
          phone?: string | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          title?: string | null;
          updated_at?: string;
        };
        Update: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          email?: string | null;
          full_name?: string | null;
          id?: string;
          organization_id?: string | null;
          phone?: string | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          title?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'contacts_organization_id_fkey';
            columns: ['organization_id'];
            isOneToOne: false;
            referencedRelation: 'organizations';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_changes: {
        Row: {
          actor: string | null;
          at: string;
          balance: number;
          delta: number;
          id: string;
          reason: string;
          signal_id: string | null;
          startup_id: string;
        };
        ComputedFields: never;
        Insert: {
          actor?: string | null;
          at?: string;
          balance: number;
          delta: number;
          id?: string;
          reason: string;
          signal_id?: string | null;
          startup_id: string;
        };
        Update: {
          actor?: string | null;
          at?: string;
          balance?: number;
          delta?: number;
          id?: string;
          reason?: string;
          signal_id?: string | null;
          startup_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_changes_signal_id_fkey';
            columns: ['signal_id'];
            isOneToOne: false;
            referencedRelation: 'signals';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_changes_startup_id_fkey';
            columns: ['startup_id'];
            isOneToOne: false;
            referencedRelation: 'startups';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_configurations: {
        Row: {
          cost: number;
          kind: Database['public']['Enums']['credit_kind'];
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          cost: number;
          kind: Database['public']['Enums']['credit_kind'];
          updated_at?: string;
        };
        Update: {
          cost?: number;
          kind?: Database['public']['Enums']['credit_kind'];
          updated_at?: string;
        };
        Relationships: [];
      };
      interactions: {
        Row: {
          airtable_edited_at: string | null;
          airtable_id: string | null;
          connection_id: string | null;
          contact_id: string | null;
          created_at: string;
          deleted_at: string | null;
          id: string;
          kind: Database['public']['Enums']['interaction_kind'] | null;
          occurred_at: string | null;
          received_at: string | null;
          region: Database['public']['Enums']['region'];
          startup_id: string | null;
          summary: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          connection_id?: string | null;
          contact_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          id?: string;
          kind?: Database['public']['Enums']['interaction_kind'] | null;
          occurred_at?: string | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          startup_id?: string | null;
          summary?: string | null;
          updated_at?: string;
        };
        Update: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          connection_id?: string | null;
          contact_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          id?: string;
          kind?: Database['public']['Enums']['interaction_kind'] | null;
          occurred_at?: string | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          startup_id?: string | null;
          summary?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'interactions_connection_id_fkey';
            columns: ['connection_id'];
            isOneToOne: false;
            referencedRelation: 'connections';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'interactions_contact_id_fkey';
            columns: ['contact_id'];
            isOneToOne: false;
            referencedRelation: 'contacts';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'interactions_startup_id_fkey';
            columns: ['startup_id'];
            isOneToOne: false;
            referencedRelation: 'startups';
            referencedColumns: ['id'];
          },
        ];
      };
      matches: {
        Row: {
          generated_at: string;
          id: string;
          rationale: NonNullable<Json>;
          region: Database['public']['Enums']['region'];
          score: number;
          signal_id: string;
          startup_id: string;
        };
        ComputedFields: never;
        Insert: {
          generated_at?: string;
          id?: string;
          rationale: NonNullable<Json>;
          region?: Database['public']['Enums']['region'];
          score: number;
          signal_id: string;
          startup_id: string;
        };
        Update: {
          generated_at?: string;
          id?: string;
          rationale?: NonNullable<Json>;
          region?: Database['public']['Enums']['region'];
          score?: number;
          signal_id?: string;
          startup_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'matches_signal_id_fkey';
            columns: ['signal_id'];
            isOneToOne: false;
            referencedRelation: 'signals';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'matches_startup_id_fkey';
            columns: ['startup_id'];
            isOneToOne: false;
            referencedRelation: 'startups';
            referencedColumns: ['id'];
          },
        ];
      };
      notification_rules: {
        Row: {
          created_at: string;
          desktop: boolean;
          digest: string;
          event: string;
          filter: NonNullable<Json>;
          id: string;
          muted: boolean;
          quiet_from: string | null;
          quiet_until: string | null;
          sound: boolean;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          desktop?: boolean;
          digest?: string;
          event: string;
          filter?: NonNullable<Json>;
          id?: string;
          muted?: boolean;
          quiet_from?: string | null;
          quiet_until?: string | null;
          sound?: boolean;
          user_id: string;
        };
        Update: {
          created_at?: string;
          desktop?: boolean;
          digest?: string;
          event?: string;
          filter?: NonNullable<Json>;
          id?: string;
          muted?: boolean;
          quiet_from?: string | null;
          quiet_until?: string | null;
          sound?: boolean;
          user_id?: string;
        };
        Relationships: [];
      };
      notifications: {
        Row: {
          body: string | null;
          count: number;
          created_at: string;
          entity: string | null;
          entity_id: string | null;
          id: string;
          kind: string;
          read_at: string | null;
          regions: Database['public']['Enums']['region'][];
          severity: Database['public']['Enums']['severity'];
          title: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          body?: string | null;
          count?: number;
          created_at?: string;
          entity?: string | null;
          entity_id?: string | null;
          id?: string;
          kind: string;
          read_at?: string | null;
          regions?: Database['public']['Enums']['region'][];
          severity?: Database['public']['Enums']['severity'];
          title: string;
          user_id: string;
        };
        Update: {
          body?: string | null;
          count?: number;
          created_at?: string;
          entity?: string | null;
          entity_id?: string | null;
          id?: string;
          kind?: string;
          read_at?: string | null;
          regions?: Database['public']['Enums']['region'][];
          severity?: Database['public']['Enums']['severity'];
          title?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      organizations: {
        Row: {
          airtable_edited_at: string | null;
          airtable_id: string | null;
          created_at: string;
          deleted_at: string | null;
          id: string;
          kind: Database['public']['Enums']['organization_kind'] | null;
          name: string | null;
          population: number | null;
          received_at: string | null;
          region: Database['public']['Enums']['region'];
          updated_at: string;
          website: string | null;
        };
        ComputedFields: never;
        Insert: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          id?: string;
          kind?: Database['public']['Enums']['organization_kind'] | null;
          name?: string | null;
          population?: number | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          updated_at?: string;
          website?: string | null;
        };
        Update: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          id?: string;
          kind?: Database['public']['Enums']['organization_kind'] | null;
          name?: string | null;
          population?: number | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          updated_at?: string;
          website?: string | null;
        };
        Relationships: [];
      };
      saved_views: {
        Row: {
          created_at: string;
          id: string;
          name: string;
          page: string;
          query: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          name: string;
          page: string;
          query: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          id?: string;
          name?: string;
          page?: string;
          query?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      signal_assignments: {
        Row: {
          answer: string | null;
          answered_at: string | null;
          assigned_at: string;
          assigned_by: string | null;
          decline_reason: string | null;
          id: string;
          region: Database['public']['Enums']['region'];
          seen_at: string | null;
          signal_id: string;
          startup_id: string;
        };
        ComputedFields: never;
        Insert: {
          answer?: string | null;
          answered_at?: string | null;
          assigned_at?: string;
          assigned_by?: string | null;
          decline_reason?: string | null;
          id?: string;
          region?: Database['public']['Enums']['region'];
          seen_at?: string | null;
          signal_id: string;
          startup_id: string;
        };
        Update: {
          answer?: string | null;
          answered_at?: string | null;
          assigned_at?: string;
          assigned_by?: string | null;
          decline_reason?: string | null;
          id?: string;
          region?: Database['public']['Enums']['region'];
          seen_at?: string | null;
          signal_id?: string;
          startup_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'signal_assignments_signal_id_fkey';
            columns: ['signal_id'];
            isOneToOne: false;
            referencedRelation: 'signals';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'signal_assignments_startup_id_fkey';
            columns: ['startup_id'];
            isOneToOne: false;
            referencedRelation: 'startups';
            referencedColumns: ['id'];
          },
        ];
      };
      signals: {
        Row: {
          airtable_edited_at: string | null;
          airtable_id: string | null;
          approval_status: Database['public']['Enums']['approval_status'];
          contact_id: string | null;
          created_at: string;
          deleted_at: string | null;
          id: string;
          improvement: string | null;
          is_public: boolean;
          organization_id: string | null;
          pain_points: string | null;
          received_at: string | null;
          region: Database['public']['Enums']['region'];
          rejection_reason: string | null;
          signal_identifier: string | null;
          title: string | null;
          updated_at: string;
          urgency: Database['public']['Enums']['urgency'] | null;
        };
        ComputedFields: never;
        Insert: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          approval_status?: Database['public']['Enums']['approval_status'];
          contact_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          id?: string;
          improvement?: string | null;
          is_public?: boolean;
          organization_id?: string | null;
          pain_points?: string | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          rejection_reason?: string | null;
          signal_identifier?: string | null;
          title?: string | null;
          updated_at?: string;
          urgency?: Database['public']['Enums']['urgency'] | null;
        };
        Update: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          approval_status?: Database['public']['Enums']['approval_status'];
          contact_id?: string | null;
          created_at?: string;
          deleted_at?: string | null;
          id?: string;
          improvement?: string | null;
          is_public?: boolean;
          organization_id?: string | null;
          pain_points?: string | null;
          received_at?: string | null;
          region?: Database['public']['Enums']['region'];
          rejection_reason?: string | null;
          signal_identifier?: string | null;
          title?: string | null;
          updated_at?: string;
          urgency?: Database['public']['Enums']['urgency'] | null;
        };
        Relationships: [
          {
            foreignKeyName: 'signals_contact_id_fkey';
            columns: ['contact_id'];
            isOneToOne: false;
            referencedRelation: 'contacts';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'signals_organization_id_fkey';
            columns: ['organization_id'];
            isOneToOne: false;
            referencedRelation: 'organizations';
            referencedColumns: ['id'];
          },
        ];
      };
      startup_members: {
        Row: {
          created_at: string;
          startup_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          startup_id: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          startup_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'startup_members_startup_id_fkey';
            columns: ['startup_id'];
            isOneToOne: false;
            referencedRelation: 'startups';
            referencedColumns: ['id'];
          },
        ];
      };
      startups: {
        Row: {
          airtable_edited_at: string | null;
          airtable_id: string | null;
          created_at: string;
          credits: number;
          deleted_at: string | null;
          id: string;
          is_active: boolean;
          last_credit_change: string | null;
          name: string | null;
          received_at: string | null;
          sector: string | null;
          stage: string | null;
          summary: string | null;
          updated_at: string;
          website: string | null;
        };
        ComputedFields: never;
        Insert: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          created_at?: string;
          credits?: number;
          deleted_at?: string | null;
          id?: string;
          is_active?: boolean;
          last_credit_change?: string | null;
          name?: string | null;
          received_at?: string | null;
          sector?: string | null;
          stage?: string | null;
          summary?: string | null;
          updated_at?: string;
          website?: string | null;
        };
        Update: {
          airtable_edited_at?: string | null;
          airtable_id?: string | null;
          created_at?: string;
          credits?: number;
          deleted_at?: string | null;
          id?: string;
          is_active?: boolean;
          last_credit_change?: string | null;
          name?: string | null;
          received_at?: string | null;
          sector?: string | null;
          stage?: string | null;
          summary?: string | null;
          updated_at?: string;
          website?: string | null;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      accept_assignment: { Args: { assignment: string }; Returns: Json };
      accept_request: { Args: { connection: string }; Returns: Json };
      approve_signal: { Args: { signal: string }; Returns: Json };
      archive_signal: { Args: { signal: string }; Returns: Json };
      assign_signal: { Args: { signal: string; startup: string }; Returns: Json };
      changes_digest: { Args: { after: Json }; Returns: Json };
      changes_since: { Args: { after: number; channel: string; max?: number }; Returns: Json };
      dashboard_metrics: { Args: Record<PropertyKey, never>; Returns: Json };
      dashboard_trends: { Args: { days?: number }; Returns: Json };
      dead_letters: { Args: { max?: number; state?: string }; Returns: Json };
      decline_assignment: { Args: { assignment: string; reason: string }; Returns: Json };
      decline_request: { Args: { connection: string; reason: string }; Returns: Json };
      discard_push: { Args: { ids: number[] }; Returns: number };
      edit_record: { Args: { base: Json; changes: Json; entity: string; id: string }; Returns: Json };
      fly_canary: { Args: { base: string }; Returns: boolean };
      generate_matches: { Args: { max?: number; signal: string }; Returns: Json };
      grant_credits: { Args: { delta: number; reason: string; startup: string }; Returns: Json };
      ignore_dead_letters: { Args: { ids: number[] }; Returns: number };
      live_proof: { Args: Record<PropertyKey, never>; Returns: Json };
      mark_assignment_seen: { Args: { assignment: string }; Returns: Json };
      mark_notifications_read: { Args: { ids?: string[] }; Returns: number };
      my_channels: {
        Args: Record<PropertyKey, never>;
        Returns: {
          name: string;
          seq: number;
          topic: string;
        }[];
      };
      overtaken_pushes: { Args: { of_record?: string }; Returns: Json };
      people_directory: {
        Args: { max?: number; search?: string };
        Returns: {
          created_at: string;
          display_name: string;
          email: string;
          last_sign_in_at: string;
          regions: string[];
          role: Database['public']['Enums']['admin_role'];
          startups: Json;
          user_id: string;
        }[];
      };
      perform: { Args: { action: string; args: Json; key: string }; Returns: Json };
      pool_signals: {
        Args: Record<PropertyKey, never>;
        Returns: {
          id: string;
          improvement: string;
          organization_name: string;
          pain_points: string;
          region: Database['public']['Enums']['region'];
          signal_identifier: string;
          title: string;
          updated_at: string;
          urgency: Database['public']['Enums']['urgency'];
        }[];
      };
      publish_signal: { Args: { signal: string }; Returns: Json };
      redo_push: { Args: { entry: number }; Returns: undefined };
      reject_signal: { Args: { reason: string; signal: string }; Returns: Json };
      remove_person: { Args: { user_id: string }; Returns: Json };
      remove_startup_member: { Args: { startup: string; user_id: string }; Returns: Json };
      reopen_signal: { Args: { signal: string }; Returns: Json };
      replay_dead_letters: { Args: { ids?: number[] }; Returns: number };
      request_signal: { Args: { signal: string; startup?: string }; Returns: Json };
      retry_push: { Args: { ids: number[] }; Returns: number };
      set_canary: { Args: { base: string; minutes: number; switched_on: boolean }; Returns: undefined };
      set_connection_status: {
        Args: { connection: string; status: Database['public']['Enums']['connection_status'] };
        Returns: Json;
      };
      set_person: {
        Args: {
          display_name: string;
          regions?: Database['public']['Enums']['region'][];
          role: Database['public']['Enums']['admin_role'];
          user_id: string;
        };
        Returns: Json;
      };
      set_startup_member: { Args: { startup: string; user_id: string }; Returns: Json };
      staff_names: {
        Args: Record<PropertyKey, never>;
        Returns: {
          display_name: string;
          user_id: string;
        }[];
      };
      startup_connections: {
        Args: Record<PropertyKey, never>;
        Returns: {
          connection_status: Database['public']['Enums']['connection_status'];
          contact_email: string;
          contact_name: string;
          contact_phone: string;
          contact_title: string;
          created_at: string;
          decline_reason: string;
          id: string;
          requested_at: string;
          signal_id: string;
          signal_identifier: string;
          signal_title: string;
          startup_id: string;
          steps: Json;
          updated_at: string;
        }[];
      };
      startup_signals: {
        Args: Record<PropertyKey, never>;
        Returns: {
          answer: string;
          answered_at: string;
          assigned_at: string;
          decline_reason: string;
          id: string;
          improvement: string;
          organization_name: string;
          pain_points: string;
          region: Database['public']['Enums']['region'];
          seen_at: string;
          signal_id: string;
          signal_identifier: string;
          startup_id: string;
          title: string;
          urgency: Database['public']['Enums']['urgency'];
        }[];
      };
      sync_canaries: { Args: Record<PropertyKey, never>; Returns: Json };
      sync_drift: { Args: Record<PropertyKey, never>; Returns: Json };
      sync_lag: { Args: { hours?: number }; Returns: Json };
      sync_outbox: { Args: { max?: number; state?: string }; Returns: Json };
      sync_report: { Args: { max?: number; run: string }; Returns: Json };
      sync_runs: { Args: { max?: number }; Returns: Json };
      sync_status: { Args: Record<PropertyKey, never>; Returns: Json };
      unassign_signal: { Args: { assignment: string }; Returns: Json };
      unpublish_signal: { Args: { signal: string }; Returns: Json };
      whoami: { Args: Record<PropertyKey, never>; Returns: Json };
    };
    Enums: {
      admin_role: 'owner' | 'admin' | 'viewer';
      approval_status: 'draft' | 'pending_review' | 'approved' | 'rejected' | 'archived';
      connection_status: 'pending_review' | 'introduced' | 'in_progress' | 'matched' | 'declined' | 'closed';
      credit_kind: 'public_signal_request' | 'assigned_signal_request';
      interaction_kind: 'call' | 'email' | 'meeting' | 'demo' | 'note';
      organization_kind: 'city' | 'county' | 'state' | 'agency' | 'district' | 'nonprofit';
      region: 'northeast' | 'south' | 'midwest' | 'west' | 'unassigned';
      severity: 'info' | 'success' | 'warning' | 'critical';
      urgency: 'low' | 'medium' | 'high' | 'critical';
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    keyof (DefaultSchema['Tables'] & DefaultSchema['Views']) | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {
      admin_role: ['owner', 'admin', 'viewer'],
      approval_status: ['draft', 'pending_review', 'approved', 'rejected', 'archived'],
      connection_status: ['pending_review', 'introduced', 'in_progress', 'matched', 'declined', 'closed'],
      credit_kind: ['public_signal_request', 'assigned_signal_request'],
      interaction_kind: ['call', 'email', 'meeting', 'demo', 'note'],
      organization_kind: ['city', 'county', 'state', 'agency', 'district', 'nonprofit'],
      region: ['northeast', 'south', 'midwest', 'west', 'unassigned'],
      severity: ['info', 'success', 'warning', 'critical'],
      urgency: ['low', 'medium', 'high', 'critical'],
    },
  },
} as const;
