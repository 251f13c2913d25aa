export type OrganizationKind = 'City' | 'County' | 'State' | 'Agency' | 'District' | 'Nonprofit';
export type Region = 'Northeast' | 'South' | 'Midwest' | 'West';
export type Urgency = 'Low' | 'Medium' | 'High' | 'Critical';
export type ApprovalStatus = 'Draft' | 'Pending review' | 'Approved' | 'Rejected' | 'Archived';
export type ConnectionStatus =
  'Pending review' | 'Introduced' | 'In progress' | 'Matched' | 'Declined' | 'Closed';
export type InteractionKind = 'Call' | 'Email' | 'Meeting' | 'Demo' | 'Note';
export type Stage = 'Pre-seed' | 'Seed' | 'Series A' | 'Series B' | 'Growth';
export type Sector =
  | 'Water'
  | 'Mobility'
  | 'Permitting'
  | 'Public safety'
  | 'Housing'
  | 'Public health'
  | 'Energy'
  | 'Waste'
  | 'Resident services'
  | 'Workforce'
  | 'Infrastructure'
  | 'Government operations';

/** What every record carries: its Airtable id and two times, ISO in UTC. */
interface SeedRecord {
  id: string;
  createdAt: string;
  editedAt: string;
}

export interface SeedOrganization extends SeedRecord {
  name: string;
  kind: OrganizationKind;
  region: Region;
  website: string;
  population: number;
}

export interface SeedContact extends SeedRecord {
  organizationId: string;
  fullName: string;
  title: string;
  email: string;
  phone: string;
}

export interface SeedStartup extends SeedRecord {
  name: string;
  sector: Sector;
  stage: Stage;
  website: string;
  summary: string;
  isActive: boolean;
  /** Not in Airtable: kept by the mirror alone. */
  credits: number;
}

export interface SeedSignal extends SeedRecord {
  identifier: string;
  organizationId: string;
  contactId: string;
  title: string;
  painPoints: string;
  improvement: string;
  urgency: Urgency;
  approvalStatus: ApprovalStatus;
  isPublic: boolean;
  /** Not a column: which startups are worth an introduction. */
  sector: Sector;
}

export interface SeedConnection extends SeedRecord {
  name: string;
  signalId: string;
  startupId: string;
  organizationId: string;
  contactId: string;
  status: ConnectionStatus;
  notes: string;
}

export interface SeedInteraction extends SeedRecord {
  name: string;
  connectionId: string;
  contactId: string;
  startupId: string;
  kind: InteractionKind;
  occurredAt: string;
  summary: string;
}

/** The whole data set, linked by Airtable ids. */
export interface SeedBase {
  organizations: SeedOrganization[];
  contacts: SeedContact[];
  startups: SeedStartup[];
  signals: SeedSignal[];
  connections: SeedConnection[];
  interactions: SeedInteraction[];
}
