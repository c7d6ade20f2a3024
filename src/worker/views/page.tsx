import { createContext, type ComponentChildren, type VNode } from "preact";
import { useContext } from "preact/hooks";
import { assetsOf, styleText } from "./assets";
import { Icon, Logo } from "./components/icons";
import { themeScript } from "./theme-script";

/** What its administrator calls the instance; given to every page by `htmlResponse`. */
export const InstanceContext = createContext({ name: "Edgetube", shortDescription: "" });

export interface PageProps {
  /** Before the instance's name, which stands alone without it. */
  title?: string;
  /** For search engines and previews: plain text. */
  description?: string;
  /** The page's own address, where it has several. */
  canonicalUrl?: string;
  /** Kept out of search engines. */
  noIndex?: boolean;
  /** More for the head: OpenGraph, JSON-LD. */
  head?: ComponentChildren;
  /** Names of entries (src/client/entries) that the page needs beside `common`. */
  entries?: string[];
  /** Names of entries of which only the stylesheets are needed. */
  styles?: string[];
  /**
   * The page's video comes before all else: styles stand in the page, so that nothing holds the first paint up, and scripts
   * wait behind the video, which over HTTP/1.1 has to share six connections with them.
   */
  mediaFirst?: boolean;
  /** Wide pages use the window's width up to a limit; narrow ones hold a form or a text. */
  width?: "wide" | "narrow";
  mainId?: string;
  children?: ComponentChildren;
}

/** The frame of every page: head, header, main, footer. */
export function Page(props: PageProps): VNode {
  const instance = useContext(InstanceContext);
  const assets = ["common", ...(props.entries ?? [])].map(assetsOf);
  const css = [...new Set([...assets, ...(props.styles ?? []).map(assetsOf)].flatMap((entry) => entry.css))];
  const scripts = assets.flatMap((entry) => entry.js ?? []);
  const preloads = [...new Set(assets.flatMap((entry) => entry.preloads))];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{props.title === undefined ? instance.name : `${props.title} · ${instance.name}`}</title>
        {props.description && <meta name="description" content={props.description} />}
        {props.noIndex && <meta name="robots" content="noindex" />}
        <meta property="og:platform" content="PeerTube" />
        <meta property="og:site_name" content={instance.name} />
        {props.canonicalUrl && <link rel="canonical" href={props.canonicalUrl} />}
        {props.head}
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="manifest" href="/manifest.webmanifest" />
        <meta name="theme-color" content="#14213d" />
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        {css.map((href) =>
          props.mediaFirst ? <style dangerouslySetInnerHTML={{ __html: styleText(href) }} /> : <link rel="stylesheet" href={href} />,
        )}
        {!props.mediaFirst && preloads.map((href) => <link rel="modulepreload" href={href} />)}
        {scripts.map((src) => (
          <script type="module" src={src} {...(props.mediaFirst && { fetchpriority: "low" })} />
        ))}
      </head>
      <body>
        <a class="skip-link" href="#main">
          Skip to content
        </a>
        <Header />
        <main id="main" tabIndex={-1} class={`main ${props.width === "narrow" ? "main-narrow" : ""}`}>
          {props.mainId === undefined ? props.children : <div id={props.mainId}>{props.children}</div>}
        </main>
        <Footer />
      </body>
    </html>
  );
}

function Header(): VNode {
  const { name } = useContext(InstanceContext);
  return (
    <header class="header">
      <div class="header-row">
        <a class="brand" href="/">
          <Logo />
          <span>{name}</span>
        </a>
        <nav class="header-nav" aria-label="Main">
          <a class="button button-primary" href="/studio">
            <Icon name="upload" />
            <span>Upload</span>
          </a>
          <a class="button when-signed-out" href="/login" data-sign-in>
            Sign in
          </a>
          <details class="menu when-signed-in" id="user-menu">
            <summary class="button">
              <Icon name="user" />
              <span data-user-name>Account</span>
            </summary>
            <div class="menu-items">
              <a href="/my/videos">My videos</a>
              <a href="/studio">Upload a video</a>
              <a href="/admin/follows" data-for-administrators hidden>
                Federation
              </a>
              <button type="button" data-sign-out>
                Sign out
              </button>
            </div>
          </details>
          <button
            class="button button-icon"
            type="button"
            data-theme-toggle
            aria-label="Switch between light and dark"
            title="Light or dark"
            hidden
          >
            <Icon name="theme" />
          </button>
        </nav>
      </div>
    </header>
  );
}

function Footer(): VNode {
  const { name, shortDescription } = useContext(InstanceContext);
  return (
    <footer class="footer">
      <p>
        {name}. {shortDescription}
      </p>
    </footer>
  );
}
