import { signIn, type SignedIn } from "./client.ts";
import { ROOT_PASSWORD, startInstance, type Instance } from "./instance.ts";

/** An instance with its administrator and mallory, a user who owns nothing of root's. `instance.stop()` must be called. */
export async function startWithTwoUsers(): Promise<{ instance: Instance; root: SignedIn; mallory: SignedIn }> {
  const instance = await startInstance();
  const body = JSON.stringify({ username: "mallory", password: "mallory-password" });
  const response = await fetch(`${instance.url}/__test__/users`, { method: "POST", body });
  if (response.status !== 204) {
    throw new Error(`mallory wasn't made: ${response.status}`);
  }
  return {
    instance,
    root: await signIn(instance, "root", ROOT_PASSWORD),
    mallory: await signIn(instance, "mallory", "mallory-password"),
  };
}
