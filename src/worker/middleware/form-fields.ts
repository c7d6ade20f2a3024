const MAX_DEPTH = 4;
const MAX_LIST_LENGTH = 100;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** A form's or query's fields, unpacked. A field that came more than once is a list of its values. */
export interface FieldTree<Value> {
  [key: string]: Value | FieldTree<Value> | Array<Value | FieldTree<Value>>;
}

/**
 * Unpacks the keys of a form or a query string as PeerTube's clients write them: `tags[0]`, `tags[]`, a repeated
 * `tags`, `scheduleUpdate[updateAt]`. Undefined where keys contradict one another, are too deep or lists too long.
 */
export function unpackFields<Value>(entries: Iterable<[string, Value]>): FieldTree<Value> | undefined {
  const root: Node<Value> = { children: new Map(), values: [] };
  for (const [key, value] of entries) {
    const path = keyPath(key);
    if (path === undefined) {
      return undefined;
    }
    let node = root;
    for (const part of path) {
      const child = node.children.get(part) ?? { children: new Map(), values: [] };
      node.children.set(part, child);
      node = child;
    }
    node.values.push(value);
    if (node.values.length > MAX_LIST_LENGTH) {
      return undefined;
    }
  }
  const fields: FieldTree<Value> = {};
  for (const [key, child] of root.children) {
    const value = build(child);
    if (value === undefined) {
      return undefined;
    }
    fields[key] = value;
  }
  return fields;
}

interface Node<Value> {
  children: Map<string, Node<Value>>;
  values: Value[];
}

/** `a[b][0]` → `a`, `b`, `0`; undefined for what isn't such a key. */
function keyPath(key: string): string[] | undefined {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  if (match === null) {
    return undefined;
  }
  const [, first = "", rest = ""] = match;
  const path = [first, ...Array.from(rest.matchAll(/\[([^[\]]*)\]/g), (part) => part[1] ?? "")];
  return path.length > MAX_DEPTH || path.some((part) => FORBIDDEN_KEYS.has(part)) ? undefined : path;
}

function build<Value>(node: Node<Value>): Value | FieldTree<Value> | Array<Value | FieldTree<Value>> | undefined {
  const [first] = node.values;
  if (node.children.size === 0) {
    return node.values.length === 1 ? first : node.values;
  }
  if (node.values.length > 0) {
    return undefined;
  }
  const keys = [...node.children.keys()];
  if (keys.every((key) => key === "" || /^\d{1,4}$/.test(key))) {
    return buildList(node);
  }
  const fields: FieldTree<Value> = {};
  for (const [key, child] of node.children) {
    const value = build(child);
    if (value === undefined) {
      return undefined;
    }
    fields[key] = value;
  }
  return fields;
}

/** In the order of the indexes, `[]` in the order of arrival; gaps close. */
function buildList<Value>(node: Node<Value>): Array<Value | FieldTree<Value>> | undefined {
  const list: Array<Value | FieldTree<Value>> = [];
  for (const [, child] of [...node.children].toSorted(([a], [b]) => Number(a) - Number(b))) {
    const value = build(child);
    if (value === undefined) {
      return undefined;
    }
    if (Array.isArray(value)) {
      list.push(...value);
    } else {
      list.push(value);
    }
  }
  return list.length > MAX_LIST_LENGTH ? undefined : list;
}
