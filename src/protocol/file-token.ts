/** The query parameter that stands in for an Authorization header, which a `<video>` or a download link can't send. */
export const FILE_TOKEN_PARAMETER = "videoFileToken";

/** The address (whole, or a path) of a file with the token in it, in place of any that it had. */
export function withFileToken(address: string, token: string): string {
  const [path = "", query = ""] = address.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set(FILE_TOKEN_PARAMETER, token);
  return `${path}?${parameters.toString()}`;
}
