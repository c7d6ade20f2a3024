-- Where each user has signed in from: somebody else's failures against their name don't shut these addresses out.

CREATE TABLE sign_in_addresses (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  address_key TEXT NOT NULL,               -- as in sign_in_failures.key: a digest, never the address itself
  last_success_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, address_key)
) WITHOUT ROWID;
