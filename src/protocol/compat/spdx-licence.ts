const BY_SPDX: Readonly<Record<string, number>> = {
  "CC-BY-4.0": 1,
  "CC-BY-SA-4.0": 2,
  "CC-BY-ND-4.0": 3,
  "CC-BY-NC-4.0": 4,
  "CC-BY-NC-SA-4.0": 5,
  "CC-BY-NC-ND-4.0": 6,
  CC0: 7,
};

/** Licences come by PeerTube's number, as text, or by SPDX's name. */
export function licenceNumberOf(identifier: string): number | undefined {
  if (/^\d{1,6}$/.test(identifier)) {
    return Number(identifier);
  }
  // Of strangers, `constructor` is a licence too.
  return Object.hasOwn(BY_SPDX, identifier) ? BY_SPDX[identifier] : undefined;
}
