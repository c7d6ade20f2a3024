import { authorizedFetch, problemDetail } from "./session";

/**
 * A call of this instance's API by the signed-in user; `body` is sent as JSON. Throws an Error whose message is for the user
 * where the instance can't be reached or refuses.
 */
export async function call(path: string, { method = "GET", body }: { method?: string; body?: unknown } = {}): Promise<Response> {
  const json = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  let response: Response;
  try {
    response = await authorizedFetch(path, { method, ...json });
  } catch {
    throw new Error("The instance can’t be reached. Check your connection and try again.");
  }
  if (!response.ok) {
    throw new Error(await problemDetail(response));
  }
  return response;
}

/** `call`, and the JSON that it answers. */
export async function callJson<T>(path: string): Promise<T> {
  return (await (await call(path)).json()) as T;
}

/** What a user reads of something that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
