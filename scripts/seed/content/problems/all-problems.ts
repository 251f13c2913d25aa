import { ENERGY_PROBLEMS } from './energy.ts';
import { GOVERNMENT_OPERATIONS_PROBLEMS } from './government-operations.ts';
import { HOUSING_PROBLEMS } from './housing.ts';
import { INFRASTRUCTURE_PROBLEMS } from './infrastructure.ts';
import { MOBILITY_PROBLEMS } from './mobility.ts';
import { PERMITTING_PROBLEMS } from './permitting.ts';
import type { Problem } from './problem.ts';
import { PUBLIC_HEALTH_PROBLEMS } from './public-health.ts';
import { PUBLIC_SAFETY_PROBLEMS } from './public-safety.ts';
import { RESIDENT_SERVICES_PROBLEMS } from './resident-services.ts';
import { WASTE_PROBLEMS } from './waste.ts';
import { WATER_PROBLEMS } from './water.ts';
import { WORKFORCE_PROBLEMS } from './workforce.ts';

export const ALL_PROBLEMS: readonly Problem[] = [
  ...WATER_PROBLEMS,
  ...MOBILITY_PROBLEMS,
  ...PERMITTING_PROBLEMS,
  ...PUBLIC_SAFETY_PROBLEMS,
  ...HOUSING_PROBLEMS,
  ...PUBLIC_HEALTH_PROBLEMS,
  ...ENERGY_PROBLEMS,
  ...WASTE_PROBLEMS,
  ...RESIDENT_SERVICES_PROBLEMS,
  ...WORKFORCE_PROBLEMS,
  ...INFRASTRUCTURE_PROBLEMS,
  ...GOVERNMENT_OPERATIONS_PROBLEMS,
];
