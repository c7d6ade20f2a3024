declare module "jsonld" {
  interface RemoteDocument {
    contextUrl: undefined;
    documentUrl: string;
    document: unknown;
  }
  interface CanonizeOptions {
    algorithm: "URDNA2015" | "RDFC-1.0";
    format: "application/n-quads";
    documentLoader: (url: string) => Promise<RemoteDocument>;
    safe: boolean;
    maxWorkFactor?: number;
  }
  const jsonld: { canonize: (document: object, options: CanonizeOptions) => Promise<string> };
  export default jsonld;
}
