import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { BatonError } from '../domain/failures.ts';

/** The variable that holds the keys. */
export const PAYLOAD_KEY = 'BATON_PAYLOAD_KEY';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const ENCODING = 'binary/encrypted';
const KEY_BYTES = 32;
/** What AES-GCM takes, and what it makes. */
const [NONCE_BYTES, TAG_BYTES] = [12, 16];

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Encrypts payloads by AES-256-GCM: the server, and whoever reads its database, sees only their sizes. */
export class EncryptingCodec implements PayloadCodec {
  /** By their names; the first one encrypts. */
  private readonly keys: ReadonlyMap<string, Buffer>;

  constructor(keys: readonly Buffer[]) {
    this.keys = new Map(
      keys.map((key) => [createHash('sha256').update(key).digest('hex').slice(0, 12), key]),
    );
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const [[name, key] = ['', Buffer.alloc(0)]] = this.keys;
    return payloads.map((payload) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const plain = PayloadMessage.encode(payload).finish();
      const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return { metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(name) }, data };
    });
  }

  /** What isn't encrypted stays as it is: signals of other clients, and histories of before there was a key. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) =>
      textOf(payload.metadata?.encoding) === ENCODING ? this.decrypted(payload) : payload,
    );
  }

  private decrypted({ metadata, data }: Payload): Payload {
    const name = textOf(metadata?.['encryption-key-id']);
    const key = this.keys.get(name);
    if (key === undefined)
      throw new BatonError(
        'BadInput',
        `a payload was encrypted with the key ${name}, which ${PAYLOAD_KEY} doesn't have: add that key to it, behind a comma`,
      );
    const bytes = Buffer.from(data ?? []);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return PayloadMessage.decode(Buffer.concat(plain));
  }
}

/** The codec of the keys in the environment (base64, of 32 bytes each, commas between them); undefined without any. */
export function payloadCodec(keys = process.env[PAYLOAD_KEY]): EncryptingCodec | undefined {
  if (keys === undefined || keys.trim() === '') return undefined;
  const read = keys.split(',').map((key) => Buffer.from(key.trim(), 'base64'));
  if (read.some(({ length }) => length !== KEY_BYTES))
    throw new BatonError(
      'BadInput',
      `${PAYLOAD_KEY} has to be 32 bytes in base64: make one with openssl rand -base64 32`,
    );
  return new EncryptingCodec(read);
}

/** For clients and workers: as it is without a key. */
export const dataConverter = (): { readonly dataConverter?: { readonly payloadCodecs: PayloadCodec[] } } => {
  const codec = payloadCodec();
  return codec === undefined ? {} : { dataConverter: { payloadCodecs: [codec] } };
};
