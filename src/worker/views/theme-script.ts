// Runs before the first paint, so that neither the chosen colours nor the header's account flash. Its text is allowed
// by digest in the pages' content security policy.

export const themeScript =
  'try{const r=document.documentElement,t=localStorage.getItem("edgetube.theme");if(t==="light"||t==="dark")r.dataset.theme=t;' +
  'if(localStorage.getItem("edgetube.session"))r.dataset.signedIn=""}catch{}';
