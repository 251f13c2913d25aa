export interface Look {
  name: 'light' | 'dark' | 'phone';
  colorScheme: 'light' | 'dark';
  viewport: { width: number; height: number };
}

export const LOOKS: readonly Look[] = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
];
