import { airtableId } from './airtable-id.ts';
import { STARTUPS } from './content/startups.ts';
import type { Random } from './random.ts';
import type { SeedStartup, Sector, Stage } from './seed-base.ts';
import { daysBeforeEnd, iso, workingMoment } from './seed-times.ts';

const STAGES: Readonly<Record<Stage, number>> = {
  'Pre-seed': 18,
  Seed: 36,
  'Series A': 26,
  'Series B': 13,
  Growth: 7,
};

export function generateStartups(random: Random): SeedStartup[] {
  return (Object.entries(STARTUPS) as [Sector, readonly string[]][]).flatMap(([sector, lines]) =>
    lines.map((line) => {
      const [name = '', summary = ''] = line.split('|');
      const own = random.fork(name);
      const createdAt = workingMoment(own, daysBeforeEnd(520), daysBeforeEnd(305));
      return {
        id: airtableId('rec', `startup/${name}`),
        name,
        sector,
        stage: own.weighted(STAGES),
        website: `https://${name.toLowerCase().replace(/[^a-z0-9]/g, '')}.example`,
        summary,
        isActive: own.chance(0.85),
        credits: own.pick([0, 3, 5, 10, 10, 12, 20, 25, 40]),
        createdAt: iso(createdAt),
        editedAt: iso(workingMoment(own, createdAt, daysBeforeEnd(2))),
      };
    }),
  );
}
