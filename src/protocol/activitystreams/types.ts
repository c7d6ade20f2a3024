/** JSON as it travels. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export interface JsonObject {
  [key: string]: JsonValue;
}

/** An activity as we make it, before it is signed: `@context` first, then what it says. */
export interface Activity extends JsonObject {
  "@context": JsonValue;
  id: string;
  type: string;
  actor: string;
}
