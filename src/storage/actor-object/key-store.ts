// Private keys: they are born in the object and read nowhere else.

export interface NewKeys {
  /** PKCS8. */
  rsaPrivate: Uint8Array;
  publicKeyPem: string;
  ed25519Seed: Uint8Array;
  assertionKeyMultibase: string;
  bornAt: number;
}

export interface StoredKeys extends NewKeys {
  id: number;
}

export interface KeyStore {
  /** The newest keys; undefined: none were born yet. */
  current(): StoredKeys | undefined;
  /** The keys that others know, where those are older than the newest: they sign the Update that tells of the newest. */
  lastTold(): StoredKeys | undefined;
  /** Those keys, or the newest where they were dropped. */
  byId(id: number): StoredKeys | undefined;
  /** Adds keys as the newest. The first ones count as told: whoever asks for the actor finds them. */
  add(keys: NewKeys): StoredKeys;
  /** Others are being told of the newest keys. */
  markTold(): void;
  /** Drops all but the newest keys and those that still have something to sign. */
  dropOld(): void;
}

type KeyRow = {
  id: number;
  rsa_private: ArrayBuffer;
  public_key_pem: string;
  ed25519_seed: ArrayBuffer;
  assertion_key_multibase: string;
  born_at: number;
};

export function openKeyStore({ sql }: DurableObjectStorage): KeyStore {
  function find(rest: string, ...bindings: SqlStorageValue[]): StoredKeys | undefined {
    const row = sql.exec<KeyRow>(`SELECT * FROM keys ${rest}`, ...bindings).toArray()[0];
    return (
      row && {
        id: row.id,
        rsaPrivate: new Uint8Array(row.rsa_private),
        publicKeyPem: row.public_key_pem,
        ed25519Seed: new Uint8Array(row.ed25519_seed),
        assertionKeyMultibase: row.assertion_key_multibase,
        bornAt: row.born_at,
      }
    );
  }

  return {
    current() {
      return find("ORDER BY id DESC LIMIT 1");
    },
    lastTold() {
      return find("WHERE told = 1 AND NOT (SELECT told FROM keys ORDER BY id DESC LIMIT 1) ORDER BY id DESC LIMIT 1");
    },
    byId(id) {
      return find("WHERE id = ?", id) ?? find("ORDER BY id DESC LIMIT 1");
    },
    add(keys) {
      const { id } = sql
        .exec<{ id: number }>(
          `INSERT INTO keys (rsa_private, public_key_pem, ed25519_seed, assertion_key_multibase, born_at, told)
           SELECT ?, ?, ?, ?, ?, NOT EXISTS (SELECT 1 FROM keys) RETURNING id`,
          keys.rsaPrivate,
          keys.publicKeyPem,
          keys.ed25519Seed,
          keys.assertionKeyMultibase,
          keys.bornAt,
        )
        .one();
      return { ...keys, id };
    },
    markTold() {
      sql.exec("UPDATE keys SET told = 1 WHERE id = (SELECT max(id) FROM keys)");
    },
    dropOld() {
      sql.exec(`
        DELETE FROM keys WHERE id < (SELECT max(id) FROM keys WHERE told = 1)
          AND id NOT IN (SELECT keys_id FROM activities WHERE keys_id IS NOT NULL);
        DELETE FROM keys WHERE told = 0 AND id < (SELECT max(id) FROM keys);
      `);
    },
  };
}
