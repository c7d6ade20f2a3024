declare module "sanitize-html" {
  namespace sanitizeHtml {
    type Attributes = Record<string, string>;
    type Transformer = (tagName: string, attributes: Attributes) => { tagName: string; attribs: Attributes };
    interface IOptions {
      allowedTags?: string[];
      allowedAttributes?: Record<string, string[]>;
      allowedSchemes?: string[];
      allowProtocolRelative?: boolean;
      parseStyleAttributes?: boolean;
      nestingLimit?: number;
      transformTags?: Record<string, Transformer>;
    }
  }
  interface SanitizeHtml {
    (html: string, options: sanitizeHtml.IOptions): string;
    simpleTransform(tagName: string, attributes: sanitizeHtml.Attributes): sanitizeHtml.Transformer;
  }
  const sanitizeHtml: SanitizeHtml;
  export default sanitizeHtml;
}
