import type { Specification } from './specification.ts';

interface NotificationResult {
  success: boolean;
  error?: { message: string };
  completionTimestamp: string;
  durationMs: number;
  retryNumber: number;
  willBeRetried?: boolean;
}

/** A webhook without its payloads. Times are epoch milliseconds. */
export interface WebhookState {
  id: string;
  macSecretBase64: string;
  notificationUrl: string | null;
  specification: Specification;
  areNotificationsEnabled: boolean;
  /** False after an error payload: the hook is dead for good. */
  isHookEnabled: boolean;
  expiresAt: number;
  /** The number that the next payload will get; the first is 1. */
  nextNumber: number;
  lastSuccessfulNotificationAt: number | null;
  lastNotificationResult: NotificationResult | null;
}
