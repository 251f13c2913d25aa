/** A demo account. */
export interface SeedPerson {
  id: string;
  email: string;
  displayName: string;
  /** Of staff. Owners need no regions. */
  role?: 'owner' | 'admin' | 'viewer';
  regions?: readonly ('northeast' | 'south' | 'midwest' | 'west')[];
  /** Name of the startup whose side of the portal they see. */
  startup?: string;
}

export const DEMO_PASSWORD = 'civstart-demo';

const id = (n: number): string => `c1000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const PEOPLE: readonly SeedPerson[] = [
  { id: id(1), email: 'owner@civstart.test', displayName: 'Olivia Park', role: 'owner' },
  { id: id(2), email: 'west@civstart.test', displayName: 'Wendell Ortiz', role: 'admin', regions: ['west'] },
  {
    id: id(3),
    email: 'south@civstart.test',
    displayName: 'Simone Baptiste',
    role: 'admin',
    regions: ['south'],
  },
  {
    id: id(4),
    email: 'viewer@civstart.test',
    displayName: 'Vera Lindqvist',
    role: 'viewer',
    regions: ['west'],
  },
  // Their startup has credits, and connections before and after an introduction.
  { id: id(5), email: 'founder@civstart.test', displayName: 'Farid Rahimi', startup: 'Subaward' },
];
