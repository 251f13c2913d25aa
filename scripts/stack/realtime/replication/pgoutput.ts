import { PgOutputReader } from './pgoutput-reader.ts';

interface RelationColumn {
  name: string;
  isKey: boolean;
  typeOid: number;
}

export interface Relation {
  kind: 'relation';
  oid: number;
  schema: string;
  name: string;
  columns: RelationColumn[];
}

/** A column's text, null, or undefined where the stream leaves it out: unchanged and stored elsewhere, or not of the key. */
export type ColumnValue = Buffer | null | undefined;

export interface RowChange {
  kind: 'change';
  type: 'INSERT' | 'UPDATE' | 'DELETE';
  relation: Relation;
  /** In the order of the relation's columns; null for a DELETE. */
  row: ColumnValue[] | null;
  /** The whole old row or its key, where the stream has it. */
  oldRow: ColumnValue[] | null;
}

interface Begin {
  kind: 'begin';
  committedAt: Date;
  xid: number;
}

export type PgOutputMessage = Begin | Relation | RowChange;

/** Postgres counts microseconds from here. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

const CHANGE_TYPES = new Map([
  ['I', 'INSERT'],
  ['U', 'UPDATE'],
  ['D', 'DELETE'],
] as const);

/** Reads the messages of the output plugin `pgoutput`, protocol 1, text mode. Remembers the relations of its stream. */
export class PgOutputDecoder {
  #relations = new Map<number, Relation>();

  /** @returns null for what carries no change of a row. Values are views of `bytes`. */
  decode(bytes: Buffer): PgOutputMessage | null {
    const reader = new PgOutputReader(bytes);
    const tag = reader.char();
    switch (tag) {
      case 'B':
        reader.int64();
        return { kind: 'begin', committedAt: postgresTime(reader.int64()), xid: reader.uint32() };
      case 'R': {
        const relation = readRelation(reader);
        this.#relations.set(relation.oid, relation);
        return relation;
      }
      case 'I':
      case 'U':
      case 'D':
        return this.#readChange(tag, reader);
      default:
        return null;
    }
  }

  #readChange(tag: 'I' | 'U' | 'D', reader: PgOutputReader): RowChange {
    const oid = reader.uint32();
    const relation = this.#relations.get(oid);
    if (!relation) throw new Error(`the stream changes relation ${oid} before describing it`);
    let row: ColumnValue[] | null = null;
    let oldRow: ColumnValue[] | null = null;
    for (let part = reader.char(); ; part = reader.char()) {
      if (part === 'N') {
        row = readTuple(reader);
        break;
      }
      oldRow = readTuple(reader);
      // Of a key, the stream sends the other columns as nulls.
      if (part === 'K') oldRow = oldRow.map((value, i) => (relation.columns[i]?.isKey ? value : undefined));
      if (tag === 'D') break;
    }
    return { kind: 'change', type: CHANGE_TYPES.get(tag)!, relation, row, oldRow };
  }
}

function readRelation(reader: PgOutputReader): Relation {
  const oid = reader.uint32();
  const schema = reader.string();
  const name = reader.string();
  reader.char();
  const columns = Array.from({ length: reader.uint16() }, () => {
    const isKey = (reader.uint8() & 1) === 1;
    const column = { name: reader.string(), isKey, typeOid: reader.uint32() };
    reader.int32();
    return column;
  });
  return { kind: 'relation', oid, schema, name, columns };
}

function readTuple(reader: PgOutputReader): ColumnValue[] {
  return Array.from({ length: reader.uint16() }, () => {
    switch (reader.char()) {
      case 'n':
        return null;
      case 'u':
        return undefined;
      default:
        return reader.bytes(reader.uint32());
    }
  });
}

function postgresTime(microseconds: bigint): Date {
  return new Date(POSTGRES_EPOCH_MS + Number(microseconds / 1000n));
}
