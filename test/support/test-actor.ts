/** An account of another instance, as the test profile is told of it. */
export interface TestActor {
  /** Its id, in normal form. */
  url: string;
  name: string;
  sharedInbox: string;
  /** RSA, SPKI; its id is `url#main-key`. */
  publicKeyPem?: string;
}
