// Runs before the first paint, so that neither the chosen colours nor the header's account flash. Its text is allowed
// by digest in the pages' content security policy.

export const themeScript =
  'try{const r=document.documentElement,t=localStorage.getItem("edgetube.theme");if(t==="light"||t==="dark")r.dataset.theme=t;' +
  'if(localStorage.getItem("edgetube.session"))r.dataset.signedIn=""}catch{}';

let digest: string | undefined;

/** The script's source expression in a policy: `'sha256-…'`. */
export async function themeScriptSource(): Promise<string> {
  if (digest === undefined) {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(themeScript)));
    digest = `'sha256-${btoa(String.fromCharCode(...bytes))}'`;
  }
  return digest;
}
