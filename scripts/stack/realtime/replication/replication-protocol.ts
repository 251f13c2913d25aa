/** What a walsender puts into its copy: WAL in the form of the output plugin, or a sign of life. */
export type WalMessage = { kind: 'data'; data: Buffer } | { kind: 'keepalive'; walEnd: bigint };

const DATA = 'w'.charCodeAt(0);
const KEEPALIVE = 'k'.charCodeAt(0);
const STATUS = 'r'.charCodeAt(0);
/** Tag, start of the WAL, end of the WAL, time of sending. */
const DATA_HEADER_BYTES = 25;
const STATUS_BYTES = 34;
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

export function openXLogData(chunk: Buffer): WalMessage {
  if (chunk[0] === DATA) return { kind: 'data', data: chunk.subarray(DATA_HEADER_BYTES) };
  if (chunk[0] === KEEPALIVE) return { kind: 'keepalive', walEnd: chunk.readBigUInt64BE(1) };
  throw new Error(`unknown replication message ${chunk[0]}`);
}

/** Says that everything up to `walEnd` is done with, so that Postgres may recycle it. */
export function standbyStatus(walEnd: bigint, nowMs: number): Buffer {
  const status = Buffer.alloc(STATUS_BYTES);
  status[0] = STATUS;
  for (const offset of [1, 9, 17]) status.writeBigUInt64BE(walEnd, offset);
  status.writeBigInt64BE(BigInt(nowMs - POSTGRES_EPOCH_MS) * 1000n, 25);
  return status;
}
