import activitystreams from "./contexts/activitystreams.json";
import cidV1 from "./contexts/cid-v1.json";
import dataIntegrityV1 from "./contexts/security-data-integrity-v1.json";
import dataIntegrityV2 from "./contexts/security-data-integrity-v2.json";
import didV1 from "./contexts/did-v1.json";
import gotosocial from "./contexts/gotosocial.json";
import identityV1 from "./contexts/identity-v1.json";
import joinLemmy from "./contexts/join-lemmy.json";
import joinmastodon from "./contexts/joinmastodon.json";
import litepubMiscellany from "./contexts/miscellany.json";
import multikeyV1 from "./contexts/security-multikey-v1.json";
import fep5711 from "./contexts/fep-5711.json";
import securityV1 from "./contexts/security-v1.json";
import webfinger from "./contexts/webfinger.json";

// The contexts that documents of the vidiverse and its neighbours name. None is ever fetched: canonization asks no network, and
// nobody can change what a signed document means by changing what is served at an address.

export const ACTIVITYSTREAMS_CONTEXT = "https://www.w3.org/ns/activitystreams";
export const SECURITY_CONTEXT = "https://w3id.org/security/v1";

/** The bundled documents by address. */
export const BUNDLED_CONTEXTS: Readonly<Record<string, object>> = {
  [ACTIVITYSTREAMS_CONTEXT]: activitystreams,
  [SECURITY_CONTEXT]: securityV1,
  "https://w3id.org/security/data-integrity/v1": dataIntegrityV1,
  "https://w3id.org/security/data-integrity/v2": dataIntegrityV2,
  "https://w3id.org/security/multikey/v1": multikeyV1,
  "https://www.w3.org/ns/did/v1": didV1,
  "https://www.w3.org/ns/cid/v1": cidV1,
  "https://w3id.org/identity/v1": identityV1,
  "https://gotosocial.org/ns": gotosocial,
  "https://join-lemmy.org/context.json": joinLemmy,
  "http://joinmastodon.org/ns": joinmastodon,
  "https://purl.archive.org/miscellany": litepubMiscellany,
  "https://purl.archive.org/socialweb/webfinger": webfinger,
  "https://w3id.org/fep/5711": fep5711,
};
