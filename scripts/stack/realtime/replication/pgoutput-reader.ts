/** Reads the fields of a replication message one after another. */
export class PgOutputReader {
  #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  char(): string {
    return String.fromCharCode(this.uint8());
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(8));
  }

  /** A string that ends with a zero byte. */
  string(): string {
    const end = this.#bytes.indexOf(0, this.#offset);
    const start = this.#offset;
    this.#offset = end + 1;
    return this.#bytes.toString('utf8', start, end);
  }

  /** A view of the message: copy it to keep it. */
  bytes(length: number): Buffer {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#offset);
  }

  #advance(length: number): number {
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}
